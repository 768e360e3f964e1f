#!/bin/bash
# Puts new rules in place and deploys them with safe-deployment.sh; somebody types something else.
mkdir -p /etc/iptables
iptables -P INPUT DROP
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
cat > /etc/iptables/rules.new.v4 <<'EOF'
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
EOF
"$(dirname "$0")/../safe-deployment.sh"
status=$?
echo "ended with $status"
ls /etc/iptables
grep -c '^-A' /etc/iptables/rules.backup.v4
iptables -S INPUT
exit $status

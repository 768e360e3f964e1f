#!/bin/bash
# Run by the deploy user: everything that needs root goes through sudo.
set -eo pipefail

RULES=$(mktemp -t rules.XXXXXX)
trap 'rm -f "$RULES"' EXIT
SERVICES=("ssh:22:10.0.0.0/8" "http:80" "https:443" "metrics:9100:10.1.2.3/32")

{
    echo "*filter"
    echo ":INPUT DROP [0:0]"
    echo ":FORWARD DROP [0:0]"
    echo ":OUTPUT ACCEPT [0:0]"
    echo "-A INPUT -i lo -j ACCEPT"
    echo "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    for service in "${SERVICES[@]}"; do
        IFS=: read -r name port source <<< "$service"
        echo "-A INPUT ${source:+-s $source }-p tcp -m tcp --dport $port -m comment --comment \"$name\" -j ACCEPT"
    done
    echo "COMMIT"
} > "$RULES"

sudo iptables-restore --test "$RULES" && sudo iptables-restore "$RULES"
sudo sh -c 'iptables-save > /etc/iptables/rules.v4'
sudo -n ip6tables -P INPUT DROP
echo "net.ipv4.ip_forward = 0" | sudo tee /etc/sysctl.d/99-forward.conf
sudo sysctl -q -p /etc/sysctl.d/99-forward.conf
sudo -E env FOO=bar iptables -A INPUT -p udp --dport 123 -j ACCEPT
sudo netfilter-persistent save
sudo systemctl enable netfilter-persistent.service
sudo iptables -S INPUT | wc -l
grep -c 'dport 123' /etc/iptables/rules.v4

#!/bin/bash
# A typo in the middle of a script under set -e: what came before is loaded, what comes after is not. This is how people
# lock themselves out.
set -e

iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -F
iptables -A INPUT -i lo -j ACCEPT

# services
iptables -A INPUT -p tcp --dport 80 -j ACCEPT
iptables -A INPUT -p tcp --dport 443 -j ACCEPT
echo "web is open"
iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/33 -j ACCEPT
echo "ssh is open"
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables-save > /etc/iptables/rules.v4
echo "saved"

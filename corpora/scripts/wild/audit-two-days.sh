#!/bin/bash
# The audit with the files of two days.
iptables -A INPUT -s 0.0.0.0/0 -j ACCEPT
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables-save | grep -v '^#' > /etc/iptables/rules.20240101.v4
iptables -D INPUT 1
iptables -P INPUT DROP
iptables-save | grep -v '^#' > /etc/iptables/rules.20240201.v4
"$(dirname "$0")/../audit.sh"
echo "audit: $?"
ls /etc/iptables | wc -l

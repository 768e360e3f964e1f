#!/bin/bash
# If anything goes wrong, the rules of before come back.
set -Eeuo pipefail

BACKUP=$(mktemp /tmp/fw-backup.XXXXXX)
COMMITTED=no

rollback() {
    local status=$?
    if [[ $COMMITTED != yes ]]; then
        echo "rolling back (status $status)"
        iptables-restore < "$BACKUP"
    fi
    rm -f "$BACKUP"
    exit $status
}
trap rollback EXIT
trap 'echo "line $LINENO failed"' ERR

# What was there before
iptables -P INPUT DROP
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
iptables-save > "$BACKUP"
echo "saved $(grep -c '^-A' "$BACKUP") rules"

# The new ones
iptables -F INPUT
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -p tcp --dport 443 -j ACCEPT
iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-port 8080
# There is no such chain
iptables -A INPUT -j SERVICES 2>/dev/null
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
COMMITTED=yes
echo "committed"

#!/bin/bash
# Generated; do not edit. One rule for each customer and service, and a chain for each customer.
set -f
IPT="/usr/sbin/iptables -w 5"
ERRORS=0

run() {
    "$@" || { ERRORS=$((ERRORS + 1)); echo "failed: $*"; }
}

run $IPT -P INPUT DROP
run $IPT -P FORWARD DROP
run $IPT -N LOCALINPUT
run $IPT -N LOGDROPIN
run $IPT -A LOGDROPIN -p tcp --dport 23 -j DROP
run $IPT -A LOGDROPIN -p udp --dport 67:68 -j DROP
run $IPT -A LOGDROPIN -p tcp -m multiport --dports 111,113,135:139,445,500,513,520 -j DROP
run $IPT -A LOGDROPIN -p tcp -m limit --limit 30/m --limit-burst 5 -j LOG --log-prefix 'Firewall: *TCP_IN Blocked* '
run $IPT -A LOGDROPIN -p udp -m limit --limit 30/m --limit-burst 5 -j LOG --log-prefix 'Firewall: *UDP_IN Blocked* '
run $IPT -A LOGDROPIN -j DROP
run $IPT -A INPUT ! -i lo -j LOCALINPUT
run $IPT -A INPUT -i lo -j ACCEPT
run $IPT -A INPUT ! -i lo -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT

for customer in $(seq 1 40); do
    chain=cust$(printf '%03d' "$customer")
    run $IPT -N "$chain"
    for port in 80 443 8443; do
        run $IPT -A "$chain" -p tcp --dport $port -m conntrack --ctstate NEW -j ACCEPT
    done
    if ((customer % 7 == 0)); then
        run $IPT -A "$chain" -p tcp --dport 21 -j ACCEPT
        run $IPT -A "$chain" -p tcp --dport 30000:35000 -j ACCEPT
    fi
    run $IPT -A "$chain" -j RETURN
    run $IPT -A LOCALINPUT -d "198.51.100.$((customer + 100))" -j "$chain"
done
# twice: this fails
run $IPT -N cust001 2>/dev/null

run $IPT -A INPUT ! -i lo -j LOGDROPIN
echo "$ERRORS errors"
exit $((ERRORS > 0))

#!/usr/bin/env bash
# Can be run again and again: each rule is checked before it is added. Run by the configuration management.
set -e
set -o nounset
set -o pipefail

ensure() {
    local table=filter
    if [[ $1 == -t ]]; then
        table=$2
        shift 2
    fi
    local chain=$1
    shift
    iptables -t "$table" -C "$chain" "$@" 2>/dev/null || iptables -t "$table" -A "$chain" "$@"
}

ensure_chain() {
    iptables -t "${2:-filter}" -nL "$1" >/dev/null 2>&1 || iptables -t "${2:-filter}" -N "$1"
}

apply() {
    ensure_chain services
    ensure INPUT -i lo -j ACCEPT
    ensure INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
    ensure INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 2/second --limit-burst 10 -j ACCEPT
    ensure INPUT -j services
    ensure services -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m comment --comment "ssh for everyone" -j ACCEPT
    ensure services -p tcp -m multiport --dports http,https -j ACCEPT
    ensure services -p udp --dport 51820 -m comment --comment wireguard -j ACCEPT
    ensure -t nat POSTROUTING -s 10.8.0.0/24 -o eth0 -j MASQUERADE
    ensure -t mangle FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
    iptables -P INPUT DROP
}

apply
first=$(iptables-save | grep -v '^[#:]' | wc -l)
apply
apply
second=$(iptables-save | grep -v '^[#:]' | wc -l)

if [ "$first" -ne "$second" ]; then
    echo "not idempotent: $first lines, then $second"
    exit 3
fi
echo "$second lines, three times the same"
iptables -C services -p tcp --dport 23 -j ACCEPT 2>/dev/null && echo "telnet is open?!" || echo "telnet is not open"

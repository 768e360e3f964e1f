#!/bin/bash
# The exporter with its folder in place, on rules that it can count.
mkdir -p /var/lib/node_exporter/textfile_collector
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -j DROP
"$(dirname "$0")/../iptables-metrics.sh" || exit
cat /var/lib/node_exporter/textfile_collector/iptables.prom
# Another exporter, with labels
iptables-save -c | awk '
    /^\*/ { table = substr($1, 2) }
    /^\[/ {
        split(substr($1, 2, length($1) - 2), n, ":")
        chain = $3
        rule[table "," chain]++
        printf "iptables_packets{table=\"%s\",chain=\"%s\",rule=\"%d\"} %d\n", table, chain, rule[table "," chain], n[1]
    }'
iptables -Z INPUT
iptables -L INPUT -v -n -x

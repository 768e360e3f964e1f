#!/bin/bash
# /usr/local/bin/iptables-metrics.sh

OUTPUT="/var/lib/node_exporter/textfile_collector/iptables.prom"

{
    echo "# HELP iptables_input_packets Total packets processed by INPUT chain"
    echo "# TYPE iptables_input_packets counter"
    iptables -L INPUT -v -n -x | awk '/^Chain INPUT/,/^$/ {if ($1 ~ /^[0-9]+$/) print "iptables_input_packets " $1}'
    
    echo "# HELP iptables_input_bytes Total bytes processed by INPUT chain"
    echo "# TYPE iptables_input_bytes counter"
    iptables -L INPUT -v -n -x | awk '/^Chain INPUT/,/^$/ {if ($2 ~ /^[0-9]+$/) print "iptables_input_bytes " $2}'
} > "$OUTPUT"

# Run via cron every minute
# * * * * * /usr/local/bin/iptables-metrics.sh

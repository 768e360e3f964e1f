#!/bin/bash
# View packet/byte counts
iptables -L -v -n

# Zero counters (for delta measurements)
iptables -Z

# Chain-specific counters
iptables -L INPUT -v -n

# Export metrics (Prometheus node_exporter pattern)
iptables -L -v -n -x | awk '/^Chain INPUT/,/^$/ {print}'

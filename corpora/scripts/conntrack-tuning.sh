#!/bin/bash
# Increase conntrack table size (default 65536)
sysctl -w net.netfilter.nf_conntrack_max=262144
sysctl -w net.netfilter.nf_conntrack_buckets=65536

# Reduce timeouts (faster recycling)
sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=600  # 10min (default 5 days)
sysctl -w net.netfilter.nf_conntrack_tcp_timeout_time_wait=30     # 30s (default 2min)

# Disable conntrack for specific traffic (raw table NOTRACK)
iptables -t raw -A PREROUTING -p tcp --dport 80 -j NOTRACK
iptables -t raw -A OUTPUT -p tcp --sport 80 -j NOTRACK
# NOTE: NOTRACK disables stateful filtering for that traffic

# Monitor conntrack usage
cat /proc/sys/net/netfilter/nf_conntrack_count
cat /proc/sys/net/netfilter/nf_conntrack_max
conntrack -L | wc -l

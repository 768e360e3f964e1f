#!/bin/bash
# Enable raw table tracing (kernel 4.18+)
iptables -t raw -A PREROUTING -p tcp --dport 22 -j TRACE
iptables -t raw -A OUTPUT -p tcp --sport 22 -j TRACE

# View traces
iptables -t raw -L -v -n

# Modern tracing (requires iptables-nft or nftables)
# iptables uses legacy by default, nftables has built-in tracing

# Alternative: tcpdump + iptables counters
tcpdump -ni eth0 tcp port 22
watch -n1 'iptables -L -v -n --line-numbers'

#!/bin/bash
# BAD: Generic rule first, specific last (wastes CPU)
iptables -A INPUT -j LOG
iptables -A INPUT -p tcp --dport 22 -j ACCEPT

# GOOD: Most frequent matches first, logging last
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT  # 99% of traffic
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -m limit --limit 5/min -j LOG
iptables -A INPUT -j DROP

# Use IPSets for large lists (O(1) vs O(n))
# BAD: 10,000 rules for blocklist
# GOOD: 1 rule + IPSet with 10,000 IPs

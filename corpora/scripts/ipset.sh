#!/bin/bash
# Create IPSet (millions of IPs, O(1) lookup)
ipset create blocklist hash:ip hashsize 4096
ipset add blocklist 192.0.2.1
ipset add blocklist 198.51.100.0/24

# Use in iptables
iptables -A INPUT -m set --match-set blocklist src -j DROP

# Persistent storage
ipset save > /etc/ipset.conf
ipset restore < /etc/ipset.conf

# Types: hash:ip, hash:net, hash:ip,port, hash:net,iface, list:set
ipset create portblock hash:ip,port
ipset add portblock 192.0.2.1,tcp:80

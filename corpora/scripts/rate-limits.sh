#!/bin/bash
# Limit connection rate (SYN flood protection)
iptables -A INPUT -p tcp --syn -m limit --limit 10/s --limit-burst 20 -j ACCEPT
iptables -A INPUT -p tcp --syn -j DROP

# Limit ICMP (ping flood)
iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 1/s -j ACCEPT

# Recent module (track IPs, block after threshold)
iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --set
iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --update \
  --seconds 60 --hitcount 4 -j DROP

# Hashlimit (per-source rate limiting)
iptables -A INPUT -p tcp --dport 80 -m hashlimit \
  --hashlimit-name http --hashlimit-above 20/sec \
  --hashlimit-mode srcip --hashlimit-srcmask 24 -j DROP

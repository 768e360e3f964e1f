#!/bin/bash
# Interface-based rules
iptables -A INPUT -i eth0 -j ACCEPT      # Inbound on eth0
iptables -A OUTPUT -o eth1 -j ACCEPT     # Outbound on eth1
iptables -A FORWARD -i eth0 -o eth1 -j ACCEPT  # Forward eth0→eth1

# Network ranges
iptables -A INPUT -s 10.0.0.0/8 -j ACCEPT           # RFC1918
iptables -A INPUT -s 172.16.0.0/12 -j ACCEPT
iptables -A INPUT -s 192.168.0.0/16 -j ACCEPT
iptables -A INPUT -d 192.168.1.10 -j ACCEPT         # Specific host

# Negation
iptables -A INPUT ! -s 10.0.0.0/8 -j DROP           # Block non-private
iptables -A INPUT ! -i lo -s 127.0.0.0/8 -j DROP   # Prevent spoofing

#!/bin/bash
# NAT gateway for private subnet egress

set -euo pipefail

WAN_IF="eth0"        # External interface
LAN_IF="eth1"        # Internal interface (private subnet)
LAN_NET="10.0.1.0/24"

# Enable forwarding
sysctl -w net.ipv4.ip_forward=1

# Flush
iptables -F
iptables -t nat -F

# Default policies
iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -P OUTPUT ACCEPT

# Loopback
iptables -A INPUT -i lo -j ACCEPT

# Stateful
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP

# Allow LAN to WAN
iptables -A FORWARD -i "$LAN_IF" -o "$WAN_IF" -s "$LAN_NET" -j ACCEPT

# NAT (MASQUERADE for dynamic WAN IP)
iptables -t nat -A POSTROUTING -o "$WAN_IF" -s "$LAN_NET" -j MASQUERADE

# SSH management
iptables -A INPUT -i "$WAN_IF" -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT

# Save
iptables-save > /etc/iptables/rules.v4

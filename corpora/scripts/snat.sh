#!/bin/bash
# SNAT (static source IP - for servers with static IPs)
iptables -t nat -A POSTROUTING -o eth0 -s 192.168.1.0/24 -j SNAT --to-source 203.0.113.10

# MASQUERADE (dynamic source IP - for DHCP, cloud instances)
iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE

# Port-specific SNAT
iptables -t nat -A POSTROUTING -o eth0 -p tcp --dport 80 -j SNAT --to-source 203.0.113.10:1024-65535

# Enable IP forwarding (REQUIRED for NAT gateway)
sysctl -w net.ipv4.ip_forward=1
echo "net.ipv4.ip_forward=1" >> /etc/sysctl.conf

#!/bin/bash
# EC2 host firewall (Security Group already filters, but defense-in-depth)

# VPC Security Group (managed via AWS)
# - Ingress: 22/tcp from 10.0.0.0/8 (corporate VPN)
# - Ingress: 443/tcp from 0.0.0.0/0 (public HTTPS)
# - Egress: all

# Host iptables (additional layer)
iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -P OUTPUT ACCEPT

iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP

# SSH from VPN only (redundant with SG, but explicit)
iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT

# HTTPS from anywhere (same as SG)
iptables -A INPUT -p tcp --dport 443 -j ACCEPT

# Allow AWS metadata service (169.254.169.254)
iptables -A OUTPUT -d 169.254.169.254 -j ACCEPT

# Block Instance Metadata Service v1 (IMDSv1) from containers (SSRF protection)
iptables -A OUTPUT -d 169.254.169.254 -m owner ! --uid-owner root -j DROP

# Log and drop
iptables -A INPUT -m limit --limit 5/min -j LOG --log-prefix "FW-DROP: "
iptables -A INPUT -j DROP

iptables-save > /etc/iptables/rules.v4

#!/bin/bash
# Kubernetes node firewall (before CNI takeover)

set -euo pipefail

# Default DROP on INPUT (CNI manages FORWARD, pods-to-pods)
iptables -P INPUT DROP
iptables -P OUTPUT ACCEPT

# Loopback
iptables -A INPUT -i lo -j ACCEPT

# Stateful
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP

# Kubernetes control plane (adjust per topology)
# API server (6443), etcd (2379-2380), kubelet (10250), node-to-node
iptables -A INPUT -p tcp --dport 6443 -s 10.0.0.0/8 -j ACCEPT   # API server (from masters, nodes)
iptables -A INPUT -p tcp --dport 10250 -s 10.0.0.0/8 -j ACCEPT  # Kubelet (from masters)
iptables -A INPUT -p tcp --dport 10256 -s 10.0.0.0/8 -j ACCEPT  # kube-proxy healthz

# etcd (masters only)
# iptables -A INPUT -p tcp -m multiport --dports 2379,2380 -s 10.0.0.10,10.0.0.11,10.0.0.12 -j ACCEPT

# SSH (management)
iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT

# NodePort range (30000-32767) for external access
iptables -A INPUT -p tcp --dport 30000:32767 -j ACCEPT

# Save
iptables-save > /etc/iptables/rules.v4

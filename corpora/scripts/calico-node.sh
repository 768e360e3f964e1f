#!/bin/bash
# Node firewall (coexist with Calico)
# Calico manages pod-to-pod, NetworkPolicy
# User manages node-to-node, external-to-node

iptables -P INPUT DROP
iptables -P OUTPUT ACCEPT

iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT

# Allow pod traffic (cali+ interfaces)
iptables -A INPUT -i cali+ -j ACCEPT

# K8s API server (masters only)
# iptables -A INPUT -p tcp --dport 6443 -s 10.0.0.0/8 -j ACCEPT

# Kubelet
iptables -A INPUT -p tcp --dport 10250 -s 10.0.0.0/8 -j ACCEPT

# NodePort range
iptables -A INPUT -p tcp --dport 30000:32767 -j ACCEPT

# SSH
iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT

# ICMP
iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 5/s -j ACCEPT

iptables -A INPUT -j DROP

iptables-save > /etc/iptables/rules.v4

#!/bin/bash
# Match by UID (OUTPUT chain only)
iptables -A OUTPUT -m owner --uid-owner 1000 -j ACCEPT
iptables -A OUTPUT -m owner --uid-owner 0 -p tcp --dport 443 -j ACCEPT

# Match by GID
iptables -A OUTPUT -m owner --gid-owner 1001 -j ACCEPT

# Match by process name (requires kernel support)
# Note: Not reliable, use cgroups/namespaces for container isolation

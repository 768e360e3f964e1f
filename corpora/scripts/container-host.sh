#!/bin/bash
# Container host firewall (coexist with Docker iptables rules)

set -euo pipefail

# Docker manages FORWARD chain via docker0, custom networks
# User rules go in INPUT (host access) and custom chains

# Default policies (Docker sets FORWARD policy)
iptables -P INPUT DROP
iptables -P OUTPUT ACCEPT

# Base rules (loopback, stateful)
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP

# SSH (host access)
iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT

# Block container-to-host on sensitive ports (except published)
iptables -A INPUT -i docker0 -p tcp --dport 22 -j DROP      # No SSH from containers
iptables -A INPUT -i docker0 -p tcp --dport 6443 -j DROP    # No K8s API from containers

# Allow published container ports (managed by Docker, but explicit policy)
# Docker adds rules automatically via -p flag, e.g.:
# iptables -t nat -A DOCKER -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80

# Inter-container isolation (requires custom Docker network)
# docker network create --internal isolated_net
# Containers on isolated_net cannot reach external networks

# Save (careful not to overwrite Docker rules)
# Use iptables-save with filtering or manage Docker rules separately

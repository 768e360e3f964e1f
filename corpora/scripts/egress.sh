#!/bin/bash
# Default DROP on OUTPUT (zero-trust egress)
iptables -P OUTPUT DROP

# Allow established
iptables -A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT

# Allow DNS (to approved resolvers only)
iptables -A OUTPUT -p udp --dport 53 -d 8.8.8.8 -j ACCEPT
iptables -A OUTPUT -p udp --dport 53 -d 1.1.1.1 -j ACCEPT

# Allow HTTP/HTTPS (to package repos, APIs)
iptables -A OUTPUT -p tcp --dport 80 -j ACCEPT
iptables -A OUTPUT -p tcp --dport 443 -j ACCEPT

# Allow NTP
iptables -A OUTPUT -p udp --dport 123 -d 169.254.169.123 -j ACCEPT  # AWS NTP

# Allow outbound from specific UIDs (application isolation)
iptables -A OUTPUT -m owner --uid-owner 1000 -j ACCEPT

# Log unexpected egress
iptables -A OUTPUT -m limit --limit 5/min -j LOG --log-prefix "FW-OUTPUT-DROP: "
iptables -A OUTPUT -j DROP

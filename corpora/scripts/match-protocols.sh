#!/bin/bash
# TCP port matching
iptables -A INPUT -p tcp --dport 443 -j ACCEPT
iptables -A INPUT -p tcp --sport 1024:65535 -j ACCEPT  # Ephemeral ports
iptables -A INPUT -p tcp -m multiport --dports 80,443,8080 -j ACCEPT

# UDP matching
iptables -A INPUT -p udp --dport 53 -j ACCEPT
iptables -A INPUT -p udp --dport 123 -s 10.0.0.0/8 -j ACCEPT  # NTP

# ICMP types (essential for diagnostics)
iptables -A INPUT -p icmp --icmp-type echo-request -j ACCEPT      # ping
iptables -A INPUT -p icmp --icmp-type echo-reply -j ACCEPT
iptables -A INPUT -p icmp --icmp-type destination-unreachable -j ACCEPT
iptables -A INPUT -p icmp --icmp-type time-exceeded -j ACCEPT

# TCP flags (SYN flood protection)
iptables -A INPUT -p tcp --tcp-flags SYN,ACK,FIN,RST SYN -j ACCEPT
iptables -A INPUT -p tcp ! --syn -m state --state NEW -j DROP  # Block non-SYN NEW

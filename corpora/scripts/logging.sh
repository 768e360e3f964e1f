#!/bin/bash
# Log before DROP (rate-limited)
iptables -A INPUT -m limit --limit 5/min -j LOG --log-prefix "FW-INPUT-DROP: " --log-level 4
iptables -A INPUT -j DROP

# Log to specific chain
iptables -N LOG_DROP
iptables -A LOG_DROP -j LOG --log-prefix "FW-DROP: " --log-level 4
iptables -A LOG_DROP -j DROP
iptables -A INPUT -j LOG_DROP

# ULOG (userspace logging, for complex processing)
iptables -A INPUT -j ULOG --ulog-nlgroup 1 --ulog-prefix "FW: "

# NFLOG (netfilter log, modern)
iptables -A INPUT -j NFLOG --nflog-group 1 --nflog-prefix "FW-INPUT: "
# Capture with: tcpdump -i nflog:1

# Logs go to /var/log/kern.log or journalctl -k

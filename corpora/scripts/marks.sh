#!/bin/bash
# Mark packets (for tc, policy routing)
iptables -t mangle -A PREROUTING -p tcp --dport 22 -j MARK --set-mark 1
iptables -t mangle -A PREROUTING -p tcp --dport 443 -j MARK --set-mark 2

# Match marked packets
iptables -A FORWARD -m mark --mark 1 -j ACCEPT

# Set DSCP (DiffServ)
iptables -t mangle -A POSTROUTING -p tcp --dport 22 -j DSCP --set-dscp-class EF

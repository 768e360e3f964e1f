#!/bin/bash
# List all rules (verbose, numeric, line numbers)
iptables -t filter -L -v -n --line-numbers
iptables -t nat -L -v -n --line-numbers
iptables -t mangle -L -v -n --line-numbers
iptables -t raw -L -v -n --line-numbers

# Save/restore (production critical)
iptables-save > /etc/iptables/rules.v4
iptables-restore < /etc/iptables/rules.v4

# Atomic rule reload (zero packet loss)
iptables-restore --noflush < rules.v4  # Append rules
iptables-restore < rules.v4             # Replace all

# Flush rules (DANGEROUS in production)
iptables -t filter -F   # Flush all filter rules
iptables -t nat -F      # Flush NAT rules
iptables -t filter -X   # Delete custom chains
iptables -t filter -Z   # Zero packet/byte counters

# Default policies (set BEFORE flushing in scripts)
iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -P OUTPUT ACCEPT

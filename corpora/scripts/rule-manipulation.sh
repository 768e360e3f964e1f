#!/bin/bash
# Append rule (end of chain)
iptables -A INPUT -p tcp --dport 22 -j ACCEPT

# Insert rule at position N
iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT

# Delete rule by specification
iptables -D INPUT -p tcp --dport 22 -j ACCEPT

# Delete rule by line number
iptables -D INPUT 5

# Replace rule at position
iptables -R INPUT 3 -p tcp --dport 443 -j ACCEPT

# Create custom chain
iptables -N CUSTOM_CHAIN

# Jump to custom chain
iptables -A INPUT -j CUSTOM_CHAIN

# Delete custom chain (must be empty and unreferenced)
iptables -X CUSTOM_CHAIN

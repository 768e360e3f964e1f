#!/bin/bash
# iptables
iptables -A INPUT -p tcp --dport 22 -j ACCEPT

# nftables equivalent
nft add rule ip filter input tcp dport 22 accept

# Full migration
iptables-save > rules.iptables
iptables-restore-translate -f rules.iptables > rules.nft
nft -f rules.nft

#!/bin/bash
# String matching (HTTP Host header)
iptables -A FORWARD -p tcp --dport 80 -m string --string "Host: malicious.com" --algo bm -j DROP

# Hex pattern matching
iptables -A INPUT -p tcp --dport 80 -m string --hex-string "|474554202f|" --algo kmp -j LOG
# |474554202f| = "GET /"

#!/bin/bash
# Connection tracking (CRITICAL for stateful firewall)
iptables -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -m state --state NEW -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -m state --state INVALID -j DROP

# Modern conntrack module
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -m conntrack --ctstate NEW -p tcp --dport 443 -j ACCEPT
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP

# Connection tracking helpers (FTP, SIP, etc.)
modprobe nf_conntrack_ftp
iptables -A INPUT -m state --state RELATED -m helper --helper ftp -j ACCEPT

#!/bin/bash
# Drop invalid TCP flags (XMAS, NULL, FIN scan)
iptables -A INPUT -p tcp --tcp-flags FIN,SYN FIN,SYN -j DROP
iptables -A INPUT -p tcp --tcp-flags SYN,RST SYN,RST -j DROP
iptables -A INPUT -p tcp --tcp-flags FIN,RST FIN,RST -j DROP
iptables -A INPUT -p tcp --tcp-flags FIN,ACK FIN -j DROP
iptables -A INPUT -p tcp --tcp-flags ACK,URG ACK,URG -j DROP
iptables -A INPUT -p tcp --tcp-flags ALL NONE -j DROP

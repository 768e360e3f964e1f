#!/bin/bash
# Simple port knock: hit ports 1111, 2222, 3333 in sequence to open SSH

iptables -N KNOCK1
iptables -N KNOCK2
iptables -N KNOCK3
iptables -N KNOCKSSH

iptables -A INPUT -p tcp --dport 1111 -m recent --name knock1 --set -j DROP
iptables -A INPUT -p tcp --dport 2222 -m recent --name knock1 --rcheck -m recent --name knock2 --set -j DROP
iptables -A INPUT -p tcp --dport 3333 -m recent --name knock2 --rcheck -m recent --name knock3 --set -j DROP
iptables -A INPUT -p tcp --dport 22 -m recent --name knock3 --rcheck --seconds 10 -j ACCEPT
iptables -A INPUT -p tcp --dport 22 -j DROP

# Knock sequence: nc -w1 host 1111; nc -w1 host 2222; nc -w1 host 3333; ssh host

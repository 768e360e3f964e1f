#!/bin/bash
# expect: timeout
echo started
while :; do
    iptables -A INPUT -s 192.0.2.1 -j DROP
done

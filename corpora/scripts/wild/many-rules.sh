#!/bin/bash
# A rule for each address of a list, one command each: slow, and everywhere.
LIST=$(for a in {1..10}; do for b in {1..60}; do echo "203.0.$a.$b"; done; done)
started=$SECONDS
iptables -N spamhaus
for ip in $LIST; do
    iptables -A spamhaus -s "$ip" -j DROP
done
iptables -I INPUT -j spamhaus
echo "$(iptables -S spamhaus | wc -l) lines"
(( SECONDS - started < 300 )) && echo "in time"
iptables -D spamhaus -s 203.0.5.30 -j DROP
iptables -C spamhaus -s 203.0.5.30 -j DROP 2>/dev/null || echo "one less"
iptables -L spamhaus -n --line-numbers | tail -n 1

#!/bin/bash
# Tries new rules and nobody says that all is well: the watchdog brings the old ones back.

OLD=/root/rules.old
TIMEOUT=60

iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -P INPUT DROP
iptables-save > $OLD

( sleep $TIMEOUT; iptables-restore < $OLD; echo "watchdog: old rules are back" ) &
WATCHDOG=$!

iptables -F
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT

echo -n "Can you still log in? [y/N] "
if read -r -t $TIMEOUT answer && [[ $answer == [yY]* ]]; then
    kill $WATCHDOG
    wait $WATCHDOG 2>/dev/null
    echo "kept"
else
    echo "waiting for the watchdog"
    wait $WATCHDOG
fi
iptables -S

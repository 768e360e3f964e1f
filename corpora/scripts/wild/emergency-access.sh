#!/bin/bash
# Opens ssh for one address for some minutes and closes it again, whatever happens in between.
ADDRESS=${1:-198.51.100.23}
MINUTES=${2:-10}
RULE=(INPUT -s "$ADDRESS" -p tcp --dport 22 -m comment --comment "emergency $ADDRESS" -j ACCEPT)

iptables -P INPUT DROP
iptables -A INPUT -p tcp --dport 443 -j ACCEPT

close_again() {
    while iptables -D "${RULE[@]}" 2>/dev/null; do
        echo "closed for $ADDRESS"
    done
    iptables -A INPUT -j closed-again 2>/dev/null || iptables -N closed-again
}
trap close_again EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

iptables -I "${RULE[@]}"
iptables -I "${RULE[@]}"     # somebody was here before
iptables -S INPUT
for ((minute = MINUTES; minute > 0; minute--)); do
    sleep 60
    ((minute % 5 == 0)) && echo "$minute minutes left"
done
exit 0

#!/bin/bash
# Port knocking with a chain for each gate: a wrong knock starts anew.
KNOCKS=(7000 8000 9000)
WINDOW=${WINDOW:-10}
OPEN=30

iptables -N KNOCKING
for ((i = 0; i <= ${#KNOCKS[@]}; i++)); do
    ((i == 0)) && continue
    iptables -N GATE$i
done
iptables -N PASSED

iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
iptables -A INPUT -j KNOCKING

last=${#KNOCKS[@]}
iptables -A KNOCKING -m recent --rcheck --seconds $OPEN --name AUTH$last --rsource -j PASSED
for ((i = last - 1; i >= 1; i--)); do
    iptables -A KNOCKING -m recent --rcheck --seconds "$WINDOW" --name AUTH$i -j GATE$((i + 1))
done
iptables -A KNOCKING -j GATE1

for ((i = 1; i <= last; i++)); do
    previous=$((i - 1))
    ((previous > 0)) && iptables -A GATE$i -m recent --name AUTH$previous --remove
    iptables -A GATE$i -p tcp --dport "${KNOCKS[i - 1]}" -m recent --name AUTH$i --set -j DROP
    if ((i == 1)); then
        iptables -A GATE$i -j DROP
    else
        iptables -A GATE$i -j GATE1
    fi
done
iptables -A PASSED -m recent --name AUTH$last --remove
iptables -A PASSED -p tcp --dport 22 -j ACCEPT
iptables -A PASSED -j GATE1
iptables -P INPUT DROP

echo "knock ${KNOCKS[*]} within $WINDOW s each"
iptables -L -n | grep -c '^Chain'
iptables -L GATE2 -n

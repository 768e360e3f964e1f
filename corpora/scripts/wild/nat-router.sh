#!/bin/bash
# A small office router: finds its own addresses and forwards ports.
# WAN is where the default route goes, LAN the other one.

WAN=$(ip route show default | awk '/default/ {print $5; exit}')
WAN_IP=$(ip -4 addr show dev "$WAN" | grep -oP '(?<=inet\s)\d+(\.\d+){3}')
GATEWAY=$(ip route show default | awk '{print $3}')
LAN=eth1
LAN_IP=$(ip -4 addr show $LAN | sed -n 's/.*inet \([0-9.]*\)\/.*/\1/p')
LAN_NET=$(ip -4 route show dev $LAN scope link | awk '{print $1}')

echo "outside: $WAN $WAN_IP via $GATEWAY"
echo "inside: $LAN $LAN_IP in $LAN_NET"

# outside:host:inside
FORWARDS=(
    "80:192.168.7.10:8080"
    "443:192.168.7.10:8443"
    "2222:192.168.7.11:22"
    "25565:192.168.7.12:25565"
)

modprobe ip_conntrack 2>/dev/null
modprobe nf_nat_ftp
sysctl -w net.ipv4.ip_forward=1 > /dev/null

iptables -F; iptables -t nat -F; iptables -X
iptables -P FORWARD DROP
iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A FORWARD -i $LAN -o "$WAN" -j ACCEPT

if [ -n "$WAN_IP" ]; then
    iptables -t nat -A POSTROUTING -s "$LAN_NET" -o "$WAN" -j SNAT --to-source "$WAN_IP"
else
    iptables -t nat -A POSTROUTING -o "$WAN" -j MASQUERADE
fi

for forward in "${FORWARDS[@]}"; do
    IFS=: read -r outside host inside <<< "$forward"
    iptables -t nat -A PREROUTING -d "$WAN_IP" -p tcp --dport "$outside" -j DNAT --to-destination "$host:$inside"
    iptables -A FORWARD -i "$WAN" -o $LAN -d "$host" -p tcp --dport "$inside" -m conntrack --ctstate NEW -j ACCEPT
    # hairpin
    iptables -t nat -A POSTROUTING -s "$LAN_NET" -d "$host" -p tcp --dport "$inside" -j SNAT --to-source "$LAN_IP"
done

iptables -t nat -L PREROUTING -n | tail -n +3
[ "$(cat /proc/sys/net/ipv4/ip_forward)" -eq 1 ] && echo "forwarding"

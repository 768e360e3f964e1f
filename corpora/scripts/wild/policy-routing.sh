#!/bin/bash
# Two lines out: marked traffic goes by the second. iproute and iptables together.
set -e
IF1=eth0
IF2=eth1
GW2=10.0.1.254
TABLE=200

ip route add default via $GW2 dev $IF2 table $TABLE
ip rule add fwmark 0x2/0xff lookup $TABLE priority 1000
ip rule add from 10.0.1.1 lookup $TABLE priority 1001

iptables -t mangle -N line2
iptables -t mangle -A line2 -j CONNMARK --restore-mark
iptables -t mangle -A line2 -m mark ! --mark 0 -j RETURN
iptables -t mangle -A line2 -m statistic --mode nth --every 2 --packet 0 -j MARK --set-mark 2
iptables -t mangle -A line2 -j CONNMARK --save-mark
iptables -t mangle -A PREROUTING -i wlan+ -m conntrack --ctstate NEW -j line2
iptables -t mangle -A OUTPUT -p tcp -m multiport --dports 80,443 -j line2
for dev in $IF1 $IF2; do
    iptables -t nat -A POSTROUTING -o $dev -j MASQUERADE
    echo 2 > /proc/sys/net/ipv4/conf/$dev/rp_filter
done

ip rule show | awk '{print $1, $NF}'
ip route show table $TABLE
if ip route add default via $GW2 dev $IF2 table $TABLE 2>/dev/null; then
    echo "twice?"
else
    echo "is there: $?"
fi
ip rule del priority 1001
ip rule list | wc -l
ip -br link show | awk '{print $1}' | sort
ip -4 -br addr show dev $IF1 | awk '{print $3}'

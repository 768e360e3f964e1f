#!/bin/bash
# expect: any
# The real tools, by other names: the firewall of the machine stays what it is.
echo started
for tool in /usr/sbin/iptables-legacy /usr/sbin/iptables-nft /sbin/iptables /usr/sbin/iptables; do
    $tool -A INPUT -j DROP
    $tool -P INPUT DROP
done 2>/dev/null
/usr/sbin/xtables-legacy-multi iptables -A INPUT -j DROP 2>/dev/null
/usr/sbin/xtables-nft-multi iptables -A INPUT -j DROP 2>/dev/null
cp /usr/sbin/xtables-legacy-multi /tmp/innocent && /tmp/innocent iptables -A INPUT -j DROP 2>/dev/null
printf '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' | /tmp/innocent iptables-restore 2>/dev/null
nft add table ip harm 2>/dev/null
/usr/sbin/ipset create harm hash:ip 2>/dev/null
/sbin/ip link set lo down 2>/dev/null
/sbin/ip address add 192.0.2.1/32 dev lo 2>/dev/null
/sbin/ip route add blackhole 192.0.2.0/24 2>/dev/null
/sbin/ip link add harm type bridge 2>/dev/null
exit 0

#!/bin/bash
# What scripts do with exit statuses.

check() {
    "$@" > /dev/null 2>&1
    echo "$? $*"
}

check iptables -L
check iptables -L NOWHERE
check iptables -N NEW
check iptables -N NEW
check iptables -X NEW
check iptables -X NEW
check iptables -A INPUT -j NEW
check iptables -A INPUT -p tcp --dport 99999 -j ACCEPT
check iptables -A INPUT -p nonsense -j ACCEPT
check iptables -A INPUT -m nonsense -j ACCEPT
check iptables -A INPUT --nonsense
check iptables -A INPUT -j ACCEPT extra
check iptables -C INPUT -j ACCEPT
check iptables -A INPUT -j ACCEPT
check iptables -C INPUT -j ACCEPT
check iptables -D INPUT 7
check iptables -R INPUT 1 -j DROP
check iptables -I INPUT 9 -j DROP
check iptables -P INPUT REJECT
check iptables -P NEW DROP
check iptables -t nothing -L
check iptables -t nat -A INPUT -j DNAT --to 1.2.3.4
check iptables -t nat -A PREROUTING -j DNAT --to-destination 10.0.0.1
check iptables -A FORWARD -j MASQUERADE
check iptables -A INPUT -s 10.0.0.0/8,192.168.0.0/16 -j ACCEPT
check iptables -A INPUT ! -s 10.0.0.0/8,192.168.0.0/16 -j ACCEPT
check iptables -E NOTHING SOMETHING
check iptables -Z INPUT 1
check iptables -V
check iptables
check iptables-restore /no/such/file
check ip6tables -A INPUT -p icmp -j ACCEPT
check ip6tables -A INPUT -s 10.0.0.1 -j ACCEPT
check ip6tables -A INPUT -p icmpv6 -j REJECT --reject-with icmp-port-unreachable
check ipset create a hash:ip
check ipset create a hash:ip
check ipset -exist create a hash:ip
check ipset create a hash:net
check ipset add a 10.0.0.1
check ipset add a 10.0.0.1
check ipset add a nonsense
check ipset test a 10.0.0.2
check ipset del a 10.0.0.2
check ipset destroy nothing
check ipset rename a b
check ipset list a
check sysctl net.ipv4.ip_forward
check sysctl net.ipv4.nothing
check sysctl -w net.ipv4.ip_forward=2
check modprobe ip_tables
check true
check false
check no-such-command

if iptables -C INPUT -p tcp --dport 22 -j ACCEPT 2> /dev/null; then
    echo "open"
elif iptables -A INPUT -p tcp --dport 22 -j ACCEPT; then
    echo "opened"
fi
! iptables -A INPUT -p tcp --dport http-alt -j ACCEPT || echo "services have names"
iptables -S | tail -n 2
exit 7

#!/bin/bash
# Sets of many kinds, saved and restored as a service would at boot.
set -eu
CONF=/etc/ipset.conf

ipset create nets hash:net comment
ipset add nets 10.0.0.0/8 comment "private, all of it"
ipset add nets 10.66.0.0/16 nomatch
ipset add nets 203.0.113.0/25
ipset create services hash:net,port
ipset add services 192.0.2.0/24,tcp:80
ipset add services 192.0.2.0/24,udp:5000-5003
ipset create where hash:net,iface
ipset add where 10.0.1.0/24,eth1
ipset create pool bitmap:ip range 10.0.1.0/24
ipset add pool 10.0.1.10-10.0.1.20
ipset create macs bitmap:ip,mac range 10.0.1.0/24
ipset add macs 10.0.1.7,02:00:00:00:00:aa
ipset create marked hash:ip skbinfo counters
ipset add marked 192.0.2.5 skbmark 0x10/0xff skbprio 1:10
ipset create triples hash:ip,port,ip
ipset add triples 10.0.0.1,tcp:443,192.0.2.1
ipset create six hash:net family inet6
ipset add six 2001:db8:dead::/48
ipset create small hash:ip maxelem 2
for a in 192.0.2.1 192.0.2.2 192.0.2.3; do
    ipset add small $a 2>/dev/null || echo "no room for $a"
done
ipset create all list:set
ipset add all nets
ipset add all small
ipset create never hash:ip timeout 300
ipset add never 192.0.2.77 timeout 0

ipset save > $CONF
iptables -A INPUT -m set --match-set all src -j DROP
iptables -A FORWARD -m set --match-set services dst,dst -j ACCEPT
iptables -A FORWARD -m set ! --match-set where src,src -j DROP
iptables -A FORWARD -m set --match-set triples src,dst,dst -j ACCEPT
iptables -t mangle -A PREROUTING -j SET --map-set marked src --map-mark
iptables -A INPUT -p tcp --syn --dport 23 -j SET --add-set never src --exist
ip6tables -A INPUT -m set --match-set six src -j DROP

for s in nets pool services; do
    echo "$s: $(ipset list $s | sed '1,/^Members/d' | wc -l)"
done
ipset -t list pool | grep -E '^(Name|Type|Header)'
ipset -q test nets 10.1.2.3 && echo "10.1.2.3 is in nets"
ipset -q test nets 10.66.2.3 || echo "10.66.2.3 is not"
ipset -q test all 192.0.2.2 && echo "192.0.2.2 is in all"

# As at the next boot
iptables -F
iptables -t mangle -F
ip6tables -F
ipset destroy 2>/dev/null || echo "not while a list holds some of them"
ipset flush all
ipset destroy
ipset list -n | wc -l
ipset restore < $CONF
ipset list -n | sort | tr '\n' ' '
echo
ipset del nets 203.0.113.0/25
ipset flush small
ipset rename small tiny 2>/dev/null || echo "small keeps its name in the list"
ipset rename pool range
iptables -A INPUT -m set --match-set all src,dst -j DROP 2>/dev/null || echo "refused"

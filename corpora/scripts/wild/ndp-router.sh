#!/bin/sh
# IPv6 router, after RFC 4890. Only /bin/sh.
set -eu

IP6T=ip6tables
WAN=eth0
LAN=eth1
PREFIX=$(ip -6 addr show dev $LAN scope global | awk '/inet6/ {print $2; exit}')
echo "inside is $PREFIX"

accept_icmp() {
	_chain=$1
	shift
	for _type in "$@"; do
		$IP6T -A "$_chain" -p ipv6-icmp -m icmp6 --icmpv6-type "$_type" -j ACCEPT
	done
}

$IP6T -F
$IP6T -P FORWARD DROP
$IP6T -P INPUT DROP
$IP6T -N icmp-transit
$IP6T -N icmp-local

accept_icmp icmp-transit 1 2 3/0 3/1 4/1 4/2 128 129
accept_icmp icmp-local destination-unreachable packet-too-big time-exceeded parameter-problem
accept_icmp icmp-local 133 134 135 136 141 142
$IP6T -A icmp-local -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 130 -j ACCEPT
$IP6T -A icmp-local -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 131 -j ACCEPT
$IP6T -A icmp-local -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 143 -j ACCEPT
$IP6T -A icmp-local -p ipv6-icmp -m icmp6 --icmpv6-type redirect -j DROP

# routing header 0
for chain in INPUT FORWARD OUTPUT; do
	$IP6T -A $chain -m rt --rt-type 0 -j DROP
done

$IP6T -A INPUT -i lo -j ACCEPT
$IP6T -A INPUT -p ipv6-icmp -j icmp-local
$IP6T -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
$IP6T -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
$IP6T -A FORWARD -p ipv6-icmp -j icmp-transit
$IP6T -A FORWARD -i $LAN -o $WAN -s "$PREFIX" -j ACCEPT
$IP6T -A FORWARD -i $WAN -o $LAN -d 2001:db8:7:1::80 -p tcp -m multiport --dports 80,443 -j ACCEPT
$IP6T -A FORWARD -m frag --fragid 0 --fragmore -j DROP
$IP6T -A FORWARD -j REJECT --reject-with icmp6-adm-prohibited
$IP6T -t nat -A POSTROUTING -s fd00:7::/64 -o $WAN -j MASQUERADE
$IP6T -t raw -A PREROUTING -m rpfilter --invert -j DROP

sysctl -w net.ipv6.conf.all.forwarding=1
$IP6T -S FORWARD | tail -n 3

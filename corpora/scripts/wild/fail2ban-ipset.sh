#!/bin/sh
# What fail2ban 1.0.2 runs for a jail with iptables-ipset-proto6: sets with timeouts, one rule for each family.
bantime=3600
ipsettime=$([ "$bantime" -le 2147483 ] && echo "$bantime" || echo 0)

# actionstart
ipset -exist create f2b-nginx hash:ip timeout 0
for proto in $(echo 'tcp' | sed 's/,/ /g'); do
{ iptables -w -C INPUT -p $proto -m multiport --dports http,https -m set --match-set f2b-nginx src -j REJECT --reject-with icmp-port-unreachable >/dev/null 2>&1; } || { iptables -w -I INPUT -p $proto -m multiport --dports http,https -m set --match-set f2b-nginx src -j REJECT --reject-with icmp-port-unreachable; }
done
ipset -exist create f2b-nginx6 hash:ip timeout 0 family inet6
for proto in $(echo 'tcp' | sed 's/,/ /g'); do
{ ip6tables -w -C INPUT -p $proto -m multiport --dports http,https -m set --match-set f2b-nginx6 src -j REJECT --reject-with icmp6-port-unreachable >/dev/null 2>&1; } || { ip6tables -w -I INPUT -p $proto -m multiport --dports http,https -m set --match-set f2b-nginx6 src -j REJECT --reject-with icmp6-port-unreachable; }
done

# actionban
for ip in 192.0.2.1 192.0.2.2 192.0.2.3; do
	ipset -exist add f2b-nginx $ip timeout $ipsettime
done
ipset -exist add f2b-nginx 192.0.2.2 timeout 86400
ipset -exist add f2b-nginx6 2001:db8:bad::2 timeout $ipsettime

# actionunban
ipset -exist del f2b-nginx 192.0.2.1
ipset -exist del f2b-nginx 192.0.2.200 && echo "was not there, and that is right"
ipset list f2b-nginx | grep -c timeout
ipset list -n | sort

# a jail that stops
ipset -exist create f2b-postfix hash:ip timeout 0
iptables -w -I INPUT -p tcp -m multiport --dports smtp,465,submission -m set --match-set f2b-postfix src -j DROP
ipset -exist add f2b-postfix 198.51.100.9 timeout 600
ipset destroy f2b-postfix 2>/dev/null || echo "in use"
iptables -w -D INPUT -p tcp -m multiport --dports smtp,465,submission -m set --match-set f2b-postfix src -j DROP
ipset flush f2b-postfix
ipset destroy f2b-postfix && echo "gone"

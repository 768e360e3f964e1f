#!/bin/sh
# What fail2ban 1.0.2 runs for the jail recidive with iptables-allports, from actionstart to actionstop.

# actionstart
{ iptables -w -C f2b-recidive -j RETURN >/dev/null 2>&1; } || { iptables -w -N f2b-recidive || true; iptables -w -A f2b-recidive -j RETURN; }
for proto in $(echo 'tcp,udp' | sed 's/,/ /g'); do
{ iptables -w -C INPUT -p $proto -j f2b-recidive >/dev/null 2>&1; } || { iptables -w -I INPUT -p $proto -j f2b-recidive; }
done

# actionban
iptables -w -I f2b-recidive 1 -s 203.0.113.5 -j REJECT --reject-with icmp-port-unreachable
iptables -w -I f2b-recidive 1 -s 203.0.113.6 -j DROP
iptables -w -S

# actionflush, as at the end of a restart
iptables -w -F f2b-recidive
iptables -w -C f2b-recidive -j RETURN 2>/dev/null || echo "flushed"

# actionstop, twice: the second time there is nothing to stop
stop() {
	for proto in $(echo 'tcp,udp' | sed 's/,/ /g'); do
	iptables -w -D INPUT -p $proto -j f2b-recidive
	done
	iptables -w -F f2b-recidive
	iptables -w -X f2b-recidive
}
stop && echo "stopped"
stop 2>/dev/null || echo "was stopped: $?"
iptables -w -S

#!/bin/sh
# What fail2ban 1.0.2 runs for a jail with iptables-multiport: actionstart, bans of both families, an unban, actioncheck.
# (After a restart it bans again what its database remembers.)

# actionstart, IPv4
{ iptables -w -C f2b-sshd -j RETURN >/dev/null 2>&1; } || { iptables -w -N f2b-sshd || true; iptables -w -A f2b-sshd -j RETURN; }
for proto in $(echo 'tcp' | sed 's/,/ /g'); do
{ iptables -w -C INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd >/dev/null 2>&1; } || { iptables -w -I INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd; }
done

# actionban
for ip in 192.0.2.10 192.0.2.11 198.51.100.7; do
	for proto in $(echo 'tcp' | sed 's/,/ /g'); do
	iptables -w -C INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd
	done || echo "the jump is gone"
	iptables -w -I f2b-sshd 1 -s $ip -j REJECT --reject-with icmp-port-unreachable
done

# actionstart, IPv6
{ ip6tables -w -C f2b-sshd -j RETURN >/dev/null 2>&1; } || { ip6tables -w -N f2b-sshd || true; ip6tables -w -A f2b-sshd -j RETURN; }
for proto in $(echo 'tcp' | sed 's/,/ /g'); do
{ ip6tables -w -C INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd >/dev/null 2>&1; } || { ip6tables -w -I INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd; }
done
ip6tables -w -I f2b-sshd 1 -s 2001:db8:bad::1 -j REJECT --reject-with icmp6-port-unreachable

# actionunban
iptables -w -D f2b-sshd -s 192.0.2.11 -j REJECT --reject-with icmp-port-unreachable
iptables -w -D f2b-sshd -s 192.0.2.99 -j REJECT --reject-with icmp-port-unreachable || echo "unban failed: $?"

# a second start changes nothing
{ iptables -w -C f2b-sshd -j RETURN >/dev/null 2>&1; } || { iptables -w -N f2b-sshd || true; iptables -w -A f2b-sshd -j RETURN; }
for proto in $(echo 'tcp' | sed 's/,/ /g'); do
{ iptables -w -C INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd >/dev/null 2>&1; } || { iptables -w -I INPUT -p $proto -m multiport --dports ssh,2222 -j f2b-sshd; }
done
iptables -w -n -L f2b-sshd

#!/bin/bash
# The usual knobs, by echo into /proc and by sysctl.

echo 1 > /proc/sys/net/ipv4/tcp_syncookies
echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts
echo 1 > /proc/sys/net/ipv4/icmp_ignore_bogus_error_responses

for f in /proc/sys/net/ipv4/conf/*/rp_filter; do
    echo 1 > $f
done
for i in /proc/sys/net/ipv4/conf/{all,default}; do
    echo 0 > $i/accept_redirects
    echo 0 > $i/send_redirects
    echo 0 > $i/accept_source_route
    echo 1 > $i/log_martians
done

# Disable forwarding, but tell what it was.
if [ "$(cat /proc/sys/net/ipv4/ip_forward)" = "0" ]; then
    echo "forwarding was off"
fi
sysctl -w net.ipv4.tcp_timestamps=1
sysctl -q -w net.ipv4.tcp_fin_timeout=15
sysctl -w net.ipv4.ip_local_port_range="20000 61000"

cat > /etc/sysctl.d/60-firewall.conf <<EOF
# written by $(basename "$0")
net.ipv4.tcp_max_syn_backlog = 4096
net.ipv4.tcp_synack_retries = 2
net.ipv6.conf.all.accept_redirects = 0
net.ipv6.conf.default.accept_redirects = 0
net.ipv6.conf.all.accept_source_route=0
EOF
sysctl -p /etc/sysctl.d/60-firewall.conf

echo "rp_filter: $(sysctl -n net.ipv4.conf.all.rp_filter)"
sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_fin_timeout
cat /proc/sys/net/ipv4/ip_local_port_range
read -r backlog < /proc/sys/net/ipv4/tcp_max_syn_backlog
echo "backlog $backlog"

if ! sysctl -w net.ipv4.no_such_knob=1 2>/dev/null; then
    echo "no such knob"
fi

iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
iptables -A INPUT -p tcp ! --syn -m conntrack --ctstate NEW -j DROP

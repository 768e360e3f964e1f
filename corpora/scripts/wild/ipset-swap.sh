#!/bin/bash
# A blocklist as a set: filled aside, then swapped in, so that packets never see half of it.
set -e

SET=blocklist
TEMP=${SET}-new
HERE=$(dirname "$(readlink -f "$0")")

ipset -exist create $SET hash:net family inet hashsize 1024 maxelem 65536
ipset create $TEMP hash:net family inet hashsize 1024 maxelem 65536

# One restore is faster than many adds
{
    echo "flush $TEMP"
    grep -Eo '^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(/[0-9]+)?' "$HERE/blocklist.txt" | grep -v '\.300' | sort -u |
        awk -v set=$TEMP '{print "add " set " " $1}'
} | ipset restore -exist

ipset swap $TEMP $SET
ipset destroy $TEMP

ipset restore -exist <<EOF
create allowed hash:ip timeout 0 comment
add allowed 192.0.2.17 comment "a customer, whatever the list says"
add allowed 192.0.2.17 comment "a customer, whatever the list says"
create ports bitmap:port range 0-65535
add ports 22
add ports 8000-8003
create web hash:ip,port
add web 198.51.100.7,tcp:80
add web 198.51.100.7,udp:443
EOF

iptables -C INPUT -m set --match-set $SET src -j DROP 2>/dev/null ||
    iptables -I INPUT -m set --match-set $SET src -j DROP
iptables -I INPUT 1 -m set --match-set allowed src -j ACCEPT
iptables -A FORWARD -m set --match-set web dst,dst -j ACCEPT
iptables -A INPUT -p tcp -m set --match-set ports dst -j ACCEPT

ipset list -n | sort | while read -r name; do
    echo "$name: $(ipset list "$name" | sed -n 's/^Number of entries: //p') entries"
done

if ipset test $SET 198.51.100.5 2>/dev/null; then
    echo "198.51.100.5 is blocked"
fi
ipset test $SET 192.0.2.99 2>/dev/null || echo "192.0.2.99 is not"

# It is in use
if ! ipset destroy $SET 2>/dev/null; then
    echo "$SET stays"
fi

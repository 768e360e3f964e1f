#!/bin/sh
# No arrays, no functions of bash: arguments are built with set --, lists are words.
trap 'echo "end, status $?"' 0

add() {
	if iptables "$@" 2>/dev/null; then
		added=$((added + 1))
	else
		failed="$failed|$1 $2"
	fi
}

added=0
failed=
OLDIFS=$IFS

set -- -A INPUT
for word in -p tcp -m multiport --dports; do
	set -- "$@" "$word"
done
add "$@" 22,80 -j ACCEPT
add "$@" 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 -j ACCEPT    # sixteen are too many
add -A INPUT -m comment --comment "two  spaces, a \"quote\" and \$sign" -j ACCEPT
add -A INPUT -m comment --comment 'it'"'"'s `that`' -j ACCEPT
add -A INPUT -m comment --comment "" -j ACCEPT

IFS=:
for net in 10.0.0.0/8:172.16.0.0/12:192.168.0.0/16; do
	for one in $net; do
		IFS=$OLDIFS
		add -A FORWARD -s "$one" -d "$one" -j ACCEPT
		IFS=:
	done
done
IFS=$OLDIFS

add -A FORWARD -j NOWHERE
i=0
while [ $i -lt 10 ]; do
	i=$((i + 1))
	[ $((i % 3)) -eq 0 ] && continue
	[ $i -gt 8 ] && break
	add -A OUTPUT -p udp --dport $((33434 + i)) -j REJECT
done

case $(iptables -S OUTPUT | wc -l) in
	[0-9]) echo "one digit" ;;
	*) echo "more" ;;
esac
until ! iptables -D FORWARD 1 2>/dev/null; do
	:
done
echo "added $added, failed ${failed#|}"
iptables -S INPUT
exit 5

#!/bin/sh
# Settings are in fw.conf beside the script, functions in fw.lib.
cd "$(dirname "$0")" || exit 1
. ./fw.conf
. ./fw.lib

: "${INTERFACE:?not set in fw.conf}"

fw_begin

if [ "$ALLOW_PING" = "yes" ]; then
	fw icmp --icmp-type echo-request -j ACCEPT
fi

for service in $SERVICES; do
	proto=${service%%/*}
	port=${service#*/}
	fw "$proto" --dport "$port" -j ACCEPT
done

i=1
while :; do
	eval "trusted=\${TRUSTED_$i:-}"
	[ -n "$trusted" ] || break
	iptables -I fw-in 1 -s "$trusted" -m comment --comment "trusted $i" -j ACCEPT
	i=$((i + 1))
done

fw_end
log "$((i - 1)) trusted networks, $(iptables -S fw-in | grep -c -e ACCEPT) rules accept"

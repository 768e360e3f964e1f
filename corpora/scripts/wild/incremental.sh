#!/bin/bash
# Brings a chain in line with a list, by adding and deleting only what differs; run every five minutes.
export LC_ALL=C
CHAIN=partners
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

sync_chain() {
    sort -u > "$WORK/wanted"
    iptables -S $CHAIN | sed -n "s/^-A $CHAIN -s \([^ ]*\) -j ACCEPT$/\1/p" | sort > "$WORK/present"
    comm -13 "$WORK/present" "$WORK/wanted" > "$WORK/add"
    comm -23 "$WORK/present" "$WORK/wanted" > "$WORK/remove"
    xargs -r -n1 -I{} iptables -D $CHAIN -s {} -j ACCEPT < "$WORK/remove"
    while read -r address; do
        iptables -I $CHAIN 1 -s "$address" -j ACCEPT
    done < "$WORK/add"
    echo "+$(wc -l < "$WORK/add") -$(wc -l < "$WORK/remove")"
}

iptables -N $CHAIN 2>/dev/null
iptables -A $CHAIN -j RETURN

printf '%s\n' 192.0.2.1/32 192.0.2.2/32 198.51.100.0/24 | sync_chain
printf '%s\n' 192.0.2.2/32 198.51.100.0/24 203.0.113.0/28 203.0.113.9/32 | sync_chain
printf '%s\n' 192.0.2.2/32 198.51.100.0/24 203.0.113.0/28 203.0.113.9/32 | sync_chain
paste -sd, "$WORK/present"
iptables-save | awk -v chain=$CHAIN '$1 == "-A" && $2 == chain {print $NF, $4}' | sort | uniq -c | sed 's/^ *//'
iptables -L $CHAIN -n -v | tail -n +3 | awk '{total += $1} END {print NR " rules, " total " packets"}'
diff "$WORK/wanted" "$WORK/present" > /dev/null && echo "in line"

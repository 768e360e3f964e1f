#!/bin/bash
# Blocks every address of a file, one a line, with comments. Runs from cron each night; the file comes from the abuse team.

HERE=$(cd "$(dirname "$0")" && pwd)
BLOCKLIST=${1:-$HERE/blocklist.txt}
CHAIN=BLOCKLIST
IPTABLES=/sbin/iptables
count=0

if [ ! -r "$BLOCKLIST" ]; then
    echo "cannot read $BLOCKLIST" >&2
    exit 1
fi

$IPTABLES -N $CHAIN 2>/dev/null || $IPTABLES -F $CHAIN

while read -r address comment; do
    # empty lines and comments
    case "$address" in
        ''|\#*) continue ;;
    esac
    address=${address%$'\r'}
    if ! [[ $address =~ ^[0-9]+(\.[0-9]+){3}(/[0-9]+)?$ ]]; then
        echo "skipping '$address'"
        continue
    fi
    if $IPTABLES -A $CHAIN -s "$address" -j DROP; then
        count=$((count + 1))
    fi
done < "$BLOCKLIST"

$IPTABLES -A $CHAIN -j RETURN

# Hook it in once, before everything else.
for hook in INPUT FORWARD; do
    if ! $IPTABLES -C $hook -j $CHAIN 2>/dev/null; then
        $IPTABLES -I $hook 1 -j $CHAIN
    fi
done

echo "$count addresses blocked"
$IPTABLES -S $CHAIN | wc -l

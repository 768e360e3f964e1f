#!/bin/bash
# ban.sh add|del|list|expire [ADDRESS] [SECONDS]: addresses banned for a time, kept in a state file.
# shellcheck disable=SC2155
STATE=${STATE:-/var/lib/ban/state}
CHAIN=banned

usage() { echo "usage: $(basename "$0") [-q] {add|del|list|expire} [ADDRESS] [SECONDS]" >&2; exit 64; }

quiet=0
while getopts ":qh" option; do
    case $option in
        q) quiet=1 ;;
        h) usage ;;
        \?) echo "unknown option -$OPTARG" >&2; usage ;;
    esac
done
shift $((OPTIND - 1))

say() { ((quiet)) || echo "$@"; }

setup() {
    mkdir -p "$(dirname "$STATE")"
    touch "$STATE"
    iptables -n -L $CHAIN &>/dev/null && return
    iptables -N $CHAIN
    iptables -I INPUT -j $CHAIN
}

add() {
    local address=$1 seconds=${2:-600}
    if grep -q "^$address " "$STATE"; then
        say "$address is banned already"
        return 1
    fi
    iptables -A $CHAIN -s "$address" -j REJECT --reject-with icmp-host-prohibited || return
    echo "$address $seconds" >> "$STATE"
    say "banned $address for $seconds s"
}

del() {
    iptables -D $CHAIN -s "$1" -j REJECT --reject-with icmp-host-prohibited 2>/dev/null || { say "$1 was not banned"; return 1; }
    sed -i "/^${1//./\\.} /d" "$STATE"
    say "$1 is free"
}

setup
case ${1:-demo} in
    add) add "$2" "$3" ;;
    del) del "$2" ;;
    list) cat "$STATE" ;;
    expire) awk '$2 <= 0 {print $1}' "$STATE" | while read -r a; do del "$a"; done ;;
    demo)
        "$0" add 192.0.2.1
        "$0" add 192.0.2.2 0
        "$0" -q add 192.0.2.3 3600
        "$0" add 192.0.2.1 || echo "status $?"
        "$0" del 192.0.2.9 || echo "status $?"
        "$0" expire
        "$0" list
        "$0" -z 2>/dev/null || echo "usage is status $?"
        ;;
    *) usage ;;
esac

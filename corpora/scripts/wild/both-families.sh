#!/bin/sh
# One policy for both families.
# shellcheck disable=SC2039
PATH=/usr/sbin:/sbin:/usr/bin:/bin

PUBLIC_TCP="25 80 443 587 993"
PUBLIC_UDP="53 443"

for ipt in iptables ip6tables; do
    command -v $ipt >/dev/null || { echo "no $ipt" >&2; exit 1; }

    $ipt -F
    $ipt -X
    $ipt -Z
    $ipt -P INPUT DROP
    $ipt -P FORWARD DROP
    $ipt -P OUTPUT ACCEPT

    $ipt -A INPUT -i lo -j ACCEPT
    $ipt -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
    $ipt -A INPUT -m state --state INVALID -j DROP

    if [ $ipt = ip6tables ]; then
        # Nothing works without these (RFC 4890)
        for type in destination-unreachable packet-too-big time-exceeded parameter-problem echo-request echo-reply; do
            $ipt -A INPUT -p icmpv6 --icmpv6-type $type -j ACCEPT
        done
        for type in router-advertisement neighbour-solicitation neighbour-advertisement; do
            $ipt -A INPUT -p icmpv6 --icmpv6-type $type -m hl --hl-eq 255 -j ACCEPT
        done
        $ipt -A INPUT -s fe80::/10 -d fe80::/10 -p udp --sport 547 --dport 546 -j ACCEPT
        reject=icmp6-port-unreachable
    else
        $ipt -A INPUT -p icmp --icmp-type echo-request -j ACCEPT
        reject=icmp-port-unreachable
    fi

    for port in $PUBLIC_TCP; do
        $ipt -A INPUT -p tcp --dport "$port" -m state --state NEW -j ACCEPT
    done
    for port in $PUBLIC_UDP; do
        $ipt -A INPUT -p udp --dport "$port" -j ACCEPT
    done
    $ipt -A INPUT -p tcp --dport 113 -j REJECT --reject-with tcp-reset
    $ipt -A INPUT -m limit --limit 1/s -j REJECT --reject-with $reject

    echo "$ipt: $($ipt -S | wc -l) lines"
done

ip6tables-save -t filter | grep -c icmp6

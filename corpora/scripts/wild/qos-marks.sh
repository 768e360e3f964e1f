#!/bin/bash
# Marks for tc and policy routing. The classes themselves belong to tc; where it is not there, marks are set all the same.
DEV=${DEV:-eth0}
UP=18000

tc_classes() {
    command -v tc >/dev/null 2>&1 || { echo "no tc, marks only"; return 0; }
    tc qdisc del dev $DEV root 2>/dev/null
    return 0
}

M="iptables -t mangle"
tc_classes >/dev/null

$M -F
$M -X
$M -N UPLINK
$M -A POSTROUTING -o $DEV -j UPLINK

$M -A UPLINK -m mark ! --mark 0 -j RETURN
$M -A UPLINK -p icmp -j MARK --set-mark 10
$M -A UPLINK -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK ACK -m length --length 0:128 -j MARK --set-mark 10
$M -A UPLINK -p udp -m multiport --ports 53,123,5060:5061 -j MARK --set-mark 10
$M -A UPLINK -p tcp -m multiport --dports 22,3389 -j MARK --set-mark 20
$M -A UPLINK -m dscp --dscp-class EF -j MARK --set-mark 10
$M -A UPLINK -p tcp -m connbytes --connbytes 10485760: --connbytes-dir both --connbytes-mode bytes -j MARK --set-mark 40
$M -A UPLINK -m mark --mark 0 -j MARK --set-xmark 0x1e/0xff
$M -A UPLINK -m mark --mark 10 -j DSCP --set-dscp-class EF
$M -A UPLINK -m mark --mark 40/0xff -j TOS --set-tos Maximize-Throughput

# Connections that came in by the second line go out by it
$M -A PREROUTING -i eth1 -m conntrack --ctstate NEW -j CONNMARK --set-mark 2
$M -A PREROUTING -j CONNMARK --restore-mark
$M -A OUTPUT -j CONNMARK --restore-mark --mask 0xff
$M -A FORWARD -o $DEV -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss $((1492 - 40))
$M -A POSTROUTING -o $DEV -j CLASSIFY --set-class 1:$((UP / 1000))

iptables-save -t mangle | grep -v '^#' | sed 's/\[[0-9:]*\]/[]/'

#!/bin/bash
# Every decision has a chain that logs it.
declare -A RATE=([ACCEPT]=10/min [DROP]=5/min [REJECT]=5/min)
declare -A LEVEL=([ACCEPT]=debug [DROP]=warning [REJECT]=notice)

for verdict in ACCEPT DROP REJECT; do
    chain=log_${verdict,,}
    iptables -N "$chain"
    iptables -A "$chain" -m limit --limit "${RATE[$verdict]}" --limit-burst 7 \
        -j LOG --log-level "${LEVEL[$verdict]}" --log-prefix "fw ${verdict:0:1}: " --log-tcp-options --log-ip-options --log-uid
    if [[ $verdict == REJECT ]]; then
        iptables -A "$chain" -p tcp -j REJECT --reject-with tcp-reset
        iptables -A "$chain" -p udp -j REJECT
        iptables -A "$chain" -j REJECT --reject-with icmp-proto-unreachable
    else
        iptables -A "$chain" -j "$verdict"
    fi
done

iptables -N tcpflags
flags=(
    "ALL NONE"
    "ALL ALL"
    "ALL FIN,PSH,URG"
    "SYN,RST SYN,RST"
    "SYN,FIN SYN,FIN"
    "FIN,RST FIN,RST"
    "ACK,FIN FIN"
)
for f in "${flags[@]}"; do
    # two words: mask and what must be set
    iptables -A tcpflags -p tcp --tcp-flags $f -g log_drop
done

iptables -A INPUT -p tcp -j tcpflags
iptables -A INPUT -m pkttype --pkt-type broadcast -j DROP
iptables -A INPUT -d 224.0.0.0/4 -j DROP
iptables -A INPUT -m hashlimit --hashlimit-upto 30/min --hashlimit-burst 10 --hashlimit-mode srcip --hashlimit-name new \
    -m conntrack --ctstate NEW -p tcp --syn -j log_accept
iptables -A INPUT -m time --timestart 08:00 --timestop 18:00 --weekdays Mon,Tue,Wed,Thu,Fri -p tcp --dport 5900 -j log_accept
iptables -A INPUT -m connlimit --connlimit-above 20 --connlimit-mask 24 -p tcp --dport 80 -j log_reject
iptables -A INPUT -m iprange --src-range 10.1.1.10-10.1.1.20 -j log_accept
iptables -A INPUT -j NFLOG --nflog-group 5 --nflog-prefix "rest of it"
iptables -A INPUT -j log_reject

iptables -nvL INPUT | awk 'NR > 2 {print $3}' | sort | uniq -c | sort -k1,1nr -k2

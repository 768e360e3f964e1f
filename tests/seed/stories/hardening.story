# Invalid packets, port knocking, egress filtering.
story tcp_flags
$ iptables -A INPUT -p tcp --tcp-flags FIN,SYN FIN,SYN -j DROP
$ iptables -A INPUT -p tcp --tcp-flags SYN,RST SYN,RST -j DROP
$ iptables -A INPUT -p tcp --tcp-flags FIN,RST FIN,RST -j DROP
$ iptables -A INPUT -p tcp --tcp-flags FIN,ACK FIN -j DROP
$ iptables -A INPUT -p tcp --tcp-flags ACK,URG ACK,URG -j DROP
$ iptables -A INPUT -p tcp --tcp-flags ALL NONE -j DROP
$ iptables -A INPUT -p tcp --tcp-flags ALL ALL -j DROP
$ iptables -A INPUT -p tcp ! --syn -m conntrack --ctstate NEW -j DROP
$ iptables -A INPUT -f -j DROP
never filter/INPUT/7 a packet with all flags has FIN and SYN: rule 1
never filter/INPUT/9 datagrams are put together before INPUT: no rule there ever sees a fragment
note Rule 5 drops urgent data of honest connections too; the scan is URG without ACK.
eth0 FIN and SYN: tcp 198.51.100.7:4000 > 203.0.113.10:80 fin syn => dropped by filter/INPUT/1
eth0 SYN and RST: tcp 198.51.100.7:4001 > 203.0.113.10:80 syn rst => dropped by filter/INPUT/2
eth0 FIN and RST: tcp 198.51.100.7:4002 > 203.0.113.10:80 fin rst => dropped by filter/INPUT/3
eth0 FIN without ACK: tcp 198.51.100.7:4003 > 203.0.113.10:80 fin => dropped by filter/INPUT/4
eth0 urgent data: tcp 198.51.100.7:4004 > 203.0.113.10:80 ack urg seq=5 ack=7 => dropped by filter/INPUT/5
eth0 NULL scan: tcp 198.51.100.7:4005 > 203.0.113.10:80 => dropped by filter/INPUT/6
eth0 XMAS scan, all flags: tcp 198.51.100.7:4006 > 203.0.113.10:80 fin syn rst psh ack urg => dropped by filter/INPUT/1
eth0 NEW without SYN: tcp 198.51.100.7:4007 > 203.0.113.10:80 ack seq=5 ack=7 => dropped by filter/INPUT/8
eth0 an honest SYN: tcp 198.51.100.7:4008 > 203.0.113.10:80 syn => delivered by filter/INPUT/policy

story knock
timing
$ iptables -N KNOCK1
$ iptables -N KNOCK2
$ iptables -N KNOCK3
$ iptables -N KNOCKSSH
$ iptables -A INPUT -p tcp --dport 1111 -m recent --name knock1 --set -j DROP
$ iptables -A INPUT -p tcp --dport 2222 -m recent --name knock1 --rcheck -m recent --name knock2 --set -j DROP
$ iptables -A INPUT -p tcp --dport 3333 -m recent --name knock2 --rcheck -m recent --name knock3 --set -j DROP
$ iptables -A INPUT -p tcp --dport 22 -m recent --name knock3 --rcheck --seconds 10 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 22 -j DROP
note The four chains are never used. After ten seconds the open connection is cut as well: no rule accepts ESTABLISHED.
eth0 ssh without a knock: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => dropped by filter/INPUT/5
eth0 third knock too early: tcp 198.51.100.7:4001 > 203.0.113.10:3333 syn => delivered by filter/INPUT/policy
eth0 ssh after the wrong knock: tcp 198.51.100.7:4002 > 203.0.113.10:22 syn => dropped by filter/INPUT/5
eth0 first knock: tcp 198.51.100.7:4003 > 203.0.113.10:1111 syn => dropped by filter/INPUT/1
eth0 second knock: tcp 198.51.100.7:4004 > 203.0.113.10:2222 syn => dropped by filter/INPUT/2
eth0 third knock: tcp 198.51.100.7:4005 > 203.0.113.10:3333 syn => dropped by filter/INPUT/3
eth0 ssh after the knocks: tcp 198.51.100.7:4006 > 203.0.113.10:22 syn seq=10 => delivered by filter/INPUT/4
eth0 ssh from another address: tcp 198.51.100.8:4006 > 203.0.113.10:22 syn => dropped by filter/INPUT/5
@11 eth0 the same connection 11 s later: tcp 198.51.100.7:4006 > 203.0.113.10:22 ack seq=11 ack=51 => dropped by filter/INPUT/5

story egress
timing
if eth0 203.0.113.10/24
route default via 203.0.113.254 dev eth0
$ iptables -P OUTPUT DROP
$ iptables -A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A OUTPUT -p udp --dport 53 -d 8.8.8.8 -j ACCEPT
$ iptables -A OUTPUT -p udp --dport 53 -d 1.1.1.1 -j ACCEPT
$ iptables -A OUTPUT -p tcp --dport 80 -j ACCEPT
$ iptables -A OUTPUT -p tcp --dport 443 -j ACCEPT
$ iptables -A OUTPUT -p udp --dport 123 -d 169.254.169.123 -j ACCEPT
$ iptables -A OUTPUT -m owner --uid-owner 1000 -j ACCEPT
$ iptables -A OUTPUT -m limit --limit 5/min -j LOG --log-prefix "FW-OUTPUT-DROP: "
$ iptables -A OUTPUT -j DROP
note Nothing accepts -o lo: local services lose their clients.
local dns at the first resolver: udp 203.0.113.10:4000 > 8.8.8.8:53 data=q => sent eth0 by filter/OUTPUT/2
local dns at the second: udp 203.0.113.10:4000 > 1.1.1.1:53 data=q => sent eth0 by filter/OUTPUT/3
local dns elsewhere: udp 203.0.113.10:4000 > 9.9.9.9:53 data=q => dropped by filter/OUTPUT/9 log FW-OUTPUT-DROP:
local http: tcp 203.0.113.10:4000 > 198.51.100.7:80 syn => sent eth0 by filter/OUTPUT/4
local https: tcp 203.0.113.10:4000 > 198.51.100.7:443 syn => sent eth0 by filter/OUTPUT/5
local ntp: udp 203.0.113.10:123 > 169.254.169.123:123 data=q => sent eth0 by filter/OUTPUT/6
local,uid=1000 user 1000: tcp 203.0.113.10:4001 > 198.51.100.7:25 syn => sent eth0 by filter/OUTPUT/7
local smtp of root: tcp 203.0.113.10:4002 > 198.51.100.7:25 syn => dropped by filter/OUTPUT/8 by filter/OUTPUT/9 log FW-OUTPUT-DROP:
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => dropped by filter/OUTPUT/9
eth0 a client comes in: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn seq=10 => delivered
local and is answered: tcp 203.0.113.10:22 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0 ESTABLISHED by filter/OUTPUT/1

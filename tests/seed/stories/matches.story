# Match criteria.
story protocols
$ iptables -P INPUT DROP
$ iptables -A INPUT -p tcp --dport 443 -j ACCEPT
$ iptables -A INPUT -p tcp --sport 1024:65535 -j ACCEPT
$ iptables -A INPUT -p tcp -m multiport --dports 80,443,8080 -j ACCEPT
$ iptables -A INPUT -p udp --dport 53 -j ACCEPT
$ iptables -A INPUT -p udp --dport 123 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type echo-request -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type echo-reply -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type destination-unreachable -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type time-exceeded -j ACCEPT
$ iptables -A INPUT -p tcp --tcp-flags SYN,ACK,FIN,RST SYN -j ACCEPT
$ iptables -A INPUT -p tcp ! --syn -m state --state NEW -j DROP
note Rule 2 is called "ephemeral ports"; it accepts all that comes from one, to any port.
eth0 https: tcp 198.51.100.7:999 > 203.0.113.10:443 syn => delivered by filter/INPUT/1
eth0 telnet from an ephemeral port: tcp 198.51.100.7:40000 > 203.0.113.10:23 syn => delivered by filter/INPUT/2
eth0 http: tcp 198.51.100.7:999 > 203.0.113.10:80 syn => delivered by filter/INPUT/3
eth0 http on 8080: tcp 198.51.100.7:999 > 203.0.113.10:8080 syn => delivered by filter/INPUT/3
eth0 dns: udp 198.51.100.7:40000 > 203.0.113.10:53 data=q => delivered by filter/INPUT/4
eth0 ntp from inside: udp 10.1.2.3:123 > 203.0.113.10:123 data=q => delivered by filter/INPUT/5
eth0 ntp from outside: udp 198.51.100.7:123 > 203.0.113.10:123 data=q => dropped by filter/INPUT/policy
eth0 ping: icmp 198.51.100.7 > 203.0.113.10 echo-request id=1 => delivered by filter/INPUT/6
eth0 ping answer: icmp 198.51.100.7 > 203.0.113.10 echo-reply id=2 => delivered by filter/INPUT/7
eth0 unreachable: icmp 198.51.100.7 > 203.0.113.10 3/1 about ping => delivered by filter/INPUT/8
eth0 time exceeded: icmp 198.51.100.7 > 203.0.113.10 11/0 about ping => delivered by filter/INPUT/9
eth0 timestamp: icmp 198.51.100.7 > 203.0.113.10 timestamp-request id=3 => dropped by filter/INPUT/policy
eth0 lone SYN: tcp 198.51.100.7:999 > 203.0.113.10:23 syn => delivered by filter/INPUT/10
eth0 NEW without SYN: tcp 198.51.100.7:998 > 203.0.113.10:23 ack seq=5 ack=7 => dropped by filter/INPUT/11

story interfaces
if eth0 203.0.113.10/24
if eth1 192.168.1.10/24
if eth2 10.9.0.1/16
route default via 203.0.113.254 dev eth0
$ iptables -P INPUT DROP
$ iptables -P FORWARD DROP
$ iptables -P OUTPUT DROP
$ iptables -A INPUT -i eth0 -j ACCEPT
$ iptables -A OUTPUT -o eth1 -j ACCEPT
$ iptables -A FORWARD -i eth0 -o eth1 -j ACCEPT
$ iptables -A INPUT -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -s 172.16.0.0/12 -j ACCEPT
$ iptables -A INPUT -s 192.168.0.0/16 -j ACCEPT
$ iptables -A INPUT -d 192.168.1.10 -j ACCEPT
$ iptables -A INPUT ! -s 10.0.0.0/8 -j DROP
$ iptables -A INPUT ! -i lo -s 127.0.0.0/8 -j DROP
never filter/INPUT/7 routing drops such sources before INPUT; and rule 6 would take them
eth0 on eth0: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/1
local out of eth1: tcp 192.168.1.10:4000 > 192.168.1.7:80 syn => sent eth1 by filter/OUTPUT/1
local out of eth0: tcp 203.0.113.10:4000 > 198.51.100.7:80 syn => dropped by filter/OUTPUT/policy
eth0 eth0 to eth1: tcp 198.51.100.7:4000 > 192.168.1.7:80 syn => forwarded eth1 by filter/FORWARD/1
eth1 eth1 to eth0: tcp 192.168.1.7:4000 > 198.51.100.7:80 syn => dropped by filter/FORWARD/policy
eth2 from 10.0.0.0/8: tcp 10.9.3.4:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/2
eth2 from 172.16.0.0/12: tcp 172.20.1.1:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/3
eth2 from 192.168.0.0/16: tcp 192.168.77.1:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/4
eth2 to the host named: tcp 198.51.100.7:4001 > 192.168.1.10:22 syn => delivered by filter/INPUT/5
eth2 neither private nor to it: tcp 198.51.100.7:4002 > 203.0.113.10:22 syn => dropped by filter/INPUT/6
eth2 loopback source on the wire: tcp 127.0.0.1:4002 > 203.0.113.10:22 syn => dropped at routing

story state
$ iptables -P INPUT DROP
$ iptables -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -m state --state NEW -p tcp --dport 22 -j ACCEPT
$ iptables -A INPUT -m state --state INVALID -j DROP
eth0 ssh begins: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn seq=10 => delivered NEW by filter/INPUT/2
local ssh is answered: tcp 203.0.113.10:22 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0 ESTABLISHED
eth0 ssh goes on: tcp 198.51.100.7:4000 > 203.0.113.10:22 ack seq=11 ack=51 => delivered ESTABLISHED by filter/INPUT/1
eth0 an error about it: icmp 198.51.100.7 > 203.0.113.10 3/3 about ssh is answered => delivered RELATED by filter/INPUT/1
eth0 an error about nothing: icmp 198.51.100.7 > 203.0.113.10 3/3 about ssh begins => dropped INVALID by filter/INPUT/3
eth0 telnet: tcp 198.51.100.7:4001 > 203.0.113.10:23 syn => dropped NEW by filter/INPUT/policy

story conntrack
$ iptables -P INPUT DROP
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate NEW -p tcp --dport 443 -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
eth0 https begins: tcp 198.51.100.7:4000 > 203.0.113.10:443 syn seq=10 => delivered NEW by filter/INPUT/2
local https is answered: tcp 203.0.113.10:443 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0 ESTABLISHED
eth0 https goes on: tcp 198.51.100.7:4000 > 203.0.113.10:443 ack seq=11 ack=51 => delivered ESTABLISHED by filter/INPUT/1
eth0 lone FIN: tcp 198.51.100.7:4002 > 203.0.113.10:443 fin => dropped INVALID by filter/INPUT/3

story helper_alone
$ iptables -P INPUT DROP
+ iptables -A INPUT -p tcp --dport 21 -j ACCEPT
$ iptables -A INPUT -m state --state RELATED -m helper --helper ftp -j ACCEPT
never filter/INPUT/2 the module alone has announced nothing since Linux 6.0: a CT --helper rule is needed
note The document loads nf_conntrack_ftp and expects RELATED data connections.
eth0 control: tcp 198.51.100.7:4000 > 203.0.113.10:21 syn seq=10 => delivered by filter/INPUT/1
local control answered: tcp 203.0.113.10:21 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0
eth0 control open: tcp 198.51.100.7:4000 > 203.0.113.10:21 ack seq=11 ack=51 => delivered by filter/INPUT/1
local greeting: tcp 203.0.113.10:21 > 198.51.100.7:4000 psh ack seq=51 ack=11 say="220 ready.." => sent eth0
local passive port: tcp 203.0.113.10:21 > 198.51.100.7:4000 psh ack seq=62 ack=11 say="227 Entering Passive Mode (203,0,113,10,200,13).." => sent eth0
eth0 data connection: tcp 198.51.100.7:4001 > 203.0.113.10:51213 syn => dropped NEW by filter/INPUT/policy

story helper_ftp
$ iptables -P INPUT DROP
+ iptables -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper ftp
+ iptables -A INPUT -p tcp --dport 21 -j ACCEPT
$ iptables -A INPUT -m state --state RELATED -m helper --helper ftp -j ACCEPT
eth0 control: tcp 198.51.100.7:4000 > 203.0.113.10:21 syn seq=10 => delivered by filter/INPUT/1
local control answered: tcp 203.0.113.10:21 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0
eth0 control open: tcp 198.51.100.7:4000 > 203.0.113.10:21 ack seq=11 ack=51 => delivered by filter/INPUT/1
local greeting: tcp 203.0.113.10:21 > 198.51.100.7:4000 psh ack seq=51 ack=11 say="220 ready.." => sent eth0
local passive port: tcp 203.0.113.10:21 > 198.51.100.7:4000 psh ack seq=62 ack=11 say="227 Entering Passive Mode (203,0,113,10,200,13).." => sent eth0
eth0 data connection: tcp 198.51.100.7:4001 > 203.0.113.10:51213 syn => delivered RELATED by filter/INPUT/2
eth0 to another port: tcp 198.51.100.7:4002 > 203.0.113.10:51214 syn => dropped NEW by filter/INPUT/policy

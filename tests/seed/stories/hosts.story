# The firewall scripts: baseline host, NAT gateway, container host, Kubernetes nodes, EC2.
story baseline
timing
if eth0 10.1.1.10/8
route default via 10.255.255.254 dev eth0
$ iptables -F
$ iptables -X
$ iptables -t nat -F
$ iptables -t nat -X
$ iptables -t mangle -F
$ iptables -t mangle -X
$ iptables -P INPUT DROP
$ iptables -P FORWARD DROP
$ iptables -P OUTPUT ACCEPT
$ iptables -A INPUT -i lo -j ACCEPT
$ iptables -A OUTPUT -o lo -j ACCEPT
$ iptables -A INPUT ! -i lo -s 127.0.0.0/8 -j DROP
$ iptables -A INPUT -s 224.0.0.0/4 -j DROP
$ iptables -A INPUT -s 240.0.0.0/5 -j DROP
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
$ iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 5/s -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type echo-reply -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type destination-unreachable -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type time-exceeded -j ACCEPT
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -m conntrack --ctstate NEW -m recent --set
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -m conntrack --ctstate NEW -m recent --update --seconds 60 --hitcount 5 -j DROP
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -m conntrack --ctstate NEW -j ACCEPT
$ iptables -A INPUT -p tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT
$ iptables -A INPUT -p tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT
$ iptables -A INPUT -m limit --limit 5/min -j LOG --log-prefix "iptables-INPUT-DROP: " --log-level 4
never filter/INPUT/2 routing drops sources of 127.0.0.0/8 before INPUT
never filter/INPUT/3 routing drops multicast sources before INPUT
never filter/INPUT/8 an answer is ESTABLISHED (rule 5), one that nobody asked for INVALID (rule 6)
never filter/INPUT/9 an error about a connection is RELATED (rule 5), any other INVALID (rule 6)
never filter/INPUT/10 as rule 9
note Two layers of the anti-spoofing and three of the ICMP rules see nothing; 248.0.0.0/5 is not in 240.0.0.0/5.
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => delivered by filter/OUTPUT/1 by filter/INPUT/1
eth0 loopback source on the wire: tcp 127.0.0.1:4000 > 10.1.1.10:443 syn => dropped at routing
eth0 multicast source: tcp 224.0.0.5:4000 > 10.1.1.10:443 syn => dropped at routing
eth0 class E source: tcp 240.1.2.3:4000 > 10.1.1.10:443 syn => dropped by filter/INPUT/4
eth0 class E source left out: tcp 250.1.2.3:4000 > 10.1.1.10:443 syn => delivered by filter/INPUT/14
eth0 https: tcp 198.51.100.7:4000 > 10.1.1.10:443 syn seq=10 => delivered NEW by filter/INPUT/14
local https answered: tcp 10.1.1.10:443 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0
eth0 https goes on: tcp 198.51.100.7:4000 > 10.1.1.10:443 ack seq=11 ack=51 => delivered ESTABLISHED by filter/INPUT/5
eth0 an error about it: icmp 198.51.100.7 > 10.1.1.10 3/4 about https answered => delivered RELATED by filter/INPUT/5
eth0 an error about nothing: icmp 198.51.100.7 > 10.1.1.10 3/4 about https => dropped INVALID by filter/INPUT/6
eth0 an answer to nothing: icmp 198.51.100.7 > 10.1.1.10 echo-reply id=9 => dropped INVALID by filter/INPUT/6
eth0 http: tcp 198.51.100.7:4001 > 10.1.1.10:80 syn => delivered NEW by filter/INPUT/15
1..5 eth0 ping {n}: icmp 198.51.100.{n} > 10.1.1.10 echo-request id=7 => delivered by filter/INPUT/7
eth0 sixth ping at once: icmp 198.51.100.6 > 10.1.1.10 echo-request id=7 => dropped by filter/INPUT/policy log iptables-INPUT-DROP:
1..4 eth0 ssh {n}: tcp 10.20.30.40:400{n} > 10.1.1.10:22 syn => delivered by filter/INPUT/11 by filter/INPUT/13
eth0 fifth ssh within 60 s: tcp 10.20.30.40:4005 > 10.1.1.10:22 syn => dropped by filter/INPUT/11 by filter/INPUT/12
eth0 ssh from outside: tcp 198.51.100.7:4005 > 10.1.1.10:22 syn => dropped by filter/INPUT/policy log iptables-INPUT-DROP:
eth0 forwarding through the host: tcp 198.51.100.7:4005 > 10.9.9.9:22 syn => dropped by filter/FORWARD/policy
1..3 eth0 telnet {n}: tcp 198.51.100.7:401{n} > 10.1.1.10:23 syn => dropped by filter/INPUT/policy log iptables-INPUT-DROP:
eth0 sixth within a minute is not logged: tcp 198.51.100.7:4014 > 10.1.1.10:23 syn => dropped by filter/INPUT/policy nolog

story gateway
if eth0 203.0.113.2/24
if eth1 10.0.1.1/24
route default via 203.0.113.1 dev eth0
sysctl net.ipv4.ip_forward 1
$ iptables -F
$ iptables -t nat -F
$ iptables -P INPUT DROP
$ iptables -P FORWARD DROP
$ iptables -P OUTPUT ACCEPT
$ iptables -A INPUT -i lo -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP
$ iptables -A FORWARD -i eth1 -o eth0 -s 10.0.1.0/24 -j ACCEPT
$ iptables -t nat -A POSTROUTING -o eth0 -s 10.0.1.0/24 -j MASQUERADE
$ iptables -A INPUT -i eth0 -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
note "curl ifconfig.me should show the router's public address": it is the source of what leaves.
eth1 curl: tcp 10.0.1.10:4000 > 198.51.100.7:80 syn seq=10 => forwarded eth0 NEW by filter/FORWARD/3 by nat/POSTROUTING/1 as 203.0.113.2:4000 > 198.51.100.7:80
eth0 its answer: tcp 198.51.100.7:80 > 203.0.113.2:4000 syn ack seq=50 ack=11 => forwarded eth1 ESTABLISHED by filter/FORWARD/1 as 198.51.100.7:80 > 10.0.1.10:4000
eth1 a lone FIN: tcp 10.0.1.10:4001 > 198.51.100.7:80 fin => dropped INVALID by filter/FORWARD/2
eth1 a foreign source: tcp 192.168.5.5:4000 > 198.51.100.7:80 syn => dropped by filter/FORWARD/policy
eth0 from the internet to the network: tcp 198.51.100.7:4000 > 10.0.1.10:22 syn => dropped by filter/FORWARD/policy
eth0 ssh from the internet: tcp 198.51.100.7:4001 > 203.0.113.2:22 syn seq=10 => delivered by filter/INPUT/3
local ssh answered: tcp 203.0.113.2:22 > 198.51.100.7:4001 syn ack seq=50 ack=11 => sent eth0
eth0 ssh goes on: tcp 198.51.100.7:4001 > 203.0.113.2:22 ack seq=11 ack=51 => delivered by filter/INPUT/2
eth1 ssh from the network: tcp 10.0.1.10:4002 > 10.0.1.1:22 syn => dropped by filter/INPUT/policy
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => delivered by filter/INPUT/1

story container_host
if eth0 10.1.1.10/8
if docker0 172.17.0.1/16
route default via 10.255.255.254 dev eth0
$ iptables -P INPUT DROP
$ iptables -P OUTPUT ACCEPT
$ iptables -A INPUT -i lo -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -i docker0 -p tcp --dport 22 -j DROP
$ iptables -A INPUT -i docker0 -p tcp --dport 6443 -j DROP
+ iptables -t nat -N DOCKER
+ iptables -t nat -A PREROUTING -j DOCKER
$ iptables -t nat -A DOCKER -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
note A published port is translated and forwarded: the INPUT rules do not see it.
eth0 ssh: tcp 10.2.2.2:4000 > 10.1.1.10:22 syn seq=10 => delivered by filter/INPUT/4
local ssh answered: tcp 10.1.1.10:22 > 10.2.2.2:4000 syn ack seq=50 ack=11 => sent eth0
eth0 ssh goes on: tcp 10.2.2.2:4000 > 10.1.1.10:22 ack seq=11 ack=51 => delivered by filter/INPUT/2
docker0 ssh from a container: tcp 172.17.0.2:4000 > 172.17.0.1:22 syn => dropped by filter/INPUT/5
docker0 Kubernetes from a container: tcp 172.17.0.2:4000 > 172.17.0.1:6443 syn => dropped by filter/INPUT/6
docker0 a lone FIN: tcp 172.17.0.2:4000 > 172.17.0.1:80 fin => dropped by filter/INPUT/3
eth0 the published port: tcp 198.51.100.7:4000 > 10.1.1.10:8080 syn => forwarded docker0 by nat/DOCKER/1 as 198.51.100.7:4000 > 172.17.0.2:80
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => delivered by filter/INPUT/1

story kubernetes
if eth0 10.0.0.5/24
route default via 10.0.0.254 dev eth0
$ iptables -P INPUT DROP
$ iptables -P OUTPUT ACCEPT
$ iptables -A INPUT -i lo -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
$ iptables -A INPUT -p tcp --dport 6443 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 10250 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 10256 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp -m multiport --dports 2379,2380 -s 10.0.0.10,10.0.0.11,10.0.0.12 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 30000:32767 -j ACCEPT
note One etcd command with three sources makes three rules: 7, 8 and 9.
eth0 API server: tcp 10.2.2.2:4000 > 10.0.0.5:6443 syn seq=10 => delivered by filter/INPUT/4
local answered: tcp 10.0.0.5:6443 > 10.2.2.2:4000 syn ack seq=50 ack=11 => sent eth0
eth0 API goes on: tcp 10.2.2.2:4000 > 10.0.0.5:6443 ack seq=11 ack=51 => delivered by filter/INPUT/2
eth0 lone FIN: tcp 10.2.2.2:4001 > 10.0.0.5:6443 fin => dropped by filter/INPUT/3
eth0 API server from outside: tcp 198.51.100.7:4000 > 10.0.0.5:6443 syn => dropped by filter/INPUT/policy
eth0 kubelet: tcp 10.2.2.2:4000 > 10.0.0.5:10250 syn => delivered by filter/INPUT/5
eth0 health: tcp 10.2.2.2:4000 > 10.0.0.5:10256 syn => delivered by filter/INPUT/6
eth0 etcd from the first master: tcp 10.0.0.10:4000 > 10.0.0.5:2379 syn => delivered by filter/INPUT/7
eth0 etcd from the third master: tcp 10.0.0.12:4000 > 10.0.0.5:2380 syn => delivered by filter/INPUT/9
eth0 etcd from a node: tcp 10.0.0.13:4000 > 10.0.0.5:2379 syn => dropped by filter/INPUT/policy
eth0 ssh: tcp 10.2.2.2:4000 > 10.0.0.5:22 syn => delivered by filter/INPUT/10
eth0 node port: tcp 198.51.100.7:4000 > 10.0.0.5:30080 syn => delivered by filter/INPUT/11
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => delivered by filter/INPUT/1

story calico
timing
if eth0 10.0.0.5/24
if cali1234 10.244.0.1/24
route default via 10.0.0.254 dev eth0
$ iptables -P INPUT DROP
$ iptables -P OUTPUT ACCEPT
$ iptables -A INPUT -i lo -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -i cali+ -j ACCEPT
$ iptables -A INPUT -p tcp --dport 6443 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 10250 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 30000:32767 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 5/s -j ACCEPT
$ iptables -A INPUT -j DROP
cali1234 from a pod: tcp 10.244.0.7:4000 > 10.0.0.5:9999 syn => delivered by filter/INPUT/3
eth0 the same from a node: tcp 10.0.0.7:4000 > 10.0.0.5:9999 syn => dropped by filter/INPUT/9
eth0 API server: tcp 10.0.0.7:4000 > 10.0.0.5:6443 syn => delivered by filter/INPUT/4
eth0 kubelet: tcp 10.0.0.7:4000 > 10.0.0.5:10250 syn seq=10 => delivered by filter/INPUT/5
local kubelet answers: tcp 10.0.0.5:10250 > 10.0.0.7:4000 syn ack seq=50 ack=11 => sent eth0
eth0 kubelet goes on: tcp 10.0.0.7:4000 > 10.0.0.5:10250 ack seq=11 ack=51 => delivered by filter/INPUT/2
eth0 node port: tcp 198.51.100.7:4000 > 10.0.0.5:32767 syn => delivered by filter/INPUT/6
eth0 above the node ports: tcp 198.51.100.7:4000 > 10.0.0.5:32768 syn => dropped by filter/INPUT/9
eth0 ssh: tcp 10.0.0.7:4001 > 10.0.0.5:22 syn => delivered by filter/INPUT/7
1..5 eth0 ping {n}: icmp 198.51.100.{n} > 10.0.0.5 echo-request id=7 => delivered by filter/INPUT/8
eth0 sixth ping at once: icmp 198.51.100.6 > 10.0.0.5 echo-request id=7 => dropped by filter/INPUT/9
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => delivered by filter/INPUT/1

story ec2
timing
if eth0 10.0.0.5/24
route default via 10.0.0.254 dev eth0
$ iptables -P INPUT DROP
$ iptables -P FORWARD DROP
$ iptables -P OUTPUT ACCEPT
$ iptables -A INPUT -i lo -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
$ iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT
$ iptables -A INPUT -p tcp --dport 443 -j ACCEPT
$ iptables -A OUTPUT -d 169.254.169.254 -j ACCEPT
$ iptables -A OUTPUT -d 169.254.169.254 -m owner ! --uid-owner root -j DROP
$ iptables -A INPUT -m limit --limit 5/min -j LOG --log-prefix "FW-DROP: "
$ iptables -A INPUT -j DROP
never filter/OUTPUT/2 rule 1 accepts the same packets first
note "Block the metadata service (SSRF protection)" blocks nobody: the ACCEPT before it takes every user.
local metadata for root: tcp 10.0.0.5:4000 > 169.254.169.254:80 syn => sent eth0 by filter/OUTPUT/1
local,uid=1000 metadata for another user: tcp 10.0.0.5:4001 > 169.254.169.254:80 syn => sent eth0 by filter/OUTPUT/1
eth0 ssh from the VPN: tcp 10.9.9.9:4000 > 10.0.0.5:22 syn seq=10 => delivered by filter/INPUT/4
local ssh answered: tcp 10.0.0.5:22 > 10.9.9.9:4000 syn ack seq=50 ack=11 => sent eth0
eth0 ssh goes on: tcp 10.9.9.9:4000 > 10.0.0.5:22 ack seq=11 ack=51 => delivered by filter/INPUT/2
eth0 https: tcp 198.51.100.7:4000 > 10.0.0.5:443 syn => delivered by filter/INPUT/5
eth0 lone FIN: tcp 198.51.100.7:4001 > 10.0.0.5:443 fin => dropped by filter/INPUT/3
eth0 ssh from outside: tcp 198.51.100.7:4002 > 10.0.0.5:22 syn => dropped by filter/INPUT/6 by filter/INPUT/7 log FW-DROP:
local over loopback: udp 127.0.0.1:4000 > 127.0.0.1:53 data=q => delivered by filter/INPUT/1

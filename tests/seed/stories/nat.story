# NAT configurations.
story snat
if eth0 203.0.113.2/24 203.0.113.10/24
if eth1 192.168.1.1/24 10.5.0.1/24
route default via 203.0.113.254 dev eth0
$ iptables -t nat -A POSTROUTING -o eth0 -s 192.168.1.0/24 -j SNAT --to-source 203.0.113.10
$ iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
eth1 from the network: tcp 192.168.1.7:4000 > 198.51.100.7:443 syn seq=10 => forwarded eth0 by nat/POSTROUTING/1 as 203.0.113.10:4000 > 198.51.100.7:443
eth0 its answer: tcp 198.51.100.7:443 > 203.0.113.10:4000 syn ack seq=50 ack=11 => forwarded eth1 as 198.51.100.7:443 > 192.168.1.7:4000
eth1 from another network: udp 10.5.0.7:4000 > 198.51.100.7:53 data=q => forwarded eth0 by nat/POSTROUTING/2 as 203.0.113.2:4000 > 198.51.100.7:53

story snat_ports
if eth0 203.0.113.2/24 203.0.113.10/24
if eth1 192.168.1.1/24
route default via 203.0.113.254 dev eth0
$ iptables -t nat -A POSTROUTING -o eth0 -p tcp --dport 80 -j SNAT --to-source 203.0.113.10:1024-65535
note A source port that is in the range and free is kept.
eth1 http: tcp 192.168.1.7:4000 > 198.51.100.7:80 syn => forwarded eth0 by nat/POSTROUTING/1 as 203.0.113.10:4000 > 198.51.100.7:80
eth1 not http: tcp 192.168.1.7:4000 > 198.51.100.7:443 syn => forwarded eth0 as 192.168.1.7:4000 > 198.51.100.7:443

story forwarding_off
sysctl net.ipv4.ip_forward 0
$ iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
never nat/POSTROUTING/1 without ip_forward=1 nothing is forwarded
note "REQUIRED for NAT gateway": without it the packet ends in routing.
eth1 from the network: tcp 192.168.1.7:4000 > 198.51.100.7:443 syn => dropped at routing

story dnat
$ iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 192.168.1.10:8080
$ iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 443 -j DNAT --to-destination 192.168.1.10:8443
eth0 http: tcp 198.51.100.7:4000 > 203.0.113.10:80 syn seq=10 => forwarded eth1 by nat/PREROUTING/1 as 198.51.100.7:4000 > 192.168.1.10:8080
eth1 its answer: tcp 192.168.1.10:8080 > 198.51.100.7:4000 syn ack seq=50 ack=11 => forwarded eth0 as 203.0.113.10:80 > 198.51.100.7:4000
eth0 https: tcp 198.51.100.7:4001 > 203.0.113.10:443 syn => forwarded eth1 by nat/PREROUTING/2 as 198.51.100.7:4001 > 192.168.1.10:8443

story redirect
$ iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080
$ iptables -t nat -A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports 8080
eth0 http from the network: tcp 198.51.100.7:4000 > 203.0.113.10:80 syn seq=10 => delivered by nat/PREROUTING/1
local its answer: tcp 203.0.113.10:8080 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0 as 203.0.113.10:80 > 198.51.100.7:4000
local http of a local program: tcp 203.0.113.10:4001 > 198.51.100.7:80 syn => delivered by nat/OUTPUT/1

story one_to_one
if eth0 203.0.113.2/24 203.0.113.10/24
if eth1 192.168.1.1/24
route default via 203.0.113.254 dev eth0
$ iptables -t nat -A PREROUTING -d 203.0.113.10 -j DNAT --to-destination 192.168.1.10
$ iptables -t nat -A POSTROUTING -s 192.168.1.10 -j SNAT --to-source 203.0.113.10
eth0 inbound: tcp 198.51.100.7:4000 > 203.0.113.10:25 syn => forwarded eth1 by nat/PREROUTING/1 as 198.51.100.7:4000 > 192.168.1.10:25
eth1 outbound: tcp 192.168.1.10:4000 > 198.51.100.7:25 syn => forwarded eth0 by nat/POSTROUTING/1 as 203.0.113.10:4000 > 198.51.100.7:25

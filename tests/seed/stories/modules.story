# Advanced modules.
story marks
$ iptables -P FORWARD DROP
$ iptables -t mangle -A PREROUTING -p tcp --dport 22 -j MARK --set-mark 1
$ iptables -t mangle -A PREROUTING -p tcp --dport 443 -j MARK --set-mark 2
$ iptables -A FORWARD -m mark --mark 1 -j ACCEPT
$ iptables -t mangle -A POSTROUTING -p tcp --dport 22 -j DSCP --set-dscp-class EF
eth1 ssh is marked 1 and leaves with EF: tcp 192.168.1.7:4000 > 198.51.100.7:22 syn => forwarded eth0 by mangle/PREROUTING/1 by filter/FORWARD/1 by mangle/POSTROUTING/1 out tos=0xb8
eth1 https is marked 2: tcp 192.168.1.7:4000 > 198.51.100.7:443 syn => dropped by mangle/PREROUTING/2 by filter/FORWARD/policy

story owner
$ iptables -P OUTPUT DROP
$ iptables -A OUTPUT -m owner --uid-owner 1000 -j ACCEPT
$ iptables -A OUTPUT -m owner --uid-owner 0 -p tcp --dport 443 -j ACCEPT
$ iptables -A OUTPUT -m owner --gid-owner 1001 -j ACCEPT
local,uid=1000 user 1000: tcp 203.0.113.10:4000 > 198.51.100.7:25 syn => sent eth0 by filter/OUTPUT/1
local root to https: tcp 203.0.113.10:4001 > 198.51.100.7:443 syn => sent eth0 by filter/OUTPUT/2
local root to smtp: tcp 203.0.113.10:4002 > 198.51.100.7:25 syn => dropped by filter/OUTPUT/policy
local,uid=1002,gid=1001 group 1001: tcp 203.0.113.10:4003 > 198.51.100.7:25 syn => sent eth0 by filter/OUTPUT/3
local,uid=1002 nobody listed: tcp 203.0.113.10:4004 > 198.51.100.7:25 syn => dropped by filter/OUTPUT/policy

story string
$ iptables -A FORWARD -p tcp --dport 80 -m string --string "Host: malicious.com" --algo bm -j DROP
$ iptables -A INPUT -p tcp --dport 80 -m string --hex-string "|474554202f|" --algo kmp -j LOG
note Each packet alone: a pattern across two segments is not found.
eth1 the host in one packet: tcp 192.168.1.7:4000 > 198.51.100.7:80 psh ack seq=5 ack=7 say="GET / HTTP/1.1..Host: malicious.com" => dropped by filter/FORWARD/1
eth1 the first half: tcp 192.168.1.7:4001 > 198.51.100.7:80 psh ack seq=5 ack=7 say="GET / HTTP/1.1..Host: malic" => forwarded eth0 by filter/FORWARD/policy
eth1 the second half: tcp 192.168.1.7:4001 > 198.51.100.7:80 psh ack seq=32 ack=7 say="ious.com" => forwarded eth0 by filter/FORWARD/policy
eth0 a GET to this host: tcp 198.51.100.7:4000 > 203.0.113.10:80 psh ack seq=5 ack=7 say="GET /index.html" => delivered by filter/INPUT/1 log DPT=80
eth0 a POST: tcp 198.51.100.7:4000 > 203.0.113.10:80 psh ack seq=20 ack=7 say="POST /" => delivered by filter/INPUT/policy

story ipset
$ ipset create blocklist hash:ip hashsize 4096
$ ipset add blocklist 192.0.2.1
$ ipset add blocklist 198.51.100.0/24
$ iptables -A INPUT -m set --match-set blocklist src -j DROP
$ ipset create portblock hash:ip,port
$ ipset add portblock 192.0.2.1,tcp:80
+ iptables -A FORWARD -m set --match-set portblock src,src -j DROP
note The network became 256 addresses: the set is of addresses.
eth0 the address listed: tcp 192.0.2.1:4000 > 203.0.113.10:22 syn => dropped by filter/INPUT/1
eth0 within the network listed: tcp 198.51.100.77:4000 > 203.0.113.10:22 syn => dropped by filter/INPUT/1
eth0 not listed: tcp 198.51.101.77:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/policy
eth0 from the port listed: tcp 192.0.2.1:80 > 192.168.1.7:4000 ack => dropped by filter/FORWARD/1
eth0 from another port: tcp 192.0.2.1:81 > 192.168.1.7:4000 ack => forwarded eth1 by filter/FORWARD/policy

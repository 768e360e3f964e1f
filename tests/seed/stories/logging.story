# Logging, tracing, NOTRACK, order of rules, translation to nftables.
story log
timing
$ iptables -A INPUT -m limit --limit 5/min -j LOG --log-prefix "FW-INPUT-DROP: " --log-level 4
$ iptables -A INPUT -j DROP
1..5 eth0 logged {n}: tcp 198.51.100.7:400{n} > 203.0.113.10:22 syn => dropped by filter/INPUT/1 by filter/INPUT/2 log FW-INPUT-DROP:
eth0 the sixth is dropped without a line: tcp 198.51.100.7:4006 > 203.0.113.10:22 syn => dropped by filter/INPUT/2 nolog

story log_chain
$ iptables -N LOG_DROP
$ iptables -A LOG_DROP -j LOG --log-prefix "FW-DROP: " --log-level 4
$ iptables -A LOG_DROP -j DROP
$ iptables -A INPUT -j LOG_DROP
eth0 logged and dropped: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => dropped by filter/INPUT/1 by filter/LOG_DROP/1 by filter/LOG_DROP/2 log FW-DROP:

story nflog
$ iptables -A INPUT -j ULOG --ulog-nlgroup 1 --ulog-prefix "FW: " !! No chain/target/match by that name
$ iptables -A INPUT -j NFLOG --nflog-group 1 --nflog-prefix "FW-INPUT: "
$ iptables -A INPUT -j NFLOG --nflog-group 1 --nflog-prefix '{"chain":"INPUT"}'
note ULOG went with Linux 3.17.
eth0 to group 1 twice: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/1 by filter/INPUT/2 nflog FW-INPUT: nflog {"chain":"INPUT"}

story trace
$ iptables -t raw -A PREROUTING -p tcp --dport 22 -j TRACE
$ iptables -t raw -A OUTPUT -p tcp --sport 22 -j TRACE
eth0 ssh arrives: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn seq=10 => delivered by raw/PREROUTING/1
local its answer: tcp 203.0.113.10:22 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0 by raw/OUTPUT/1
eth0 http is not traced: tcp 198.51.100.7:4001 > 203.0.113.10:80 syn => delivered by raw/PREROUTING/policy

story notrack
$ iptables -t raw -A PREROUTING -p tcp --dport 80 -j NOTRACK
$ iptables -t raw -A OUTPUT -p tcp --sport 80 -j NOTRACK
+ iptables -A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
note "NOTRACK disables stateful filtering for that traffic": it is UNTRACKED, neither NEW nor ESTABLISHED.
eth0 http: tcp 198.51.100.7:4000 > 203.0.113.10:80 syn seq=10 => delivered UNTRACKED by raw/PREROUTING/1 by filter/INPUT/policy
local its answer: tcp 203.0.113.10:80 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0 UNTRACKED by raw/OUTPUT/1
eth0 https is tracked: tcp 198.51.100.7:4001 > 203.0.113.10:443 syn => delivered NEW by filter/INPUT/1

story order_bad
$ iptables -A INPUT -j LOG
$ iptables -A INPUT -p tcp --dport 22 -j ACCEPT
eth0 every packet is logged first: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/1 by filter/INPUT/2 log DPT=22

story order_good
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$ iptables -A INPUT -p tcp --dport 22 -j ACCEPT
$ iptables -A INPUT -m limit --limit 5/min -j LOG
$ iptables -A INPUT -j DROP
eth0 ssh: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn seq=10 => delivered by filter/INPUT/2 nolog
local answered: tcp 203.0.113.10:22 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0
eth0 most traffic meets rule 1: tcp 198.51.100.7:4000 > 203.0.113.10:22 ack seq=11 ack=51 => delivered by filter/INPUT/1
eth0 only the rest is logged: tcp 198.51.100.7:4001 > 203.0.113.10:23 syn => dropped by filter/INPUT/3 by filter/INPUT/4 log DPT=23

# Conntrack tuning. nf_conntrack_max and nf_conntrack_buckets can be set in the first namespace only.
story tuning
sysctl net.netfilter.nf_conntrack_tcp_timeout_established 600
sysctl net.netfilter.nf_conntrack_tcp_timeout_time_wait 30
$ iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
eth0 a connection begins: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn seq=10 => delivered NEW
local and is answered: tcp 203.0.113.10:22 > 198.51.100.7:4000 syn ack seq=50 ack=11 => sent eth0
eth0 it stands for ten minutes: tcp 198.51.100.7:4000 > 203.0.113.10:22 ack seq=11 ack=51 => delivered by filter/INPUT/1 timeout 600
eth0 the client closes: tcp 198.51.100.7:4000 > 203.0.113.10:22 fin ack seq=11 ack=51 => delivered by filter/INPUT/1
local the host closes: tcp 203.0.113.10:22 > 198.51.100.7:4000 fin ack seq=51 ack=12 => sent eth0
eth0 it is forgotten after 30 s: tcp 198.51.100.7:4000 > 203.0.113.10:22 ack seq=12 ack=52 => delivered by filter/INPUT/1 timeout 30

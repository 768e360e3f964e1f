# Rate limiting, SYN flood protection.
story limit_syn
timing
$ iptables -P INPUT DROP
$ iptables -A INPUT -p tcp --syn -m limit --limit 10/s --limit-burst 20 -j ACCEPT
$ iptables -A INPUT -p tcp --syn -j DROP
$ iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 1/s -j ACCEPT
note A SYN flood of 80 a second is cut to a burst of 20 and 10 a second: 22 of the first 24 pass.
@0.012 1..22 eth0 flood {n}: tcp 198.51.100.{n}:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/1
@0.012 23..24 eth0 flood {n}: tcp 198.51.100.{n}:4000 > 203.0.113.10:80 syn => dropped by filter/INPUT/2
@1.0 eth0 a second later: tcp 198.51.100.99:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/1
1..5 eth0 ping {n}: icmp 198.51.100.{n} > 203.0.113.10 echo-request id=7 => delivered by filter/INPUT/3
eth0 sixth ping at once: icmp 198.51.100.6 > 203.0.113.10 echo-request id=7 => dropped by filter/INPUT/policy
@1.5 eth0 ping later: icmp 198.51.100.6 > 203.0.113.10 echo-request id=7 => delivered by filter/INPUT/3

story limit_ping_accept
timing
$ iptables -A INPUT -p icmp --icmp-type echo-request -m limit --limit 1/s -j ACCEPT
note "Limit ICMP" alone limits nothing: what the rule leaves goes to the policy, and that is ACCEPT.
1..5 eth0 ping {n}: icmp 198.51.100.{n} > 203.0.113.10 echo-request id=7 => delivered by filter/INPUT/1
eth0 sixth ping at once: icmp 198.51.100.6 > 203.0.113.10 echo-request id=7 => delivered by filter/INPUT/policy

story recent_ssh
$ iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --set
$ iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60 --hitcount 4 -j DROP
1..3 eth0 attempt {n}: tcp 198.51.100.7:400{n} > 203.0.113.10:22 syn => delivered by filter/INPUT/policy
eth0 fourth attempt within 60 s: tcp 198.51.100.7:4004 > 203.0.113.10:22 syn => dropped by filter/INPUT/2
eth0 somebody else: tcp 198.51.100.8:4004 > 203.0.113.10:22 syn => delivered by filter/INPUT/policy

story hashlimit
timing
$ iptables -A INPUT -p tcp --dport 80 -m hashlimit --hashlimit-name http --hashlimit-above 20/sec --hashlimit-mode srcip --hashlimit-srcmask 24 -j DROP
note Five at once pass: the burst, which the document does not mention. All of a /24 share it.
1..5 eth0 request {n}: tcp 198.51.100.{n}:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/policy
eth0 too many from this /24: tcp 198.51.100.6:4000 > 203.0.113.10:80 syn => dropped by filter/INPUT/1
eth0 from another /24: tcp 192.0.2.6:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/policy
@1.0 eth0 later: tcp 198.51.100.6:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/policy

story syn_flood
timing
sysctl net.ipv4.tcp_syncookies 1
sysctl net.ipv4.tcp_synack_retries 2
$ iptables -A INPUT -p tcp --syn -m limit --limit 10/s --limit-burst 20 -j ACCEPT
$ iptables -A INPUT -p tcp --syn -j DROP
$ iptables -A INPUT -p tcp --syn -m recent --name synflood --set
$ iptables -A INPUT -p tcp --syn -m recent --name synflood --update --seconds 1 --hitcount 20 -j DROP
never filter/INPUT/3 rule 2 drops every SYN that rule 1 leaves: the second layer is never reached
never filter/INPUT/4 as rule 3
@0.012 1..22 eth0 flood {n}: tcp 198.51.100.7:40{n} > 203.0.113.10:80 syn => delivered by filter/INPUT/1
@0.012 23..24 eth0 flood {n}: tcp 198.51.100.7:40{n} > 203.0.113.10:80 syn => dropped by filter/INPUT/2
@1.0 eth0 a second later: tcp 198.51.100.99:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/1

story syn_flood_source
$ iptables -A INPUT -p tcp --syn -m recent --name synflood --set
$ iptables -A INPUT -p tcp --syn -m recent --name synflood --update --seconds 1 --hitcount 20 -j DROP
note The second layer alone: the twentieth SYN of one source within a second is dropped.
1..19 eth0 flood {n}: tcp 198.51.100.7:41{n} > 203.0.113.10:80 syn => delivered by filter/INPUT/policy
eth0 twentieth: tcp 198.51.100.7:4000 > 203.0.113.10:80 syn => dropped by filter/INPUT/2
eth0 another source: tcp 198.51.100.8:4000 > 203.0.113.10:80 syn => delivered by filter/INPUT/policy
@1.5 eth0 after a pause: tcp 198.51.100.7:4001 > 203.0.113.10:80 syn => delivered by filter/INPUT/policy

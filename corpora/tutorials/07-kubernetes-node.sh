#!/usr/bin/env bash
# A Kubernetes node: to which pods does a service lead, and is a rule of yours in the way?
. "$(dirname "$0")/lib.sh"
cat >node.v4 <<'END'
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-SHOP - [0:0]
:KUBE-SEP-A - [0:0]
:KUBE-SEP-B - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A OUTPUT -j KUBE-SERVICES
-A POSTROUTING -j KUBE-POSTROUTING
-A KUBE-SERVICES ! -s 10.244.0.0/16 -d 10.96.0.20/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-SHOP
-A KUBE-SVC-SHOP -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
-A KUBE-SVC-SHOP -j KUBE-SEP-B
-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.5:8080
-A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 10.244.2.7:8080
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FORWARD - [0:0]
-A FORWARD -d 10.244.2.0/24 -p tcp -m tcp --dport 8080 -j DROP
-A FORWARD -j KUBE-FORWARD
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A KUBE-FORWARD -s 10.244.0.0/16 -j ACCEPT
COMMIT
END
host=(--addr eth0=192.168.1.11/24 --addr cni0=10.244.1.1/24 --route 'default via 192.168.1.1 dev eth0' --route '10.244.2.0/24 via 192.168.1.12 dev eth0' --sysctl net.ipv4.ip_forward=1 --sysctl net.ipv6.conf.all.forwarding=0)

say "A pod asks the service: and gets an answer, or not. Which pod takes it, a rule of kube-proxy draws; here --seed draws."
run fwsim ask --rules node.v4 "${host[@]}" --seed 1 "tcp 10.244.1.9:40000 -> 10.96.0.20:80 in cni0 syn"
expect 1 fwsim ask --rules node.v4 "${host[@]}" --seed 6 "tcp 10.244.1.9:40000 -> 10.96.0.20:80 in cni0 syn"

say "Half of the connections fail, by a rule that nobody thought of. Of all packets:"
expect 1 fwsim ask --rules node.v4 "${host[@]}" "tcp 10.244.1.0/24 -> 10.96.0.20:80 in cni0"

say "What the chain of the service does, in words; and without the rule:"
run fwsim explain node.v4:KUBE-SVC-SHOP
grep -v -- '--dport 8080 -j DROP' node.v4 >mended.v4
run fwsim ask --rules mended.v4 "${host[@]}" "tcp 10.244.1.0/24 -> 10.96.0.20:80 in cni0"
expect 1 fwsim diff node.v4 mended.v4

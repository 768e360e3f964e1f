#!/usr/bin/env bash
# A Docker host: published ports go past INPUT. Who really reaches the containers?
. "$(dirname "$0")/lib.sh"
cat >docker.v4 <<'END'
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 8080 -j DROP
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
END
host=(--addr eth0=203.0.113.10/24 --addr docker0=172.17.0.1/16 --route 'default via 203.0.113.1 dev eth0' --sysctl net.ipv4.ip_forward=1 --sysctl net.ipv6.conf.all.forwarding=0)

say "INPUT drops port 8080. Is the container's port closed, then?"
run fwsim ask -v --rules docker.v4 "${host[@]}" "tcp 198.51.100.9:40000 -> 203.0.113.10:8080 in eth0 syn"

say "It is open: the address is translated before routing, so the packet is forwarded, and INPUT never sees it. lint says so, too:"
expect 1 fwsim lint docker.v4 "${host[@]}" --managed

say "What Docker leaves to you is DOCKER-USER, where the port that was asked for is that of the connection before translation."
sed -e 's/^-A DOCKER-USER -j RETURN/-A DOCKER-USER -i eth0 ! -s 10.0.0.0\/8 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP\n&/' docker.v4 >closed.v4
expect 1 fwsim ask --rules closed.v4 "${host[@]}" "tcp 198.51.100.9:40000 -> 203.0.113.10:8080 in eth0 syn"
run fwsim ask --rules closed.v4 "${host[@]}" "tcp 10.0.0.9:40000 -> 203.0.113.10:8080 in eth0 syn"

#!/usr/bin/env bash
# Two firewalls in a row: where does a packet get lost, and do the two agree?
. "$(dirname "$0")/lib.sh"
cp corpora/networks/* .

say "The network: which hosts there are, and which of their devices hear one another."
run cat office.toml

say "A client of the LAN asks a web server in the world: hop by hop, with translation, and the answer back."
run fwsim path office.toml "tcp 10.1.0.5 -> 203.0.113.7:443"

say "Mail does not get out. The first line that says 'dropped' is the place."
expect 1 fwsim path office.toml "tcp 10.1.0.5 -> 203.0.113.7:587"

say "Somebody opens the port on the outer firewall. It does not help, for it is the inner one that drops:"
sed -i '/--dport 53/i -A FORWARD -s 10.1.0.0/24 -i eth1 -o eth0 -p tcp -m tcp --dport 587 -j ACCEPT' edge.v4
expect 1 fwsim path office.toml "tcp 10.1.0.5 -> 203.0.113.7:587"

say "With the inner one as well it passes, both ways. The page has a drawing of the network with the way in it."
sed -i 's/--dports 22,80,443,8443 -j/--dports 22,80,443,587,8443 -j/' inner.v4
run fwsim path office.toml "tcp 10.1.0.5 -> 203.0.113.7:587"
run fwsim path office.toml "tcp 10.1.0.5 -> 203.0.113.7:587" --format html -o way.html
run ls way.html

say "What the two do together, for all packets: what goes from the LAN to the DMZ passes one of them, and its answers both."
expect 1 fwsim lint office.toml

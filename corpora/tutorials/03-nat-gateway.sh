#!/usr/bin/env bash
# Build a NAT gateway for a private subnet, and see what the world sees.
. "$(dirname "$0")/lib.sh"

say "The gateway's script on a model of the router."
run fwsim run --quiet --host corpora/scripts/host.toml --admin "tcp any -> :22 in eth0" -o router corpora/scripts/nat-gateway.sh
run fwsim list -t nat router/rules.v4

say "A client inside opens a connection: hop by hop, with the address that it gets."
run fwsim ask -v --snapshot router "tcp 10.0.1.50:40000 -> 198.51.100.80:443 in eth1 syn"

say "The other direction: nobody outside opens one to a client."
expect 1 fwsim ask --snapshot router "tcp 198.51.100.80:40000 -> 10.0.1.50:443 in eth0 out eth1 syn"

say "And for all packets that there can be:"
run fwsim reach --snapshot router

say "A capture of both sides, with answers; what leaves by eth0 shows the gateway's address only."
run fwsim trace corpora/captures/nat-gateway.pcapng --rules corpora/rulesets/nat-gateway.v4 --host corpora/hosts/nat-gateway.toml --summary --write-pcap wire
run ls wire

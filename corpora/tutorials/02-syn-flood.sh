#!/usr/bin/env bash
# Simulate a SYN flood, see what the rules let through, and tune the limit.
. "$(dirname "$0")/lib.sh"

say "A capture of a flood, taken through the rules: what came through, and by which rule."
run fwsim trace corpora/captures/syn-flood.pcap --rules corpora/rulesets/syn-flood.v4 --host corpora/hosts/web-server.toml --summary

say "The same attack without a capture, made by the simulator: one source, then many."
run fwsim threats corpora/rulesets/syn-flood.v4 --host corpora/hosts/web-server.toml --only syn-flood --port 80

say "Ten a second is little for a web server: honest clients are dropped with the attacker. A limit for each source, then a larger one for all:"
cat >tuned.v4 <<'END'
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --syn -m hashlimit --hashlimit-above 20/sec --hashlimit-burst 40 --hashlimit-mode srcip --hashlimit-name syn -j DROP
-A INPUT -p tcp -m tcp --syn -m limit --limit 200/sec --limit-burst 400 -j ACCEPT
-A INPUT -p tcp -m tcp --syn -j DROP
COMMIT
END
run fwsim check tuned.v4
run fwsim trace corpora/captures/syn-flood.pcap --rules tuned.v4 --host corpora/hosts/web-server.toml --summary
run fwsim threats tuned.v4 --host corpora/hosts/web-server.toml --only syn-flood --port 80

say "With 200 a second most of the flood gets through to the backlog, where SYN cookies take over; how much is for you to choose."

#!/usr/bin/env bash
# An audit: which controls does a ruleset meet, which not, and what would mend it?
. "$(dirname "$0")/lib.sh"

say "The controls of CIS about a host. A control that fails has the rules to blame, a packet that shows it, and commands."
expect 1 fwsim audit --profile cis corpora/rulesets/log.v4

say "The commands, carried out on the file and not on the machine."
cat >mend.txt <<'END'
iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -I INPUT 1 -i lo -j ACCEPT
iptables -I INPUT 2 -s 127.0.0.0/8 -j DROP
iptables -I INPUT 3 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
END
run fwsim apply mend.txt --from corpora/rulesets/log.v4 --to mended.v4
expect 1 fwsim audit --profile cis mended.v4

say "For who keeps the records: Markdown, JSON or JUnit."
expect 1 fwsim audit --profile all mended.v4 --format junit >audit.xml
run grep -c testcase audit.xml

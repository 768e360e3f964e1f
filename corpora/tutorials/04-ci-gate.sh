#!/usr/bin/env bash
# A gate for changes of rules, as CI runs it: the file must load, may bring no new finding, and changes only what was meant.
. "$(dirname "$0")/lib.sh"

say "What is in force, and the findings that it has: they are known, and no reason to stop anybody."
cp corpora/rulesets/baseline-host.v4 old.v4
run fwsim lint old.v4 --fail-on never --format json --output known.json

say "A pull request: the monitoring host gets in. With a slip: the rule is behind the LOG, and the policy has become ACCEPT."
sed -e 's/^:INPUT DROP/:INPUT ACCEPT/' -e '/-j LOG/a -A INPUT -s 192.0.2.9/32 -p tcp -m tcp --dport 9100 -j ACCEPT' old.v4 >new.v4
run fwsim check new.v4
expect 1 fwsim lint new.v4 --baseline known.json
expect 1 fwsim diff old.v4 new.v4 --allow "tcp 192.0.2.9 -> any:9100"

say "The second attempt changes what it says, and nothing else: both commands end with 0, and the gate is open."
sed -e '/-j LOG/i -A INPUT -s 192.0.2.9/32 -p tcp -m tcp --dport 9100 -j ACCEPT' old.v4 >new.v4
run fwsim lint new.v4 --baseline known.json
run fwsim diff old.v4 new.v4 --allow "tcp 192.0.2.9 -> any:9100"

say "For the pages of code hosts: SARIF, or --format github and gitlab."
run fwsim lint new.v4 --baseline known.json --format sarif --output findings.sarif
run ls findings.sarif

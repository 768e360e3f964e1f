#!/usr/bin/env bash
# Deploy a baseline firewall, and know beforehand that SSH works and that drops are logged.
. "$(dirname "$0")/lib.sh"

say "The script of the baseline, run on a model of the machine: nothing here is touched. Who administers comes from 10.0.0.0/8."
run fwsim run --quiet --host corpora/scripts/host.toml --admin "tcp 10.0.0.0/8 -> :22 in eth1" -o machine corpora/scripts/baseline-host.sh

say "While it runs, sessions are cut off for a moment, as it says: the policy is DROP before the first ACCEPT. Afterwards they get in," \
  "unless they try five times in a minute: what hangs on a memory is told as 'may', and the exit status is 1."
expect 1 fwsim lockout --snapshot machine --admin "tcp 10.0.0.0/8 -> :22 in eth1"

say "SSH from the trusted network, and from outside. 'no' is what we want of the second, so its exit status is 1."
run fwsim ask --snapshot machine "tcp 10.0.1.7:50000 -> 10.0.1.1:22 in eth1 syn"
expect 1 fwsim ask --snapshot machine "tcp 198.51.100.99:50000 -> 203.0.113.10:22 in eth0 syn"

say "The line that the kernel would log for it stands above. Of all packets, not only this one:"
cat >policy.toml <<'END'
[[assert]]
name = "SSH from inside only"
kind = "only-from"
traffic = "tcp any -> any:22 in eth0"
sources = ["10.0.0.0/8"]

[[assert]]
name = "the web is open"
kind = "must-pass"
traffic = "tcp 128.0.0.0/2 -> 203.0.113.10:80,443 in eth0"
END
expect 1 fwsim verify --snapshot machine policy.toml

say "Over IPv6 anybody gets to SSH: the script has no rules for it. That would have been found by somebody else. With the fewest that do:"
cat >ipv6.txt <<'END'
ip6tables -P INPUT DROP
ip6tables -P FORWARD DROP
ip6tables -A INPUT -i lo -j ACCEPT
ip6tables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
ip6tables -A INPUT -p ipv6-icmp -j ACCEPT
END
run fwsim apply ipv6.txt --to6 machine/rules.v6 --to /dev/null
run fwsim verify --snapshot machine policy.toml

say "What lint has against it, and the script that puts it in force and takes it back unless somebody confirms. It wants to be" \
  "forced, for somebody may be locked out: who tries five times in a minute. That is what the rule is for."
expect 1 fwsim lint --snapshot machine
run fwsim deploy-script --snapshot machine --admin "tcp 10.0.0.0/8 -> :22 in eth1" --force -o deploy.sh
run fwsim run --quiet --host corpora/scripts/host.toml --answers yes --admin "tcp 10.0.0.0/8 -> :22 in eth1" deploy.sh

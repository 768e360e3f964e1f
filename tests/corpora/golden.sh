#!/usr/bin/env bash
# Each capture under its ruleset gives what stands in NAME.expected beside it. The expectations
# were compared with the kernel's outcome in captures/README.md. UPDATE=1 rewrites them.
set -euo pipefail
fwsim=${FWSIM:?path of the program}
cd "$(dirname "$0")/../../corpora"

# capture, ruleset, host, further arguments
cases() {
  cat <<'END'
web-server.pcap --rules rulesets/baseline-host.v4 --host hosts/web-server.toml
nat-gateway.pcapng --rules rulesets/nat-gateway.v4 --host hosts/nat-gateway.toml
ipv6.pcap --rules rulesets/baseline-host.v6 --host hosts/web-server.toml
fragments.pcap --rules rulesets/state.v4 --host hosts/web-server.toml --summary
syn-flood.pcap --rules rulesets/syn-flood.v4 --host hosts/web-server.toml --summary
port-knock.pcap --rules rulesets/port-knocking.v4 --host hosts/web-server.toml
vlan.pcap --rules rulesets/baseline-host.v4 --host hosts/web-server.toml
sll.pcap --rules rulesets/baseline-host.v4 --host hosts/web-server.toml
truncated.pcap --rules rulesets/baseline-host.v4 --host hosts/web-server.toml
damaged.pcap --rules rulesets/baseline-host.v4 --host hosts/web-server.toml
END
}

failed=0
while read -r capture arguments; do
  eval "set -- $arguments"
  got=$("$fwsim" trace "captures/$capture" "$@" 2>&1) || [[ $? == 2 && $capture == damaged.pcap ]]
  expected=captures/${capture%.*}.expected
  if [[ ${UPDATE:-} == 1 ]]; then
    printf '%s\n' "$got" > "$expected"
  elif ! diff -u "$expected" <(printf '%s\n' "$got"); then
    failed=1
  fi
done < <(cases)
exit "$failed"

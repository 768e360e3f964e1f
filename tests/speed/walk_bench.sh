#!/usr/bin/env bash
# Time for each packet by how many rules there are: a router with a stateful ruleset of 100, 1,000 and 10,000 rules in one chain,
# packets of 100 bytes in 10,000 established connections, and packets that each begin one. Against another build of fwsim where
# OTHER names one.
# [OTHER=PROGRAM] walk_bench.sh [PAIRS] [PACKETS]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fwsim=${FWSIM:-$here/../../build/release/fwsim}
pairs=${1:-5} packets=${2:-300000}

[[ -x $fwsim ]] || { echo "$fwsim is not there: ./dev build first" >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 "$here/make_router.py" host >"$scratch/host.toml"
for kind in established new; do
  mkdir "$scratch/$kind"
  python3 "$here/make_flows.py" "$kind" "$packets" 10000 "$scratch/$kind"
done
for count in 100 1000 10000; do python3 "$here/make_router.py" rules "$count" >"$scratch/$count.v4"; done

echo "$packets packets, $(nproc) CPUs"
for kind in established new; do
  for count in 100 1000 10000; do
    arguments="trace $scratch/$kind/lan.pcap@eth1 $scratch/$kind/wan.pcap@eth0 --summary"
    arguments+=" --rules $scratch/$count.v4 --host $scratch/host.toml"
    printf '\n%s, %s rules\n' "$kind" "$count"
    if [[ -n ${OTHER:-} ]]; then
      python3 "$here/pairs.py" "$pairs" fwsim "$fwsim $arguments" "$OTHER" "$OTHER $arguments"
    else
      python3 "$here/pairs.py" "$pairs" fwsim "$fwsim $arguments" "one by one" "env FWSIM_LOOKUP=scan $fwsim $arguments"
    fi
  done
done

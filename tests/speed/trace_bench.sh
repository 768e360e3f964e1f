#!/usr/bin/env bash
# Following a capture through a NAT gateway: this build of fwsim against another one, named by OTHER (an older one, say).
# OTHER=PROGRAM trace_bench.sh [PAIRS] [PACKETS]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fwsim=${FWSIM:-$here/../../build/release/fwsim}
pairs=${1:-7} packets=${2:-300000}

[[ -x $fwsim ]] || { echo "$fwsim is not there: ./dev build first" >&2; exit 2; }
if [[ -z ${OTHER:-} ]]; then
  echo "not run: OTHER names no other build to compare with"
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$here/make_capture.py" "$packets" "$scratch"
corpora=$here/../../corpora
arguments="trace $scratch/lan.pcap@eth1 $scratch/wan.pcap@eth0 --summary"
arguments+=" --rules $corpora/rulesets/nat-gateway.v4 --host $corpora/hosts/nat-gateway.toml"
echo "$packets packets, $(nproc) CPUs"
# shellcheck disable=SC2086
"$fwsim" $arguments
python3 "$here/pairs.py" "$pairs" "fwsim" "$fwsim $arguments" "$OTHER" "$OTHER $arguments"

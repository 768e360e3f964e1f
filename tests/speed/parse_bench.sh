#!/usr/bin/env bash
# Reading 100,000 rules: `fwsim check` against `iptables-legacy-restore --test`, which reads and checks
# them and then leaves the kernel alone. parse_bench.sh [PAIRS] [RULES]; needs root for the namespace.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fwsim=${FWSIM:-$here/../../build/release/fwsim}
pairs=${1:-7} rules=${2:-100000}

[[ -x $fwsim ]] || { echo "$fwsim is not there: ./dev build first" >&2; exit 2; }
if ! unshare -n true; then
  echo "iptables-legacy-restore runs in a network namespace of its own: root is needed" >&2
  exit 2
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XTABLES_LOCKFILE=$scratch/lock
python3 "$here/make_rules.py" "$rules" > "$scratch/rules.v4"
echo "$rules rules, $(stat -c %s "$scratch/rules.v4") bytes, $(nproc) CPUs, $(iptables-legacy --version)"
unshare -n python3 "$here/pairs.py" "$pairs" \
  "fwsim check" "$fwsim check $scratch/rules.v4" \
  "iptables-legacy-restore --test" "iptables-legacy-restore --test $scratch/rules.v4"

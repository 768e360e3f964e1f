#!/usr/bin/env bash
# Reachability of every rule: the largest real ruleset of the shared corpora and long generated chains, by boxes and,
# for half a minute and up to 5,000 rules, by Z3 alone; then the whole program, with its peak memory. lint_bench.sh [RUNS]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/release
runs=${1:-3}
[[ -x $build/fwsim ]] || { echo "$build/fwsim is not there: ./dev build first" >&2; exit 2; }
cmake --build "$build" --target reach_bench >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
files=()
for rules in 1000 5000 20000 100000; do
  python3 "$here/make_linear.py" $rules > "$scratch/linear-$rules.v4"
  files+=("$scratch/linear-$rules.v4")
done
# The largest that somebody runs, none that were made.
largest=$(find "$here"/../../../shared/corpora/rulesets/canonical-legacy -type f ! -name 'derived__*' ! -name 'generated__*' \
  -printf '%s %p\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2- || :)
[[ -z $largest ]] || files+=("$largest")
echo "| rules | solver | asked | never | undecided | seconds |"
echo "| --- | --- | --- | --- | --- | --- |"
for file in "${files[@]}"; do
  for _ in $(seq "$runs"); do "$build/tests/speed/reach_bench" "$file" boxes; done
  # One question about a longer chain takes it minutes.
  [[ $(wc -l < "$file") -gt 6000 ]] || "$build/tests/speed/reach_bench" "$file" z3 30
done
echo
PYTHONPATH=$here python3 - "$runs" "$build/fwsim lint --only FW101,FW102" "${files[@]}" <<'END'
import os, sys
from pairs import run
runs, command, files = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
print("| fwsim lint --only FW101,FW102 | wall, best s | CPU s | peak MiB |\n| --- | --- | --- | --- |")
for file in files:
    wall, cpu, memory = min(run(f"{command} {file}", good=(0, 1)) for _ in range(runs))   # findings are status 1
    print(f"| {os.path.basename(file)} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |")
END

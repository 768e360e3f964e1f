#!/usr/bin/env bash
# fwsim lint of a directory of rulesets by one process and by two, in turn: the shared corpora, or ours without them.
# fleet_bench.sh [PAIRS [JOBS]]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fwsim=${FWSIM:-$here/../../build/release/fwsim}
pairs=${1:-5} jobs=${2:-2}
[[ -x $fwsim ]] || { echo "$fwsim is not there: ./dev build first" >&2; exit 2; }
rulesets=$here/../../../shared/corpora/rulesets
[[ -d $rulesets ]] || rulesets=$here/../../corpora/rulesets
PYTHONPATH=$here python3 - "$pairs" "$jobs" "$fwsim lint --fail-on never --format ndjson" "$rulesets" <<'END'
import statistics, sys
from pairs import run
pairs, jobs, command, rulesets = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
good = (0, 2)   # some of them are not to be read
one, many = [], []
for i in range(pairs):
    for n, results in ((1, one), (jobs, many)) if i % 2 == 0 else ((jobs, many), (1, one)):
        results.append(run(f"{command} --jobs {n} {rulesets}", good))
print(f"| {pairs} pairs | wall, median (min-max) s | CPU, median s |\n| --- | --- | --- |")
for n, results in ((1, one), (jobs, many)):
    wall, cpu, _ = zip(*results)
    print(f"| --jobs {n} | {statistics.median(wall):.2f} ({min(wall):.2f}-{max(wall):.2f}) | {statistics.median(cpu):.2f} |")
print(f"\n--jobs {jobs} is {statistics.median(a[0] / b[0] for a, b in zip(one, many)):.2f} times as fast (median of the pairs)")
END

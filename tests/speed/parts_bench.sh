#!/usr/bin/env bash
# Single parts, by Google Benchmark: reading rules and sets, look-ups in sets of ten million elements, decoding, one chain.
# parts_bench.sh [--benchmark_filter=REGEX ...]; takes 2 GB of memory.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build/release}
cmake --build "$build" --target parts_bench >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$here/make_rules.py" 100000 > "$scratch/rules.v4"
"$build/tests/speed/parts_bench" "$scratch/rules.v4" "$@"

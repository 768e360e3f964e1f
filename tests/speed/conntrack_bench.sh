#!/usr/bin/env bash
# The table of connections alone, with ten thousand, a million and ten million of them, or as many as asked for.
# conntrack_bench.sh [FLOWS...]; ten million take 2 GB of memory.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build/release}
cmake --build "$build" --target conntrack_bench >&2
[[ $# != 0 ]] || set -- 10000 1000000 10000000
"$build/tests/speed/conntrack_bench" "$@"

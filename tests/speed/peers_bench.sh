#!/usr/bin/env bash
# fwsim beside the kernel with the same rules, tcpdump and a bare loop over libpcap: peers_bench.py. As root, with tcpdump.
# peers_bench.sh [PAIRS] [PACKETS]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build/release}
[[ $EUID == 0 ]] || { echo "left out: network namespaces want root" >&2; exit 0; }
command -v tcpdump >/dev/null || { echo "left out: there is no tcpdump" >&2; exit 0; }
cmake --build "$build" --target send_frames pcap_loop >&2
python3 "$here/peers_bench.py" "$build" "$@"

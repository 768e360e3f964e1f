#!/usr/bin/env bash
# The country files of a whole world: one packet of each family that is asked about all 250 countries, so that all files are read.
# geoip_bench.sh [RUNS]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fwsim=${FWSIM:-$here/../../build/release/fwsim}
runs=${1:-7}
[[ -x $fwsim ]] || { echo "$fwsim is not there: ./dev build first" >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$here/make_geoip.py" "$scratch/world"
echo "geoip = \"$scratch/world\"" > "$scratch/host.toml"
# An address that no country has is looked for in all of them; a match takes 15.
for family in 4 6; do
  {
    echo "*filter"
    find "$scratch/world" -name "*.iv$family" -printf '%f\n' | cut -d. -f1 | sort | xargs -n 15 | tr ' ' ',' |
      sed 's/.*/-A INPUT -m geoip --source-country & -j DROP/'
    echo COMMIT
  } > "$scratch/rules.v$family"
done
echo "$(find "$scratch/world" -type f | wc -l) files, $(du -sb "$scratch/world" | cut -f1) bytes"
PYTHONPATH=$here python3 - "$runs" "$fwsim" "$scratch" <<'END_OF_SCRIPT'
import sys
from pairs import run
runs, fwsim, scratch = int(sys.argv[1]), sys.argv[2], sys.argv[3]
print("| one packet, all countries | wall, best s | CPU s | peak MiB |\n| --- | --- | --- | --- |")
for family, packet in ((4, "udp 240.0.0.1:1000 -> 192.0.2.1:53 in eth0"), (6, "udp [fd00::1]:1000 -> [2001:db8::1]:53 in eth0")):
    rules = "--rules" if family == 4 else "--rules6"
    command = f"{fwsim} ask {rules} {scratch}/rules.v{family} --host {scratch}/host.toml '{packet}'"
    wall, cpu, memory = min(run(command, good=(0, 1)) for _ in range(runs))
    print(f"| IPv{family} | {wall:.3f} | {cpu:.3f} | {memory:.0f} |")
END_OF_SCRIPT

#!/usr/bin/env bash
# The captures are what corpora/captures/make.py writes, byte for byte.
set -euo pipefail

cd "$(dirname "$0")/../../corpora/captures"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
python3 make.py "$fresh"
for file in *.pcap *.pcapng "$fresh"/*; do cmp "$(basename "$file")" "$fresh/$(basename "$file")"; done

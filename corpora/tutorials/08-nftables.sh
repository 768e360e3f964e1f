#!/usr/bin/env bash
# Move to nftables, and prove that no packet is treated differently. Needs root and nft, which loads the rules into a namespace of
# their own; ends with 77 without.
if [[ ${1:-} != inside ]]; then
  { command -v nft && unshare --net true; } >/dev/null 2>&1 || { echo "no nft, or no network namespaces here"; exit 77; }
  exec unshare --net "$0" inside
fi
. "$(dirname "$0")/lib.sh"

say "The rules in the words of nft. What has no words there would stand as '# not translated', and the exit status be 1."
run fwsim translate corpora/rulesets/nat-gateway.v4 -o gateway.nft
run cat gateway.nft

say "nft loads it, and lists what it has made of it. fwsim reads such listings, so the two can be compared, for every packet that there can be."
run nft -f gateway.nft
nft -j list ruleset >listed.json
run fwsim diff corpora/rulesets/nat-gateway.v4 listed.json

say "All other subcommands take it as well."
run fwsim ask --rules listed.json --host corpora/hosts/nat-gateway.toml "tcp 10.0.1.50:40000 -> 198.51.100.80:443 in eth1 syn"

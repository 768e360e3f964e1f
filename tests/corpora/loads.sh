#!/usr/bin/env bash
# Every ruleset that corpora/rulesets/README.md says loads is loaded into a network namespace of its
# own, and what iptables-save then prints is the file again (table by table; with iptables 1.8.9).
# Without namespaces: a failure in CI, exit 77 (skipped) elsewhere.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../corpora/rulesets"

load() {  # inside the namespace
  local file=$1 tool=iptables-legacy table
  [[ $file == *.v6 ]] && tool=ip6tables-legacy
  local sets=${file%.*}.ipset
  if [[ -e $sets ]]; then ipset restore < "$sets"; fi
  $tool-restore < "$file"
  [[ $($tool --version) == *v1.8.9* ]] || return 0
  while read -r table; do
    diff -u <(sed -n "/^\*$table\$/,/^COMMIT/p" "$file") <($tool-save -t "$table" | grep -v '^#')
  done < <(sed -n 's/^\*//p' "$file")
}

if [[ ${1:-} == load ]]; then load "$2"; exit; fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XTABLES_LOCKFILE=$scratch/lock

if ! unshare -n iptables-legacy -S > "$scratch/why" 2>&1; then
  cat "$scratch/why" >&2
  if [[ ${CI:-} == true ]]; then echo "no network namespace, or no iptables-legacy in it"; exit 1; fi
  echo "SKIP: no network namespace, or no iptables-legacy in it (root is needed)"
  exit 77
fi

good=0 bad=0
# shellcheck disable=SC2016 # backticks of Markdown
listed=$(sed -n 's/^| `\([^`]*\)`.*| \(yes\|no\) |.*/\1 \2/p' README.md)
for file in *.v4 *.v6; do
  if ! grep -qE "^$file (yes|no)$" <<< "$listed"; then
    echo "$file: not in README.md"
    bad=$((bad + 1))
  fi
done
while read -r file loads; do
  [[ $loads == yes ]] || continue
  if unshare -n bash "$here/loads.sh" load "$file"; then
    good=$((good + 1))
  else
    echo "$file: does not load, or is not saved as it stands"
    bad=$((bad + 1))
  fi
done <<< "$listed"
echo "$good rulesets load, $bad faults"
[[ $bad == 0 && $good -gt 0 ]]

# What the tutorials share: each says what it does, prints its commands before they run, and ends at the first that does not end as
# said. Sourced with the tutorial's own folder as working directory: a new one below /tmp, which goes with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
corpora=$(dirname "$here")
export corpora NO_COLOR=1
work=$(mktemp -d "${TMPDIR:-/tmp}/fwsim-tutorial-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
ln -s "$corpora" corpora

# say LINE...: what comes next, and why.
say() {
  printf '\n'
  printf '# %s\n' "$@"
}
# run COMMAND...: prints and runs it; it must succeed.
run() { expect 0 "$@"; }
# expect STATUS COMMAND...: the same, with that exit status.
expect() {
  local wanted=$1 status=0
  shift
  printf '$ %s\n' "$(shown "$@")"
  "$@" 2>&1 || status=$?
  [[ $status == "$wanted" ]] || { printf 'tutorial: exit status %s, not %s\n' "$status" "$wanted"; exit 1; }
}
# A command line as it would be typed.
shown() {
  local word line=
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]]; then line+=" $word"; else line+=" '$word'"; fi
  done
  printf '%s' "${line# }"
}

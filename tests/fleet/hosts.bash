# Sourced by the scripts beside it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# make_hosts DIRECTORY N: so many snapshots, the rulesets of the corpora in turn.
make_hosts() {
  local rulesets host i
  mapfile -t rulesets < <(ls "$root"/corpora/rulesets/*.v4)
  for ((i = 0; i < $2; ++i)); do
    host=$1/$(printf 'host%05d' "$i")
    mkdir -p "$host"
    cp "${rulesets[i % ${#rulesets[@]}]}" "$host/rules.v4"
  done
}

# readme FIRST LAST: the indented lines of README.md between those that match, both included.
readme() { sed -n "/^    $1/,/$2/s/^    //p" "$root/README.md"; }

# needs PACKAGES PROGRAM...: ends the script when one is missing.
needs() {
  local packages=$1 program
  shift
  for program in "$@"; do
    [[ -x $program ]] || command -v "$program" >/dev/null || { echo "$program is not there: apt-get install $packages" >&2; exit 77; }
  done
}

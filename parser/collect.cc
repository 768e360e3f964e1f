#include "parser/collect.hh"

namespace fwsim {
namespace {

constexpr std::string_view script = R"script(#!/bin/sh
# Records what a firewall is and does, for fwsim: rules, sets, addresses, routes, sysctls,
# listening sockets, connections. It changes nothing but the directory that it writes.
#
#   sh fwsim-collect.sh [--tar] [DIRECTORY]
#
# Without DIRECTORY it writes fwsim-snapshot-HOST-DATE in the current directory. As root it sees
# all; as another user it says what it could not read.

PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
export PATH
LC_ALL=C
export LC_ALL
umask 077

tar=
case $1 in
  --tar) tar=yes; shift ;;
  -h | --help) echo "usage: sh $0 [--tar] [DIRECTORY]"; exit 0 ;;
  -*) echo "usage: sh $0 [--tar] [DIRECTORY]" >&2; exit 2 ;;
esac

name=$(hostname 2>/dev/null || uname -n)
dir=${1:-fwsim-snapshot-$name-$(date +%Y%m%d-%H%M%S)}
if [ -e "$dir" ] && [ -n "$(ls -A "$dir" 2>/dev/null)" ]; then
  echo "fwsim collect: $dir is there already" >&2
  exit 2
fi
mkdir -p "$dir" || exit 2
errors=$dir/.errors
taken=0
missed=0

have() { command -v "$1" >/dev/null 2>&1; }

miss() { # file, reason
  echo "fwsim collect: could not read $1: $2" >&2
  missed=$((missed + 1))
}

take() { # file, command...
  file=$1
  shift
  if ! have "$1"; then
    miss "$file" "$1 is not installed"
  elif "$@" >"$dir/$file" 2>"$errors"; then
    taken=$((taken + 1))
  else
    rm -f "$dir/$file"
    reason=$(head -n 1 "$errors")
    miss "$file" "${reason:-$* failed}"
  fi
}

has_tables() { grep -q '^[*]' "$1" 2>/dev/null; }

# The rules of one family. There may be some of both backends, legacy and nf_tables, and all of
# them are in force: fwsim is told of those that iptables-save shows.
rules() { # file, program
  take "$1" "$2-save" -c
  have "$2-legacy-save" || return 0
  "$2-legacy-save" -c >"$dir/.legacy" 2>/dev/null || return 0
  has_tables "$dir/.legacy" || return 0
  if ! has_tables "$dir/$1"; then
    if [ ! -e "$dir/$1" ]; then
      taken=$((taken + 1))
    fi
    mv "$dir/.legacy" "$dir/$1"
  elif grep -q 'nf_tables' "$dir/$1"; then
    mv "$dir/.legacy" "$dir/legacy-$1"
    echo "fwsim collect: there are legacy rules besides those in $1: see legacy-$1" >&2
  fi
}

sysctls() {
  if have sysctl; then
    sysctl -a 2>/dev/null | grep '^net\.'
    return 0
  fi
  find /proc/sys/net -type f 2>/dev/null | while read -r path; do
    value=$(head -n 1 "$path" 2>/dev/null) || continue
    echo "$(echo "${path#/proc/sys/}" | tr / .) = $value"
  done
}

connections() {
  if have conntrack; then
    conntrack -L 2>"$errors" && return 0
  fi
  cat /proc/net/nf_conntrack 2>>"$errors"
}

rules rules.v4 iptables
rules rules.v6 ip6tables
take ipset.save ipset save
# Tables by number: their names are not the same everywhere.
numeric=
if ip -N -json rule >/dev/null 2>&1; then
  numeric=-N
fi
take addr.json ip -details -json address
take route4.json ip -4 $numeric -json route show table all
take route6.json ip -6 $numeric -json route show table all
take rule4.json ip -4 $numeric -json rule
take rule6.json ip -6 $numeric -json rule
take neigh.json ip -json neigh
if have bridge; then
  take fdb.json bridge -json fdb
fi
if have nfacct; then
  take nfacct.txt nfacct list
fi
take sysctl.txt sysctls
take ss.txt ss -tuanpe
take conntrack.txt connections
rm -f "$errors" "$dir/.legacy"

if [ "$taken" -eq 0 ]; then
  rmdir "$dir" 2>/dev/null
  echo "fwsim collect: nothing could be read" >&2
  exit 1
fi
if [ "$missed" -gt 0 ] && [ "$(id -u)" -ne 0 ]; then
  echo "fwsim collect: some of it needs root" >&2
fi
if [ -n "$tar" ]; then
  if ! (cd "$(dirname "$dir")" && tar -cf "$(basename "$dir").tar" "$(basename "$dir")"); then
    echo "fwsim collect: tar failed; the files are in $dir" >&2
    exit 1
  fi
  rm -rf "$dir"
  dir=$dir.tar
fi
echo "$dir"
)script";

}  // namespace

std::string_view collect_script() { return script; }

}  // namespace fwsim

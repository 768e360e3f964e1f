#!/usr/bin/env bash
# clean_root.sh FWSIM.deb: a fresh Debian 12 in a folder below /tmp, where the package is installed, used as its README says, and
# removed, after which nothing of it may be left. Needs root and debootstrap; asks the Debian mirror.
set -euo pipefail
deb=$(realpath "$1")
corpora=$(realpath "$(dirname "$0")/../../corpora")
root=$(mktemp -d /tmp/fwsim-root-XXXXXX)
chmod 755 "$root"   # apt and man go there as other users
trap 'umount "$root/proc" 2>/dev/null || :; rm -rf "$root"' EXIT
mirror=$(sed -nE 's/^(deb .*|URIs: *)(https?:[^ ]+).*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1 || :)

debootstrap --variant=minbase --include=man-db,bash-completion bookworm "$root" "${mirror:-http://deb.debian.org/debian}" >"$root.log" || { tail "$root.log" >&2; exit 1; }
rm -f "$root.log"
cp /etc/apt/sources.list "$root/etc/apt/" 2>/dev/null || :
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
mount -t proc proc "$root/proc"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# What a machine keeps whatever is installed.
files() { (cd "$root" && find . -xdev -path ./proc -prune -o -path ./var/lib/apt -prune -o -path ./var/cache -prune -o -path ./var/log -prune -o -path ./tmp -prune -o -print | grep -v '/var/lib/dpkg/' | sort); }

inside apt-get update -q >/dev/null
# What fwsim needs stays when it goes: apt would have to be asked to take it along.
depends=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/,/ /g')
# shellcheck disable=SC2086
inside apt-get install -y -q --no-install-recommends $depends >/dev/null
files >"$root/tmp/before"

cp "$deb" "$root/tmp/fwsim.deb"
cp -r "$corpora" "$root/tmp/corpora"
inside dpkg -i /tmp/fwsim.deb
inside fwsim --version
echo "man fwsim: $(inside sh -c 'MANPAGER=cat MANWIDTH=80 man fwsim' | grep -c .) lines; fwsim-lint: $(inside sh -c 'MANPAGER=cat man fwsim-lint' | grep -c .) lines"
inside sh -c 'man --warnings fwsim fwsim-lint fwsim-checks fwsim-extensions 2>&1 >/dev/null' | (! grep .)
inside bash -c '. /usr/share/bash-completion/completions/fwsim; COMP_WORDS=(fwsim tra) COMP_CWORD=1; _fwsim; [[ ${COMPREPLY[*]} == "trace translate" ]] && echo "completion: ${COMPREPLY[*]}"'
cd "$root"
inside sh -c 'cd /tmp && fwsim trace corpora/captures/web-server.pcap --rules corpora/rulesets/baseline-host.v4 --host corpora/hosts/web-server.toml --summary' | head -4
inside dpkg --purge fwsim
rm -rf "$root/tmp/fwsim.deb" "$root/tmp/corpora"
files >"$root/tmp/after"
diff "$root/tmp/before" "$root/tmp/after"
echo "nothing is left of it"

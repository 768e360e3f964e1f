#!/bin/bash
# Where set -e stops, and where it does not.
set -eEuo pipefail
trap 'echo "ERR in line $LINENO: $BASH_COMMAND"' ERR

quiet() { iptables "$@" 2>/dev/null; }

# None of these ends the script.
if quiet -C INPUT -j DROP; then echo "never"; fi
quiet -C INPUT -j DROP || echo "not there"
! quiet -C INPUT -j DROP
quiet -L NOWHERE && echo "never" || true
while quiet -D INPUT 1; do :; done
[[ $(quiet -S | wc -l) -gt 100 ]] || echo "few rules"
inner() {
    local listing=$(quiet -L NOWHERE)     # local hides the status
    echo "listing is '${listing}'"
}
inner
(quiet -L NOWHERE; echo "never in here") || echo "subshell ended with $?"
count=$(quiet -S INPUT | grep -c ACCEPT || :)
echo "count $count"
quiet -A INPUT -p tcp --dport 22 -j ACCEPT
{ quiet -L NOWHERE || false; } || iptables -A INPUT -p tcp --dport 23 -j DROP
echo "${UNSET:-unset}" "${#BASH_ARGV[@]}"
iptables -A INPUT -p tcp --dport 80 -j ACCEPT | cat

# This one does, by pipefail.
quiet -S NOWHERE | sort
iptables -A INPUT -p tcp --dport 443 -j ACCEPT
echo "never"

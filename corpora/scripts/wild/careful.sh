#!/bin/bash
# Checks for root and tools, takes a lock, writes a log, and puts all into functions.
set -o errexit -o nounset -o pipefail
export LC_ALL=C
umask 077

readonly LOCK=/run/lock/firewall.lock
readonly LOG=/var/log/firewall.log
readonly IPT=$(command -v iptables)
PROGRAM=${0##*/}

die() { echo "$PROGRAM: $*" >&2; exit 1; }

[[ $EUID -eq 0 ]] || die "must be run as root"
[ "$(id -u)" -eq 0 ] || die "must be run as root"
[ "$(whoami)" = root ] || die "must be root"
for tool in iptables ip6tables iptables-save iptables-restore ipset sysctl ip awk sed grep; do
    command -v "$tool" > /dev/null || die "$tool is missing"
done
if type no-such-tool >/dev/null 2>&1 || hash no-such-tool 2>/dev/null; then
    die "there is a no-such-tool?"
fi

exec 9> "$LOCK"
flock -n 9 || die "another one is running"
exec > >(tee -a "$LOG") 2>&1

main() {
    logger -t firewall "loading rules" || true
    local work
    work=$(mktemp -d)
    cat > "$work/rules" <<-'RULES'
		*filter
		:INPUT DROP [0:0]
		:FORWARD DROP [0:0]
		:OUTPUT ACCEPT [0:0]
		-A INPUT -i lo -j ACCEPT
		-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
		-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
		COMMIT
	RULES
    "$IPT-restore" --test "$work/rules" || die "the rules are wrong"
    "$IPT"-restore < "$work/rules"
    rm -r "$work"
    echo "rules: $("$IPT" -S | grep --count '^-A')"
    [[ -d /etc/iptables ]] && "$IPT-save" > /etc/iptables/rules.v4
    [[ $(stat -c %a /etc/iptables/rules.v4) == 600 ]] && echo "saved, for root only"
    service rsyslog restart >/dev/null 2>&1 || true
}

main "$@"

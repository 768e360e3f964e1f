#!/usr/bin/env bash
# The GNU parallel line of README.md, with this machine twice in the place of nodes: over ssh to a sshd of our own on loopback, with
# keys of our own. The result must be, to the byte, the one that a single lint of all makes.
# parallel.sh FWSIM [HOSTS]; exit status 77 without the packages parallel, openssh-server and openssh-client.
set -euo pipefail

fwsim=$(realpath "$1") hosts=${2:-60}
# shellcheck source=tests/fleet/hosts.bash
. "$(dirname "$0")/hosts.bash"
needs "parallel openssh-server openssh-client" parallel /usr/sbin/sshd ssh ssh-keygen
[[ $EUID == 0 ]] || { echo "sshd wants root" >&2; exit 77; }
scratch=$(mktemp -d)
sshd=
stop() { [[ -z $sshd ]] || kill "$sshd" 2>/dev/null || :; rm -rf "$scratch"; }
trap stop EXIT

ssh-keygen -q -t ed25519 -N '' -f "$scratch/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
mkdir -p /run/sshd   # where sshd wants to be put in prison
/usr/sbin/sshd -D -e -f /dev/null -h "$scratch/host_key" -p 26822 -o ListenAddress=127.0.0.1 -o PidFile=none -o StrictModes=no \
  -o AuthorizedKeysFile="$scratch/key.pub" -o UsePAM=no -o PermitRootLogin=prohibit-password 2>"$scratch/sshd.log" &
sshd=$!
ssh="ssh -q -p 26822 -i $scratch/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
for _ in $(seq 50); do ! $ssh 127.0.0.1 true 2>/dev/null || break; sleep 0.1; done
$ssh 127.0.0.1 true || { cat "$scratch/sshd.log" >&2; exit 1; }
printf '1/%s 127.0.0.1\n1/%s localhost\n' "$ssh" "$ssh" > "$scratch/nodes"

make_hosts "$scratch/snapshots" "$hosts"
cd "$scratch"
# Of this build, in parts that are smaller.
readme 'ls -d .*parallel' '> all.ndjson' | sed "s|fwsim lint|$fwsim lint|; s|-N 100|-N 10|; s|> all|> parts|" > command
grep -q -- '-N 10 ' command || { echo "README.md has no command for parallel" >&2; exit 1; }
bash -euo pipefail command 2>"$scratch/log" || { cat "$scratch/log" "$scratch/sshd.log" >&2; exit 1; }
"$fwsim" lint --format ndjson --fail-on never "$PWD"/snapshots > all.ndjson
cmp parts.ndjson all.ndjson
[[ $(wc -l < parts.ndjson) == "$hosts" ]]
echo "$hosts hosts in parts of 10 over ssh: the same result as of one lint"

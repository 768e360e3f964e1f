#!/usr/bin/env bash
# The job array of README.md on a Slurm engine of one node, which is started here on loopback and ended afterwards: as many
# tasks as asked for lint a directory of snapshots, one of them broken. The merged report must be the one that a single lint of all
# makes, and the array has failed.
# slurm.sh FWSIM [HOSTS [TASKS]]; needs root and the packages slurm-wlm and munge (exit status 77 without them).
set -euo pipefail

fwsim=$(realpath "$1")
hosts=${2:-200} tasks=${3:-4}
# shellcheck source=tests/fleet/hosts.bash
. "$(dirname "$0")/hosts.bash"
needs "slurm-wlm munge" slurmctld slurmd sbatch munged
[[ $EUID == 0 ]] || { echo "slurmd wants root" >&2; exit 77; }

scratch=$(mktemp -d)
chmod 755 "$scratch"
name=$(hostname -s)
pids=()
stop() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || :; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || :; done
  rm -rf "$scratch"
}
trap stop EXIT

# A munged of our own, with a key of our own.
mkdir -m 700 "$scratch/munge" "$scratch/key"
mkdir -m 755 "$scratch/socket" "$scratch/state" "$scratch/spool"
head -c 1024 /dev/urandom > "$scratch/key/munge.key"
chmod 600 "$scratch/key/munge.key"
munged --foreground --force --key-file="$scratch/key/munge.key" --socket="$scratch/socket/munge" --pid-file="$scratch/munge/pid" \
  --log-file="$scratch/munge/log" --seed-file="$scratch/munge/seed" >"$scratch/munge/out" 2>&1 &
pids+=($!)

cat > "$scratch/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$name(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$scratch/socket/munge
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
ReturnToService=2
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$name Default=YES State=UP
CONF
export SLURM_CONF=$scratch/slurm.conf
slurmctld -D -c -f "$SLURM_CONF" >"$scratch/slurmctld.log" 2>&1 &
pids+=($!)
slurmd -D -c -f "$SLURM_CONF" -N "$name" >"$scratch/slurmd.log" 2>&1 &
pids+=($!)
up() { sinfo -h -o %T 2>/dev/null | grep -q '^idle'; }
for _ in $(seq 60); do ! up || break; sleep 0.5; done
up || { tail -n 20 "$scratch"/*.log "$scratch/munge/log" >&2; echo "Slurm did not come up" >&2; exit 1; }

make_hosts "$scratch/snapshots" "$hosts"
echo "-A NOWHERE -j ACCEPT" >> "$scratch/snapshots/host00003/rules.v4"
cd "$scratch"
export PATH=$(dirname "$fwsim"):$PATH
readme '#!.bin.sh' '--output' > lint.sh
grep -q SLURM_ARRAY_TASK_ID lint.sh || { echo "README.md has no job array" >&2; exit 1; }
status=0
timeout 300 sbatch --wait --array="0-$((tasks - 1))" --cpus-per-task=$(($(nproc) > 1 ? 2 : 1)) --output="$scratch/task-%a.log" lint.sh || status=$?
[[ $(ls results) == $(seq -f '%g.ndjson' 0 $((tasks - 1)) | sort) ]] || { cat task-*.log slurmd.log; echo "not all tasks have a result" >&2; exit 1; }
"$fwsim" lint --format ndjson --fail-on never snapshots > all.ndjson || :
"$fwsim" merge --format json results/*.ndjson > merged.json
"$fwsim" merge --format json all.ndjson > once.json
cmp merged.json once.json
[[ $status != 0 ]] || { echo "the job with the broken host did not fail" >&2; exit 1; }
"$fwsim" merge results/*.ndjson > report.txt
head -n 4 report.txt
echo "$tasks tasks, $hosts hosts: the same report as of one lint"

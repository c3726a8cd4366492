#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Slurm path on a real Slurm: controller, node daemon and munge on the loopback interface, all in
# a scratch folder. A plan is submitted, cancelled half way, submitted again, loses its node and gets
# it back; the merged file must be that of an undisturbed run. Needs root, and installs Debian's
# slurm-wlm and munge when they are missing.
cd "$(dirname "$0")/../.." || exit 2
. tests/cli/tap.inc
skip() {
    echo "ok 1 - # SKIP $1"
    echo 1..1
    exit 0
}
[ "$(id -u)" -eq 0 ] || skip 'needs root'
if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null; then
    # Debian starts daemons on installation unless told not to.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
        made_policy=yes
    fi
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends slurm-wlm munge; } >apt.log 2>&1
    [ -z "${made_policy:-}" ] || rm -f $policy
    command -v slurmctld >/dev/null || { explain apt.log; skip 'slurm-wlm cannot be installed'; }
fi
same="/usr/bin/python3 $root/tests/cli/batch/batch_same_rows.py"

host=$(hostname -s)
mkdir -m 755 munge spool state logs
chmod 755 "$scratch"
dd if=/dev/urandom of=munge/key bs=32 count=32 2>/dev/null
chmod 400 munge/key
cat >slurm.conf <<CONF
ClusterName=goagap
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$scratch/munge/socket
CredType=cred/munge
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/logs/slurmctld
SlurmdLogFile=$scratch/logs/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
MpiDefault=none
SlurmdTimeout=10
InactiveLimit=0
KillWait=5
MinJobAge=60
SchedulerParameters=sched_interval=2,batch_sched_delay=0,requeue_delay=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=500 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
SLURM_CONF=$scratch/slurm.conf
export SLURM_CONF

# Ends what this script started, by its own pid files and the processes of its own node daemon.
end_daemons() {
    scancel --user=root 2>/dev/null
    for file in slurmd.pid slurmctld.pid munge/pid; do
        [ ! -s "$scratch/$file" ] || kill "$(cat "$scratch/$file")" 2>/dev/null
    done
    sleep 1
    [ ! -s "$scratch/slurmd.pid" ] || kill -9 "$(cat "$scratch/slurmd.pid")" 2>/dev/null
    cd /
    rm -rf "$scratch"
}
trap end_daemons EXIT INT TERM

munged --force --key-file="$scratch/munge/key" --socket="$scratch/munge/socket" \
    --pid-file="$scratch/munge/pid" --log-file="$scratch/munge/log" \
    --seed-file="$scratch/munge/seed" 2>munge.err
slurmctld 2>ctld.err
slurmd 2>slurmd.err

# until_true SECONDS COMMAND...: waits for a command to succeed.
until_true() {
    tries=$(($1 * 5))
    shift
    while ! "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.2
    done
}
idle() { sinfo -h -o %T 2>/dev/null | grep -q idle; }
until_true 60 idle
verdict $? 'controller and node are up'
if [ "$failures" -gt 0 ]; then
    explain munge.err ctld.err slurmd.err
    tail -n 5 logs/* 2>/dev/null | sed 's/^/# /'
    finish
fi

cat >plan.yaml <<'YAML'
preset: [paper-bits]
users: [10]
tau: [0.6, 0.8]
runs: 240
solvers: [local, goa, ga]
outputs: {assignments: yes, units_per_part: 4}
YAML
shards=4 parts=60
"$goagap" batch plan.yaml -o whole --quiet && "$goagap" merge whole -o whole.h5 2>/dev/null
verdict $? 'an undisturbed run'

submit() { GOAGAP=$goagap sh "$root/experiments/slurm/submit.sh" plan.yaml results $shards "$@"; }
count() { find results -name 'part-*.h5' 2>/dev/null | wc -l; }
has_parts() { [ "$(count)" -ge "$1" ]; }
queue_empty() { [ -z "$(squeue -h 2>/dev/null)" ]; }

expect 0 '' 'a plan is submitted' submit
prints '^array [0-9]+, merge [0-9]+$' 'and its jobs are named'
array=$(sed 's/array \([0-9]*\).*/\1/' out)
until_true 120 has_parts 6
verdict $? 'tasks write parts'
scancel "$array"
until_true 120 queue_empty
verdict $? 'the cancelled array ends, and the merge after it'
is 'half way' "$(count)" -lt $parts
grep -q 'networks are missing' results/slurm-merge.log
verdict $? 'the merge says what is missing'
is 'and writes nothing' ! -e results/all.h5
expect 1 '' 'the status' "$goagap" status results
before=$(count)

expect 0 '' 'the same command again' submit
until_true 120 has_parts $((before + 4))
verdict $? 'goes on'
# The node dies: its daemon, and everything it runs.
daemon=$(cat slurmd.pid)
victims=$(squeue -h -t R -o %A | while read -r job; do
    scontrol listpids "$job" 2>/dev/null | awk 'NR > 1 && $1 > 0 { print $1 }'
done)
kill -9 "$daemon"
for process in /proc/[0-9]*; do
    # Step daemons and tasks of this Slurm alone: they have its folder in their environment.
    grep -qz "^SLURM_CONF=$scratch/" "$process/environ" 2>/dev/null || continue
    case $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null) in
    slurmstepd* | *task.sh* | *"goagap batch"*) kill -9 "${process#/proc/}" 2>/dev/null ;;
    esac
done
# shellcheck disable=SC2086
[ -z "$victims" ] || kill -9 $victims 2>/dev/null
is 'the node dies half way' "$(count)" -lt $parts
sleep 2
slurmd 2>slurmd.err
# Slurm holds requeued tasks back for two minutes; here nothing is gained by waiting.
hurry() {
    for job in $(squeue -h -r -t PD -n goagap -o %A 2>/dev/null); do
        scontrol update JobId="$job" StartTime=now 2>/dev/null
    done
    queue_empty
}
until_true 600 hurry
verdict $? 'its tasks are requeued and end'
is 'all parts are there' "$(count)" -eq $parts
# A merge that ran while tasks were requeued came too early; what it lacked is there now.
if [ ! -s results/all.h5 ]; then
    submit >out 2>&1
    until_true 600 hurry
fi
expect 0 '' 'the merged file is that of an undisturbed run' $same whole.h5 results/all.h5
expect 0 '' 'the status' "$goagap" status results
prints '^networks +240 of 240 ' 'is that all is done'

expect 0 '' 'steps of srun are shares' sh -c 'srun -n 2 "$1" batch plan.yaml -o steps --jobs 1 --quiet' \
    sh "$goagap"
expect 0 '240 of 240 networks, 0 copies' 'that add up' "$goagap" merge steps -o steps.h5
expect 0 '' 'to the same rows' $same whole.h5 steps.h5
if [ "$failures" -gt 0 ]; then
    tail -n 20 logs/slurmctld logs/slurmd results/slurm-*.log 2>/dev/null | sed 's/^/# /'
fi
finish

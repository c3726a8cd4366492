#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Random faults of a batch and of what it left: signals, limits, full disks, flipped bits, cut,
# foreign and doubled parts, a folder that vanishes. Nothing wrong is accepted, and the same command
# again gives the rows of an undisturbed run. One of each kind; 200 faults for
# GOAGAP_TEST_LONG. GOAGAP_FAULT_SEED repeats a run.
. "$(dirname "$0")/../cli/tap.inc"
seed=${GOAGAP_FAULT_SEED:-$(($(date +%s) % 100000 * 100 + $$ % 100))}
faults=13
[ -z "${GOAGAP_TEST_LONG:-}" ] || faults=200
same="/usr/bin/python3 $root/tests/cli/batch/batch_same_rows.py"
echo "# GOAGAP_FAULT_SEED=$seed"

cat >plan.yaml <<'YAML'
preset: [paper-bits]
objective: [weighted, uniform]
users: [6, 9]
tau: [0.6, 0.9]
runs: 4
solvers: [local, random, goa, ga]
outputs: {assignments: yes, units_per_part: 1}
YAML
parts=8
sed 's/runs: 4/runs: 5/' plan.yaml >other.yaml
"$goagap" batch plan.yaml -o whole --quiet && "$goagap" merge whole -o whole.h5 2>/dev/null &&
    "$goagap" batch other.yaml -o other --quiet || echo 'Bail out! no undisturbed run'

# random LOW HIGH WHAT: an integer of this round, the same for the same seed.
random() {
    awk -v seed="$seed" -v round="$round" -v what="$3" -v low="$1" -v high="$2" 'BEGIN {
        s = seed * 7919 + round * 104729
        for (k = 1; k <= length(what); k++) s = s * 31 + index("abcdefghijklmnopqrstuvwxyz", substr(what, k, 1))
        srand(s % 2147483647); rand(); print low + int(rand() * (high - low + 1)) }'
}

part() { printf 'cut/part-%06d.h5' "$(random 0 $((parts - 1)) "$1")"; }
batch() { "$goagap" batch plan.yaml -o cut --jobs 2 --quiet 2>err; }

# ---- faults while it runs ----

at_a_moment() { sleep "$(awk -v ms="$(random 10 500 moment)" 'BEGIN { print ms / 1000 }')"; }

start() {
    "$goagap" batch plan.yaml -o cut --jobs 2 --quiet 2>/dev/null &
    runner=$!
    at_a_moment
}

signal_runner() {
    start
    kill -"$1" $runner 2>/dev/null
    wait $runner 2>/dev/null
}

signal_worker() {
    start
    read -r first rest <"/proc/$runner/task/$runner/children" 2>/dev/null || first=
    [ -z "$first" ] || kill -"$1" "$first" 2>/dev/null
    wait $runner 2>/dev/null
}

folder_vanishes() {
    start
    rm -rf cut 2>/dev/null
    wait $runner 2>/dev/null
    rm -rf cut
}

# limited OPTION VALUE: under a limit of the shell, and never longer than it may take.
limited() {
    (ulimit -"$1" "$2" 2>/dev/null && exec timeout -s KILL 10 \
        "$goagap" batch plan.yaml -o cut --jobs 2 --quiet) 2>/dev/null
}

full_disk() {
    mkdir -p disk cut
    if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o "size=$(random 12 200 size)k" tmpfs disk 2>/dev/null; then
        "$goagap" batch plan.yaml -o disk/cut --jobs 2 --quiet 2>/dev/null
        cp disk/cut/* cut/ 2>/dev/null
        umount disk
    else
        limited f "$(random 1 60 size)"
    fi
}

# ---- faults of what is there ----

flip_bit() {
    /usr/bin/python3 -c 'import sys
path, bit = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
bit %= 8 * len(data)
data[bit // 8] ^= 1 << bit % 8
open(path, "wb").write(data)' "$1" "$(random 0 1000000000 bit)"
}

cut_part() { truncate -s "$(random 0 "$(($(wc -c <"$1") - 1))" bytes)" "$1"; }
double_part() {
    case $(random 0 2 name) in
    0) cp "$1" "${1%.h5}-copy.h5" ;;
    1) cp "$1" cut/part-000099.h5 ;;
    2) cp "$1" "$(part twin)" ;;
    esac
}
foreign_part() { cp "other/part-00000$(random 0 9 from).h5" "$1"; }

# noticed NAME: merge, status and report agree about the folder, and what they take is right.
noticed() {
    rm -f bad.h5
    "$goagap" merge cut -o bad.h5 >/dev/null 2>err.merge
    merged=$?
    "$goagap" status cut >/dev/null 2>err.status
    known=$?
    "$goagap" report cut >/dev/null 2>err.report
    reported=$?
    cat err.merge err.status err.report >err
    if [ $merged -eq 0 ]; then
        [ $known -eq 0 ] && [ $reported -eq 0 ] && $same whole.h5 bad.h5 2>>err
    else
        [ $known -ne 0 ] && [ $reported -ne 0 ] && [ ! -e bad.h5 ] &&
            [ "$(grep -c 'cut/part-[^ ]*\.h5: ' err)" -eq 3 ]
    fi
    code=$?
    verdict $code "$1 is noticed"
    [ $code -eq 0 ] || explain err
}

# resume NAME: the same command finishes, where need be without a part that it names and refuses.
resume() {
    batch
    code=$?
    named=$(sed -n 's/^goagap batch: \(cut\/part-[^ ]*\.h5\): .*/\1/p' err | head -n 1)
    if [ $code -eq 2 ] && [ -n "$named" ]; then
        rm "$named"
        batch
        code=$?
    fi
    rm -f cut.h5
    [ $code -eq 0 ] && [ -z "$(find cut -name '*.tmp')" ] &&
        "$goagap" merge cut -o cut.h5 2>>err && $same whole.h5 cut.h5 2>>err
    code=$?
    verdict $code "after $1 the same rows"
    [ $code -eq 0 ] || explain err
}

round=0
while [ $round -lt $faults ]; do
    kind=$((round % 13))
    round=$((round + 1))
    rm -rf cut
    case $kind in
    0) name='SIGKILL of the runner' && signal_runner KILL ;;
    1) name='SIGTERM of the runner' && signal_runner TERM ;;
    2) name='SIGINT of the runner' && signal_runner INT ;;
    3) name='SIGXFSZ of the runner' && signal_runner XFSZ ;;
    4) name='SIGKILL of a worker' && signal_worker KILL ;;
    5) name='a vanished folder' && folder_vanishes ;;
    6) name='a limit of files' && limited n "$(random 3 14 files)" ;;
    7) name='a limit of memory' && limited v "$(random 20000 400000 memory)" ;;
    8) name='a full disk' && full_disk ;;
    *)
        cp -r whole cut
        victim=$(part victim)
        case $kind in
        9) name="a flipped bit" && flip_bit "$victim" ;;
        10) name="a cut part" && cut_part "$victim" ;;
        11) name="a doubled part" && double_part "$victim" ;;
        12) name="a foreign part" && foreign_part "$victim" ;;
        esac
        noticed "$name, fault $round,"
        ;;
    esac
    resume "$name, fault $round,"
done
finish

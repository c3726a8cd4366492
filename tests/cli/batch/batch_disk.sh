#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A full disk: a clear error, no half-written part, and the same command completes once there is
# room. Needs root, for a small file system of its own.
. "$(dirname "$0")/../tap.inc"
same="/usr/bin/python3 $root/tests/cli/batch/batch_same_rows.py"
mkdir disk
if [ "$(id -u)" -ne 0 ] || ! mount -t tmpfs -o size=160k tmpfs disk 2>/dev/null; then
    echo 'ok 1 - # SKIP no small file system can be mounted'
    echo 1..1
    exit 0
fi
trap 'umount -l "$scratch/disk" 2>/dev/null; rm -rf "$scratch"' EXIT

cat >plan.yaml <<'YAML'
preset: [paper-bits]
users: [20]
tau: [0.6, 0.8]
runs: 40
solvers: [local, goa, random]
outputs: {assignments: yes, units_per_part: 2}
YAML
expect 0 'networks done' 'a disk with room' "$goagap" batch plan.yaml -o whole
expect 0 '' 'merged' sh -c '"$1" merge whole -o whole.h5 2>/dev/null' sh "$goagap"

expect 2 'disk/results/part-[0-9]*.h5: .*No space left on device' 'a full disk is named' \
    "$goagap" batch plan.yaml -o disk/results --jobs 2
is 'nothing half-written is left' -z "$(find disk -name '*.tmp')"
is 'some parts are there' -e disk/results/part-000000.h5
expect 0 '' 'and sound' sh -c \
    'for part in disk/results/part-*.h5; do "$1" inspect "$part" >/dev/null || exit 1; done' \
    sh "$goagap"
expect 2 'No space left on device' 'the same command fails alike' \
    "$goagap" batch plan.yaml -o disk/results --jobs 2
mount -o remount,size=20m disk
expect 0 'some were there already' 'and completes when there is room' \
    "$goagap" batch plan.yaml -o disk/results --jobs 2
expect 0 '40 of 40 networks' 'merged' "$goagap" merge disk/results -o cut.h5
expect 0 '' 'into the same rows' $same whole.h5 cut.h5
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plans on the command line: what is run, what is refused, what a signal leaves behind.
# Covers cmd_batch.
. "$(dirname "$0")/../tap.inc"

cat >plan.yaml <<'YAML'
preset: [paper-bits]
users: [4, 6]
servers: [2]
tau: [0.8]
runs: 3
solvers: [local, goa, exact]
outputs: {assignments: yes, units_per_part: 2}
YAML

expect 0 '' 'a dry run' "$goagap" batch plan.yaml --dry-run
prints '^users: 4 6$' 'a dry run shows the grid'
prints '^6 networks, 6 instances, 18 solves, 3 parts$' 'a dry run counts'
prints '^time: .* workers, measured now on one network of 2 of 2 sizes' 'and says how long it may take'
sed 's/units_per_part: 2/units_per_part: 50/' plan.yaml >long.yaml
expect 0 '' 'a dry run of few networks' "$goagap" batch long.yaml --dry-run
prints '18 solves, 1 part$' 'one part is one'
is 'a dry run leaves nothing' ! -e results

expect 0 '6 of 6 networks done' 'a plan runs' "$goagap" batch plan.yaml -o results --jobs 2
is 'and prints nothing on standard output' ! -s out
is 'its parts are there' "$(ls results | tr '\n' ' ')" = \
    'index.jsonl manifest.json part-000000.h5 part-000001.h5 part-000002.h5 '
for key in created_by git compiler libraries host command plan_fingerprint kernels shard started; do
    grep -q "^  \"$key\": \"." results/manifest.json
    verdict $? "the manifest has $key"
done
expect 0 '' 'its status' "$goagap" status results
prints '^networks +6 of 6 \(100.0 %\)$' 'is that all is done'
cp -r results before
expect 0 'nothing was run: all networks were there already' 'the same command again' \
    "$goagap" batch plan.yaml -o results
expect 0 '' 'and quietly' "$goagap" batch plan.yaml -o results --quiet
same 'leaves the parts as they are' results/part-000001.h5 before/part-000001.h5
rm results/part-000001.h5
expect 1 '' 'the status of what lacks a part' "$goagap" status results
prints '^networks +4 of 6 .*, number 2 is the first missing$' 'names the first missing network'
expect 0 '' 'a missing part, quietly' "$goagap" batch plan.yaml -o results --quiet
is 'is made again' -f results/part-000001.h5

expect 0 '' 'the first of two shards' "$goagap" batch plan.yaml -o shards --shard 1/2 -q
is 'does every other part' "$(ls shards | tr '\n' ' ')" = \
    'index-1-of-2.jsonl manifest-1-of-2.json part-000000.h5 part-000002.h5 '
expect 0 '' 'the second of two shards' "$goagap" batch plan.yaml -o shards --shard 2/2 -q
is 'does the rest' "$(ls shards/part-* | wc -l)" -eq 3

# A column of the parts, read as their users read it.
if /usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null; then
    cat >compare.py <<'PYTHON'
import glob, sys
import h5py
import numpy as np
from result_columns import columns

def table(folder):
    parts = [h5py.File(p, "r") for p in sorted(glob.glob(folder + "/part-*.h5"))]
    assert all(p.attrs["format"] == "goagap-results" and p.attrs["version"] == 5 for p in parts)
    tables = [columns(p) for p in parts]
    return {k: np.concatenate([t[k] for t in tables]) for k in tables[0]}

a, b = table(sys.argv[1]), table(sys.argv[2])
expected = """n_users n_servers tau objective preset run seed solver status stop_reason objective_s
    lower_bound_s gap n_offloaded total_delay_s local_delay_s comm_delay_s comp_delay_s
    measured_total_delay_s measured_comp_delay_s accuracy tau_violations nodes runtime_s
    expected_accuracy fair_accuracy fair_reference energy_j course""".split()
assert set(a) == set(expected), set(a) ^ set(expected)
for name in a:
    if name not in ("runtime_s", "course"):
        np.testing.assert_array_equal(a[name], b[name], name)
assert len(a["run"]) == 18 and set(a["solver"]) == {b"local", b"goa", b"exact"}
exact = a["solver"] == b"exact"
assert (a["status"][exact] == b"optimal").all()
np.testing.assert_allclose(a["lower_bound_s"][exact], a["objective_s"][exact], rtol=1.001e-4)
with h5py.File(sys.argv[1] + "/part-000000.h5", "r") as part:
    offsets, server = part["assignments/offsets"][:], part["assignments/server"][:]
    assert server.dtype == np.int16 and offsets[-1] == len(server)
    np.testing.assert_array_equal(np.diff(offsets), part["runs/n_users"][:])
PYTHON
    expect 0 '' 'h5py reads the columns, and shards give the same rows' \
        env PYTHONPATH="$root/tests/tools" /usr/bin/python3 compare.py results shards
fi

# The same on every machine that has no part of it: the next line needs a plan that takes a while.
sed 's/runs: 3/runs: 2000/; s/, exact/, ga/' plan.yaml >long.yaml
"$goagap" batch long.yaml -o long --jobs 2 2>err &
runner=$!
while [ ! -e long/part-000000.h5 ] && kill -0 $runner 2>/dev/null; do sleep 0.05; done
kill -TERM $runner
wait $runner
is 'SIGTERM ends a batch with exit code 143' $? -eq 143
grep -q 'interrupted: the same command continues with the [0-9]* that are left (.*batch long.yaml' err
verdict $? 'and says how to go on'
is 'no half-written part is left' "$(ls long | grep -c tmp)" -eq 0
expect 0 'rows' 'the parts that are there are sound' sh -c \
    'for part in "$1"/part-*.h5; do "$2" inspect "$part" >/dev/null || exit 1; done; echo rows >&2' \
    sh long "$goagap"

expect 1 '' 'the status of what was stopped' "$goagap" status long
prints 'is the first missing' 'tells that something is missing'
mkdir begun nothing
cp long/manifest.json begun
expect 1 '' 'the status before the first part' "$goagap" status begun
prints '^networks +0 \(no part is finished\)$' 'is that no part is finished'
expect 2 'nothing: holds no results' 'the status of an empty folder' "$goagap" status nothing
expect 2 'none: cannot be read' 'the status of no folder' "$goagap" status none

expect 0 'share 2 of 3, as the Slurm array says' 'a task of a Slurm array does its share' \
    env SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=7 \
    SLURM_ARRAY_TASK_COUNT=3 "$goagap" batch plan.yaml -o array
is 'and no other' "$(ls array | tr '\n' ' ')" = \
    'index-2-of-3.jsonl manifest-2-of-3.json part-000001.h5 '
expect 0 'share 1 of 3, as --shard says' 'what is said outright counts' \
    env SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=7 \
    SLURM_ARRAY_TASK_COUNT=3 "$goagap" batch plan.yaml -o array --shard 1/3
expect 2 'the Slurm array has gaps.*--shard K/N' 'an array with gaps says nothing' \
    env SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=7 \
    SLURM_ARRAY_TASK_COUNT=2 "$goagap" batch plan.yaml -o x

expect 2 'holds results of another plan' 'another plan in the same folder' \
    "$goagap" batch long.yaml -o results
expect 2 'which plan' 'no plan' "$goagap" batch -o x
expect 2 'where do the results go' 'no folder' "$goagap" batch plan.yaml
expect 2 'missing.yaml: cannot be read' 'a plan that is not there' \
    "$goagap" batch missing.yaml -o x
expect 2 'plan.yaml/x: cannot be made' 'a folder below a file' "$goagap" batch plan.yaml -o plan.yaml/x
for shard in 0/2 3/2 2 1/0 a/b 1/2/3; do
    expect 2 "shard: '$shard' is not K/N" "shard $shard" \
        "$goagap" batch plan.yaml -o x --shard $shard
done
expect 2 'jobs: ' 'no workers' "$goagap" batch plan.yaml -o x --jobs 0
sed 's/paper-bits/paper-bytes/' plan.yaml >bad.yaml
expect 2 'paper-bytes.*paper-bits' 'an unknown preset' "$goagap" batch bad.yaml -o x
sed 's/^runs/rums/' plan.yaml >bad.yaml
expect 2 'bad.yaml:5: unknown key "rums"; did you mean "runs"' 'an unknown key' \
    "$goagap" batch bad.yaml -o x
sed 's/goa,/gao,/' plan.yaml >bad.yaml
expect 2 'bad.yaml:6: solvers: unknown solver "gao"' 'an unknown strategy' \
    "$goagap" batch bad.yaml -o x
printf 'dataset: none.h5\nuncertainty: u\n' | cat plan.yaml - >bad.yaml
expect 2 'none.h5: cannot be opened' 'a dataset that is not there' "$goagap" batch bad.yaml -o x
printf 'dataset: plan.yaml\nuncertainty: u\n' | cat plan.yaml - >bad.yaml
expect 2 'plan.yaml: is not an HDF5 file' 'a dataset that is none' "$goagap" batch bad.yaml -o x
printf 'dataset: %s\nuncertainty: nothing\n' "$root/data/samples/babi.h5" | cat plan.yaml - >bad.yaml
expect 2 'nothing' 'an uncertainty that is not there' "$goagap" batch bad.yaml -o x
printf 'preset: paper\0' >bad.yaml
expect 2 'bad.yaml:1: is no plan' 'a file with bytes that are no text' "$goagap" batch bad.yaml -o x
expect 2 'babi.h5: is no plan' 'a dataset for a plan' "$goagap" batch "$root/data/samples/babi.h5" -o x
head -c 1100000 /dev/zero >bad.yaml
expect 2 'bad.yaml: is no plan: larger than' 'a large file' "$goagap" batch bad.yaml -o x
is 'nothing was made by what was refused' ! -e x
finish

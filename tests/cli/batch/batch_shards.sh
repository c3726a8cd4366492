#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shares of a plan add up to the same bytes whatever their number; what merge finds missing, twice or
# in conflict.
# Covers cmd_merge and cmd_status.
. "$(dirname "$0")/../tap.inc"
same="/usr/bin/python3 $root/tests/cli/batch/batch_same_rows.py"

cat >plan.yaml <<'YAML'
preset: [paper]
payload: [bits, bytes-as-bits]
users: [5, 8]
servers: [2]
tau: [0.6, 0.8]
runs: 5
solvers: [local, edge, random, goa]
strategies:
  - {name: goa-objective, solver: goa, weights: objective}
  - {name: exact-few, solver: exact, nodes: 3}
outputs: {assignments: yes, units_per_part: 2}
YAML

for shards in 1 2 7; do
    folders=
    k=0
    while [ $k -lt $shards ]; do
        k=$((k + 1))
        "$goagap" batch plan.yaml -o s$shards-$k --shard $k/$shards --jobs $((1 + shards % 2)) -q ||
            explain err
        folders="s$shards-$k $folders"
    done
    # shellcheck disable=SC2086
    expect 0 '20 of 20 networks, 0 copies, 0 rows failed' "$shards shards, merged" \
        "$goagap" merge $folders -o all$shards.h5
done
expect 0 '' '2 shards give the bytes of 1' $same all1.h5 all2.h5
expect 0 '' '7 shards give the bytes of 1' $same all1.h5 all7.h5
expect 0 '' 'a merged file is a results file' "$goagap" inspect all7.h5
prints '^exact-few +40 ' 'with strategies under their own names'
expect 0 '' 'that reports read' "$goagap" report all7.h5

expect 1 '10 networks are missing, number 2 first' 'a missing shard' \
    "$goagap" merge s2-1 -o missing.h5
is 'leaves no file' ! -e missing.h5
expect 1 'are missing' 'unless asked' "$goagap" merge s2-1 -o missing.h5 --partial
is 'for a part' -s missing.h5
expect 0 '20 of 20 networks' 'which merges with the rest' "$goagap" merge missing.h5 s2-2 -o rest.h5
expect 0 '' 'into the same' $same all1.h5 rest.h5
expect 0 '20 of 20 networks, 20 copies that agree' 'copies' "$goagap" merge s1-1 all7.h5 -o twice.h5
expect 0 '' 'count once' $same all1.h5 twice.h5

cp -r s1-1 other
/usr/bin/python3 -c 'import h5py
with h5py.File("other/part-000003.h5", "r+") as f:
    f["runs/objective_s"][0] *= 0.999'
expect 2 'other/part-000003.h5: damaged' 'a changed number' "$goagap" merge s1-1 other -o conflict.h5
/usr/bin/python3 -c 'import h5py
with h5py.File("other/part-000003.h5", "r+") as f:
    del f.attrs["checksum"]
    f.attrs["version"] = 1'
expect 1 '1 conflicts, the first: network 6, row 0: objective_s differs' 'copies that differ' \
    "$goagap" merge s1-1 other -o conflict.h5
is 'leave no file' ! -e conflict.h5
sed 's/runs: 5/runs: 6/' plan.yaml >more.yaml
"$goagap" batch more.yaml -o more -q
expect 2 'more: belongs to another plan' 'results of two plans' "$goagap" merge s1-1 more -o x.h5
mkdir nothing
expect 0 '20 of 20' 'an empty folder adds nothing' "$goagap" merge nothing s1-1 -o x.h5
expect 2 'nothing: holds no results' 'nothing at all' "$goagap" merge nothing -o y.h5
expect 2 'none: cannot be read' 'a folder that is not there' "$goagap" merge none -o y.h5
expect 2 'which results' 'no folder' "$goagap" merge -o y.h5
expect 2 'where does the merged file go' 'no output' "$goagap" merge s1-1
is 'nothing was made by what was refused' ! -e y.h5

# What a command says of a folder is said by all of them.
cp s1-1/part-000003.h5 other/part-000003.h5
cp other/part-000003.h5 other/part-000003-copy.h5
for command in status report 'merge -o y.h5'; do
    # shellcheck disable=SC2086
    expect 2 'other/part-000003.h5: holds network 6, which part-000003-copy.h5 has too' \
        "${command%% *}: one network twice" "$goagap" $command other
done
expect 2 'other/part-000003-copy.h5: is none of this plan' 'batch: too' "$goagap" batch plan.yaml -o other
rm other/part-000003-copy.h5 other/part-000004.h5
expect 0 'other: holds 18 of the 20 networks of its plan' 'a report says what is missing' "$goagap" report other

# Results of the version before checksums: read, and said to be.
old=$root/tests/data/results_v1
for command in report status 'merge -o old.h5'; do
    # shellcheck disable=SC2086
    expect 0 'written by an older version, without a checksum: damage cannot be noticed' \
        "${command%% *}: older results" "$goagap" $command "$old"
done
cp -r "$old" old
expect 2 'cannot be continued: .* cannot be verified.*give this plan another folder' \
    'older results are not continued' "$goagap" batch old/plan.yaml -o old
finish

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
    f.attrs["version"] = 1
    for name, data in f["runs"].items():
        if "texts" in data.attrs:
            texts = f["texts"][:][data[:]]
            del f["runs"][name]
            f["runs"][name] = texts'
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
# A folder from before there was an index: read, and continued when its fingerprints allow it.
before=$root/tests/data/results_v3
cp -r "$root/tests/data/results_v4" courseless
"$goagap" status courseless >index.txt || explain index.txt
rm courseless/index.jsonl
"$goagap" status courseless >none.txt || explain none.txt
cmp -s index.txt none.txt; verdict $? 'the index of version 4 says what its parts do'
expect 0 '4 of 4 networks, 4 copies that agree' 'rows of version 4 are the same with and without it' \
    "$goagap" merge -o courseless.h5 "$root/tests/data/results_v4" courseless
cp -r "$before" before
expect 0 '' 'status of a folder without an index' "$goagap" status before
prints '^networks +4 of 4 ' 'it is whole'
is 'what was read is noted: a manifest and two parts' "$(grep -c '^{' before/index-found.jsonl)" -eq 3
expect 0 '4 of 4 networks, 0 copies, 0 rows failed' 'merge of one' "$goagap" merge -o before.h5 before
expect 0 '' 'report of one' "$goagap" report before
rm before/part-000001.h5
expect 1 '' 'status: half of it' "$goagap" status before
prints '^networks +2 of 4 .*number 2 is the first missing' 'the index of a folder is not its parts'

# And from before there was energy: the index knows other places, rows come from the files.
cp -r "$root/tests/data/results_v4" before4
expect 0 '' 'status of a folder without energy' "$goagap" status before4
prints '^networks +4 of 4 ' 'is whole'
expect 0 '4 of 4 networks, 0 copies, 0 rows failed' 'merge of one' "$goagap" merge -o before4.h5 before4
expect 0 '' 'report of one' "$goagap" report before4
cp -r before4 half4 && rm half4/part-000001.h5
expect 0 'some were there already' 'one is continued' "$goagap" batch "$root/tests/data/results_v4/plan.yaml" -o half4
expect 0 '4 of 4 networks, 4 copies that agree, 0 rows failed' 'and is the same but for what was not known' \
    "$goagap" merge -o both4.h5 before4 half4

# The index is a shortcut: with it and without it all is the same, and what it lacks is read.
"$goagap" merge -o with.h5 s1-1 2>err || explain err
"$goagap" status s1-1 >with.txt
mv s1-1/index.jsonl index
"$goagap" merge -o without.h5 s1-1 2>err || explain err
"$goagap" status s1-1 >without.txt
cmp -s with.h5 without.h5; verdict $? 'merge is the same without the index'
cmp -s with.txt without.txt; verdict $? 'status is the same without the index'
head -n 4 index >s1-1/index.jsonl
printf '{"part":"part-000003.h5","bytes":12' >>s1-1/index.jsonl
"$goagap" status s1-1 >half.txt
cmp -s half.txt without.txt; verdict $? 'status is the same with half an index'
expect 0 'nothing was run: all networks were there already' 'and so is what a batch finds' \
    "$goagap" batch plan.yaml -o s1-1
mv index s1-1/index.jsonl

# A bit that turned while size and time stayed.
cp -r s1-1 turned
touch -r turned/part-000001.h5 time
printf 'x' | dd of=turned/part-000001.h5 bs=1 seek=9000 conv=notrunc 2>dd.txt
touch -r time turned/part-000001.h5
# The HDF5 library loses a few bytes over what it cannot read.
echo 'leak:libhdf5' >hdf5.supp
expect 0 'part-000001.h5: .*; this part is done again|2 of 20|20 of 20' 'a batch finds it' \
    env LSAN_OPTIONS="$LSAN_OPTIONS:suppressions=$PWD/hdf5.supp:print_suppressions=0" "$goagap" batch plan.yaml -o turned

# Parts put together in their place: one file, the same rows, and the batch goes on from it.
for whole in s1-1 before3; do
    [ $whole = s1-1 ] || cp -r "$before" before3
    cp -r $whole together
    expect 0 'networks, 0 copies, 0 rows failed' "$whole: merge --in-place" "$goagap" merge --in-place together
    verdict "$(($(find together -name 'part-*' | wc -l) - 1))" "$whole: one part is left"
    "$goagap" merge -o with.h5 together 2>err || explain err
    "$goagap" merge -o without.h5 $whole 2>err || explain err
    cmp -s with.h5 without.h5; verdict $? "$whole: the rows are the same"
    "$goagap" status together >with.txt
    "$goagap" status $whole >without.txt
    cmp -s with.txt without.txt; verdict $? "$whole: so is its status"
    cp $whole/part-000000.h5 together
    "$goagap" status together >with.txt
    cmp -s with.txt without.txt; verdict $? "$whole: what a kill leaves of the parts is not read"
    rm -r together
done
cp -r s1-1 together
"$goagap" merge --in-place together 2>err || explain err
expect 0 'nothing was run: all networks were there already' 'together: a batch has nothing to do' \
    "$goagap" batch plan.yaml -o together
expect 0 'rows are of the plan as it was before' 'together: one strategy is done again' \
    "$goagap" batch plan.yaml -o together --redo goa
"$goagap" merge -o again.h5 together 2>err || explain err
"$goagap" merge -o with.h5 s1-1 2>err || explain err
expect 0 '' 'together: with the same rows' $same with.h5 again.h5
expect 0 'networks, 0 copies, 0 rows failed' 'it can be put together again' "$goagap" merge --in-place together
sed 's/runs: 5/runs: 6/' plan.yaml >more.yaml
expect 0 'rows are of the plan as it was before' 'together: a plan that grew' \
    "$goagap" batch more.yaml -o together
expect 2 'goes with neither' 'in place and elsewhere' "$goagap" merge --in-place -o x.h5 together
expect 2 'takes one folder' 'in place: one folder' "$goagap" merge --in-place s2-1 s2-2
expect 1 'nothing was written' 'in place: a folder that is not whole' "$goagap" merge --in-place s2-1
# Several folders: a line each, and the sums; shards of one plan share what is asked for.
expect 1 '' 'status of two shards' "$goagap" status s2-1 before
prints '^ *10 +20 +[0-9]+ +0 +no +s2-1$' 'a line for a shard'
prints '^ *2 +4 +[0-9]+ +0 +no +before$' 'one for another plan'
prints '^ *12 +24 +[0-9]+ +0 +no +all 2$' 'and the sums'

cp -r "$old" old
expect 2 'cannot be continued: .* cannot be verified.*give this plan another folder' \
    'older results are not continued' "$goagap" batch old/plan.yaml -o old
finish

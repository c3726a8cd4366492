#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plans that grow, strategies that are run anew, batches that are cut short: what is there is kept,
# and the rows are those of a batch that was never touched.
# Covers program_files and plan_sites.
. "$(dirname "$0")/../tap.inc"

plan() {
    cat <<YAML
preset: [paper-bits]
users: ${2:-[4, 6]}
servers: [2]
tau: ${3:-[0.8]}
runs: ${1:-2}
solvers: ${4:-[local, goa]}
outputs: {assignments: yes, units_per_part: 3}
YAML
}
# Whether two folders hold the same rows and decisions.
cat >same.py <<'PYTHON'
import sys
import h5py
import numpy as np

a, b = (h5py.File(path, "r") for path in sys.argv[1:])
for name in a["runs"]:
    if name != "runtime_s":
        np.testing.assert_array_equal(a["runs"][name][:], b["runs"][name][:], name)
for name in ("assignments/server", "assignments/offsets", "networks/index"):
    np.testing.assert_array_equal(a[name][:], b[name][:], name)
PYTHON
same_rows() {
    "$goagap" merge "$2" -o one.h5 2>/dev/null && "$goagap" merge "$3" -o two.h5 2>/dev/null &&
        /usr/bin/python3 same.py one.h5 two.h5 2>said
    verdict $? "$1"
}
# A strategy that leaves a line for every solve it is asked for.
cat >count.sh <<'SH'
#!/bin/sh
awk 'match($0, /"n_users": *[0-9]+/) { n = substr($0, RSTART + 10); n += 0
    printf "["; for (k = 1; k < n; k++) printf "-1,"; print "-1]" }' | head -n 1
SH
chmod +x count.sh
solves() {
    [ -e "$1" ] && wc -l <"$1" || echo 0
}
with_counter() {
    cat
    echo 'strategies:'
    echo "  - {name: counted, external: \"echo x >>log; ./count.sh\"}"
}

plan | with_counter >plan.yaml
expect 0 '4 of 4 networks done' 'a plan' "$goagap" batch plan.yaml -o grown --jobs 2
is 'asks the counter once a row' "$(solves log)" -eq 4

plan 3 '[4:7:1]' '[0.7, 0.8]' '[local, exact, goa]' | with_counter >more.yaml
cp -r grown cut
rm -f log
expect 0 '12 rows are of the plan as it was before' 'runs, sizes, thresholds and strategies added' \
    "$goagap" batch more.yaml -o grown --jobs 2
is 'only the missing rows are computed' "$(solves log)" -eq $((12 * 2 - 4))
is 'and nothing else stays in the folder' "$(ls grown | tr '\n' ' ')" = \
    'index.jsonl manifest.json part-000000.h5 part-000001.h5 part-000002.h5 part-000003.h5 '
expect 0 '' 'the larger plan at once' "$goagap" batch more.yaml -o fresh --quiet
same_rows 'has the same rows' grown fresh
expect 0 'nothing was run' 'the same again' "$goagap" batch more.yaml -o grown
expect 2 'they have "users: 4 5 6 7"' 'the smaller plan' "$goagap" batch plan.yaml -o grown
same_rows 'changes nothing' grown fresh
plan 3 '[4:7:1]' '[0.7, 0.8]' '[local, goa]' | with_counter >less.yaml
expect 2 'holds results of another plan' 'a plan without one of the strategies' \
    "$goagap" batch less.yaml -o grown
sed 's/^runs: 3/runs: 3\nseed: 2/' more.yaml >seed.yaml
expect 2 'holds results of another plan.*users: 4 5 6 7' 'a larger plan with another seed' \
    "$goagap" batch seed.yaml -o cut
is 'moves nothing' "$(ls cut | tr '\n' ' ')" = \
    'index.jsonl manifest.json part-000000.h5 part-000001.h5 '
sed 's/units_per_part: 3/units_per_part: 5/' more.yaml >parts.yaml
rm -f log
expect 0 'nothing was run' 'other parts of the same plan' "$goagap" batch parts.yaml -o grown
is 'ask nobody' "$(solves log)" -eq 0
same_rows 'and hold the same' grown fresh

# Shards grow a folder together.
for shard in 1 2 3; do
    "$goagap" batch more.yaml -o cut --shard $shard/3 --quiet || exit 2
done
same_rows 'shards grow a folder' cut fresh
is 'the last of which cleans up' ! -e cut/earlier

# A program that is edited.
echo '# better' >>count.sh
expect 2 'program of strategy counted has been edited; .*--redo counted' 'an edited program is said' \
    "$goagap" batch more.yaml -o cut
rm -f log
expect 2 'has no strategy "conted"; did you mean "counted"' 'a mistyped name' \
    "$goagap" batch more.yaml -o cut --redo conted
expect 0 '12 of 12 networks done' 'that strategy is run anew' \
    "$goagap" batch more.yaml -o cut --redo counted --jobs 2
is 'and no other' "$(solves log)" -eq 24
same_rows 'in place' cut fresh
expect 0 'nothing was run' 'once' "$goagap" batch more.yaml -o cut
rm -f log
expect 0 '' 'an unchanged one too' "$goagap" batch more.yaml -o cut --redo counted,goa --quiet
is 'where it is asked for' "$(solves log)" -eq 24
same_rows 'with the same rows' cut fresh
sed 's|>>log; |>>log;  |' more.yaml >command.yaml
expect 2 'strategy counted.*--redo counted' 'another command line is said' \
    "$goagap" batch command.yaml -o cut
sed 's/^outputs/limits: {nodes: 7}\noutputs/' more.yaml >limits.yaml
expect 2 'limits: gap 0.0001, 7 nodes' 'other limits are' "$goagap" batch limits.yaml -o cut

# Cut short: what is done is written, and the rest is done by the same command.
sed 's/^outputs.*/outputs: {assignments: yes, units_per_part: 1000}/; s/^runs: .*/runs: 400/' plan.yaml \
    >long.yaml
rm -f log
for signal in INT TERM; do
    rm -f log
    setsid "$goagap" batch long.yaml -o long --jobs 2 --quiet 2>err &
    runner=$!
    while [ "$(solves log)" -lt 20 ] && kill -0 $runner 2>/dev/null; do sleep 0.02; done
    # A shell's background jobs ignore SIGINT: it goes to the program as a terminal would send it.
    kill -$signal $runner
    wait $runner
    code=$?
    [ $signal = INT ] && wanted=130 || wanted=143
    is "SIG$signal ends a batch with exit code $wanted" $code -eq $wanted
    grep -Eq 'of 800 networks.*interrupted: the same command continues with the [0-9]+ that are left' err
    verdict $? 'and says what is left'
    expect 1 '' 'its status' "$goagap" status long
    prints '^networks +[1-9][0-9]* of 800' 'what was done of the only part is there'
done
before=$(sed -n 's/^networks *\([0-9]*\) .*/\1/p' out)
rm -f log
"$goagap" report long >out 2>err
is 'a report reads it' $? -eq 0
expect 0 '800 of 800 networks' 'the same command' "$goagap" batch long.yaml -o long --jobs 2
is 'does the rest alone' "$(solves log)" -eq $((800 - before))
finish

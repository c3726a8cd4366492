#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Strategies that are other people's programs, the documented one first; those that fail cost their
# own rows.
. "$(dirname "$0")/../tap.inc"

awk '$0 == "```" { inside = 0 } inside { print } $0 == "```python" { inside = ++seen == 1 }' \
    "$root/experiments/plans/README.md" >mine.py
is 'the documented example has about ten lines' "$(wc -l <mine.py)" -le 10
cat >plan.yaml <<YAML
preset: [paper-bits]
users: [6]
servers: [3]
tau: [0.6]
runs: 3
solvers: [goa]
strategies:
  - name: mine
    external: /usr/bin/python3 $PWD/mine.py
    time_s: 60
  - {name: late, external: "sleep 61.25", time_s: 0.2}
  - {name: silent, external: "true"}
  - {name: broken, external: "echo 'out of ideas' >&2; exit 3"}
  - {name: wrong, external: "echo '[0,0,0,0,0,3]'"}
  - {name: later, external: "test -e '$PWD/ready' && echo '[0,0,0,0,0,0]'"}
outputs: {assignments: yes, units_per_part: 2}
YAML
expect 1 '15 solves failed' 'external strategies' "$goagap" batch plan.yaml -o results --jobs 2
expect 1 '' 'their status' "$goagap" status results
prints '^networks +3 of 3' 'all networks are done'
prints '^  late, 3 times: external: no answer within 0.2 s$' 'a late answer has its reason'
prints '^  silent, 3 times: external: the answer is not JSON' 'no answer has its reason'
prints '^  broken, 3 times: external: .* exit code 3: out of ideas$' 'a failure has its reason'
prints '^  wrong, 3 times: external: .* entry 5 is neither -1 nor a server below 3$' \
    'a bad answer has its reason'
prints '^  later, 3 times: external: the command ended with exit code 1$' 'so has a bare exit code'
! grep -q 'mine' out
verdict $? 'the example did not fail'
expect 0 '' 'the example decides as it says' env PYTHONPATH="$root/tests/tools" /usr/bin/python3 - <<'PYTHON'
import glob, h5py
from result_columns import columns
rows = 0
for path in sorted(glob.glob("results/part-*.h5")):
    with h5py.File(path, "r") as f:
        t = columns(f)
        for k, name in enumerate(t["solver"]):
            if name == b"mine":
                assert t["status"][k] == b"feasible" and t["objective_s"][k] > 0
                assert t["tau_violations"][k] == 0 and t["n_offloaded"][k] > 0
                rows += 1
assert rows == 3
PYTHON
"$goagap" report results -o page.html >/dev/null 2>&1
grep -q 'whose time includes the start of the process and the instance as JSON: mine, late' page.html
verdict $? 'the report says what the time of others holds'
touch ready
expect 0 'nothing was run: all networks were there already; 3 have failed solves' 'the same command leaves failed networks' \
    "$goagap" batch plan.yaml -o results
expect 1 '12 solves failed' 'until they are asked for again' \
    "$goagap" batch plan.yaml -o results --retry-failed
expect 1 '' 'their status' "$goagap" status results
prints '^rows +21, 12 failed' 'counts what still fails'
! grep -q 'later' out
verdict $? 'without what works by now'
left=
for process in /proc/[0-9]*; do
    { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -q '^sleep 61.25 ' &&
        left="$left $process"
done
is 'late commands are gone' -z "$left"
finish

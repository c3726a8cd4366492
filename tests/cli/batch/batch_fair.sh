#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plans that hold the optimum to another strategy's accuracy, from the plan to the report; results
# from before expected accuracies.
. "$(dirname "$0")/../tap.inc"

cat >plan.yaml <<'YAML'
preset: [paper]
objective: [weighted, uniform]
users: [12, 20]
tau: [0.7, 0.9]
runs: 3
solvers: [goa, edge, exact]
strategies:
  - {name: exact-fair, solver: exact, accuracy_of: goa, gap: 1e-3}
  - {name: as-edge, solver: exact, accuracy_of: edge}
outputs: {assignments: yes, units_per_part: 2}
YAML
expect 0 '' 'two held strategies' "$goagap" batch plan.yaml -o one -q --jobs 1
expect 0 '' 'by two workers' "$goagap" batch plan.yaml -o two -q --jobs 2
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
    "$goagap" merge one -o one.h5 2>/dev/null && "$goagap" merge two -o two.h5 2>/dev/null
    expect 0 '' 'the same rows' /usr/bin/python3 "$root/tests/cli/batch/batch_same_rows.py" one.h5 two.h5
    cat >columns.py <<'PYTHON'
import glob, sys
import h5py
import numpy as np
from result_columns import columns

parts = [columns(h5py.File(p)) for p in sorted(glob.glob("one/part-*.h5"))]
t = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
n = 5
assert list(t["solver"][:n]) == [b"goa", b"edge", b"exact", b"exact-fair", b"as-edge"]
for k in range(0, len(t["solver"]), n):
    goa, edge, exact, fair, other = (slice(k + s, k + s + 1) for s in range(n))
    for row, reference in ((fair, goa), (other, edge)):
        assert t["fair_reference"][row] == t["solver"][reference]
        assert t["fair_accuracy"][row] == t["expected_accuracy"][reference]
        assert t["expected_accuracy"][row] >= t["fair_accuracy"][row] - 1e-12
        assert t["objective_s"][row] >= t["objective_s"][exact] * (1 - 1e-4)
        assert t["lower_bound_s"][row] <= t["objective_s"][reference] * (1 + 1e-9)
    assert np.isnan(t["fair_accuracy"][goa]) and t["fair_reference"][goa] == b""
PYTHON
    expect 0 '' 'held to what the reference expects' env PYTHONPATH="$root/tests/tools" /usr/bin/python3 columns.py
fi
expect 0 'wrote page.html' 'their report' "$goagap" report one -o page.html
prints "^GOA's delay is [0-9.]+ % \[" 'begins with the gap at equal accuracy'
grep -q 'How far at the same accuracy' page.html && grep -q 'mean gap at its own accuracy' page.html
verdict $? 'has a section and tiles'
is 'fair.csv has two strategies in two panels' "$(tail -n +2 tables/fair.csv | cut -d, -f2,3,4 | sort | paste -sd' ' -)" = \
    'uniform,edge,as-edge uniform,goa,exact-fair weighted,edge,as-edge weighted,goa,exact-fair'
grep -q '{paper, weighted objective}' tables/fair.tex && grep -q '^GOA, $n=12$ & mean' tables/fair.tex
verdict $? 'fair.tex too'
grep -q '"fair_strategies"' summary.json && grep -q '"fair_panels"' summary.json
verdict $? 'and summary.json'
if /usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null; then
    expect 0 '' 'every number recomputes from the rows' \
        /usr/bin/python3 "$root/tests/tools/recompute_summary.py" one .
    sed '/"most_fair_gap"/,/}/s/"mean": 0\./"mean": 1./' summary.json >other.json
    mkdir other && cp -r tables other && mv other.json other/summary.json
    expect 1 '' 'and a changed gap is found' \
        /usr/bin/python3 "$root/tests/tools/recompute_summary.py" one other
fi
expect 0 'wrote gap.ipynb' 'the notebook' "$goagap" notebook one -o gap.ipynb
grep -q 'fair_gap_least' gap.ipynb
verdict $? 'computes it'

# Refused by line.
refuse() {
    sed "s/accuracy_of: edge/$1/" plan.yaml >bad.yaml
    expect 2 "bad.yaml:9: accuracy_of: $2" "$3" "$goagap" batch bad.yaml -o none
}
refuse 'accuracy_of: nobody' 'no strategy of that name stands before this one' 'an unknown reference'
refuse 'accuracy_of: exact-fair' 'that strategy is held to an accuracy itself' 'a chain'
refuse 'accuracy_of: as-edge' 'no strategy of that name' 'itself'
sed 's/as-edge, solver: exact/as-edge, solver: goa-ls/' plan.yaml >bad.yaml
expect 2 'bad.yaml:9: accuracy_of: only exact can be held to an accuracy' 'a heuristic' \
    "$goagap" batch bad.yaml -o none

# The sentence of make batching, of the numbers of its table.
cat >batching.yaml <<'Y'
preset: [paper, paper-batch, paper-gate, paper-batch-gate]
users: [8]
tau: [0.7]
runs: 3
solvers: [local, goa, exact]
strategies:
  - {name: exact-fair, solver: exact, accuracy_of: goa}
Y
expect 0 '' 'servers that share and that batch' "$goagap" batch batching.yaml -o batching -q
expect 0 'wrote batching.out/page.html' 'their report' "$goagap" report batching -o batching.out/page.html
gap=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == "paper-batch" {
    printf "%.1f %% [%.1f, %.1f]", 100 * $at["fair_gap_most"], 100 * $at["fair_gap_least_low"], 100 * $at["fair_gap_most_high"] }' \
    batching.out/tables/fair.csv)
awk -f "$root/experiments/plans/batching.awk" batching.out/tables/fair.csv >out
prints "own accuracy by .* and $(printf %s "$gap" | sed 's/[][]/\\&/g') where they batch; with a gate" 'one sentence has the gap of both'
prints 'means over 12 instances, of which the optimum at its accuracy is proven for 12' 'and says what is proven'
sed 's/fair_gap_most,/other,/' batching.out/tables/fair.csv >other.csv
expect 1 '' 'another table is refused' awk -f "$root/experiments/plans/batching.awk" other.csv
prints 'no column fair_gap_most' 'by its column'

# Results of version 2 have no expected accuracies: they read, and grow.
cp -r "$root/tests/data/results_v2" old
expect 0 'holds 1 of the 2 networks' 'older results' "$goagap" report old -o old.html
! grep -q 'at the same accuracy' old.html
verdict $? 'say nothing of what they do not know'
grep -q 'right in hindsight' old.html
verdict $? 'their accuracy is in hindsight'
expect 0 '' 'they are continued' "$goagap" batch old/plan.yaml -o old -q
expect 0 '' 'whole' "$goagap" status old
prints '2 of 2' 'now'
printf 'strategies:\n  - {name: exact-fair, solver: exact, accuracy_of: goa}\n' >>old/plan.yaml
expect 0 '' 'with more strategies' "$goagap" batch old/plan.yaml -o old -q
expect 0 'wrote old.html' 'their report' "$goagap" report old -o old.html
prints "GOA's own accuracy" 'has the gap at equal accuracy'
finish

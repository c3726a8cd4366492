#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Reports: the terminal's table, the page and its tables, and what is no result.
. "$(dirname "$0")/tap.inc"

cat >plan.yaml <<'YAML'
name: a <small> plan
preset: [paper-bits]
users: [4, 6]
servers: [2]
tau: [0.8]
runs: 4
solvers: [local, goa, goa-ls, exact]
YAML
"$goagap" batch plan.yaml -o results -q || echo "Bail out! no results"

expect 0 '' 'a report on the terminal' "$goagap" report results
prints '^GOA is .* % above the proven optimum in the median and' 'begins with the answer'
prints '^8 of 8 optima proven' 'says how many optima are proven'
prints '^exact +0 +0\.\.0 +0 +0 +0 +100 +100 +100$' 'the optimum has no gap'
is 'fits 80 columns' "$(LC_ALL=C.UTF-8 awk 'length > 80' out | wc -l)" -eq 0
expect 0 '' 'a report of one part' "$goagap" report results/part-000000.h5
expect 0 'wrote page.html' 'a page' "$goagap" report results -o page.html
is 'has its tables beside it' "$(ls tables | tr '\n' ' ')" = 'delays.csv ecdf.csv gaps.csv '
cp page.html first.html
expect 0 '' 'a page on standard output' "$goagap" report results -o -
grep -q '^<!DOCTYPE html>' out
verdict $? 'is the page and nothing else'
"$goagap" report results -o page.html >/dev/null 2>&1
same 'the same results give the same page' page.html first.html
grep -q 'a &lt;small&gt; plan' page.html
verdict $? 'what a user named is escaped'
! grep -Eq '(src|href)="?(https?:|//)|<script|@import' page.html
verdict $? 'nothing is loaded from elsewhere'
for table in gaps delays ecdf; do
    grep -q "href=\"tables/$table.csv\"" page.html
    verdict $? "links tables/$table.csv"
done
if command -v tidy >/dev/null; then
    expect 0 '' 'the page is valid HTML' tidy -q -e page.html
fi

# The gap table again, from the rows alone.
if /usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null; then
    cat >recompute.py <<'PYTHON'
import csv, glob
import h5py
import numpy as np

parts = [h5py.File(p, "r") for p in sorted(glob.glob("results/part-*.h5"))]
runs = {k: np.concatenate([p["runs"][k][:] for p in parts]) for k in parts[0]["runs"]}
best = {}
for n, run, f, broken in zip(runs["n_users"], runs["run"], runs["objective_s"], runs["tau_violations"]):
    if broken == 0:
        best[n, run] = min(f, best.get((n, run), np.inf))
with open("tables/gaps.csv") as table:
    rows = list(csv.DictReader(table))
assert len(rows) == 8
for row in rows:
    mine = (runs["n_users"] == int(row["n_users"])) & (runs["solver"] == row["strategy"].encode())
    gaps = np.array([f / best[n, r] - 1 for n, r, f in
                     zip(runs["n_users"][mine], runs["run"][mine], runs["objective_s"][mine])])
    broken = runs["tau_violations"][mine] > 0
    close = lambda name, value: np.testing.assert_allclose(float(row[name]), value, rtol=1e-12,
                                                           atol=1e-12, err_msg=name)
    close("mean", gaps.mean())
    close("median", np.median(gaps))
    close("p90", np.quantile(gaps, 0.9))
    close("max", gaps.max())
    close("share_within_5pct", np.mean((gaps <= 0.05) & ~broken))
    assert int(row["breaks_tau"]) == broken.sum() and int(row["proven"]) == len(gaps)
    assert float(row["mean_low"]) <= gaps.mean() + 1e-15 and float(row["mean_high"]) >= gaps.mean() - 1e-15
PYTHON
    expect 0 '' 'the tables recompute from the rows' /usr/bin/python3 recompute.py
fi

sed 's/, exact\]/]/; s/runs: 4/runs: 2/' plan.yaml >open.yaml
"$goagap" batch open.yaml -o open -q
expect 0 '' 'a report without a proof' "$goagap" report open
prints 'No optimum is proven' 'says so'
! grep -Eq 'above the proven optimum' out
verdict $? 'and claims no gap'

expect 2 'which results' 'no results' "$goagap" report
expect 2 'missing: cannot be read' 'results that are not there' "$goagap" report missing
mkdir empty
expect 2 'empty: holds no results' 'an empty folder' "$goagap" report empty
expect 2 'plan.yaml: is not an HDF5 file' 'a file that is no result' "$goagap" report plan.yaml
expect 2 'babi.h5: not a results file' 'a dataset' "$goagap" report "$root/data/samples/babi.h5"
cp -r results mixed
cp open/part-000000.h5 mixed/part-000009.h5
expect 2 'part-000009.h5: belongs to another plan' 'parts of two plans' "$goagap" report mixed
expect 2 'no/such/folder/page.html: cannot be written' 'a folder that is not there' \
    "$goagap" report results -o no/such/folder/page.html
if [ -w /dev/full ]; then
    expect 2 '/dev/full: writing failed' 'a full device' "$goagap" report results -o /dev/full
    is 'stays a device' -c /dev/full
fi
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Reports: the terminal's table, the page and its tables, and what is no result.
# Covers cmd_report, html_uncertainty and open_results.
. "$(dirname "$0")/../tap.inc"

cat >plan.yaml <<'YAML'
name: a <small> plan
preset: [paper-bits]
users: [4, 6]
servers: [2]
tau: [0.8]
runs: 4
solvers: [local, goa, goa-ls, exact]
outputs: {assignments: yes}
YAML
"$goagap" batch plan.yaml -o results -q || echo "Bail out! no results"

expect 0 '' 'a report on the terminal' "$goagap" report results
prints '^GOA is .* % above the proven optimum in the median and' 'begins with the answer'
prints '^8 of 8 optima proven' 'says how many optima are proven'
prints '^8 instances of 8 networks from 4 draws: only draws are independent, too few' 'and how many draws they come from'
prints '^its 95 % interval; "= 0", "≤ 1", "≤ 5": percent of proven instances' 'says what its columns are'
prints '^exact +0 +0\.\.0 +0 +0 +0 +100 +100 +100$' 'the optimum has no gap'
is 'fits 80 columns' "$(sed 's/≤/</g' out | awk 'length > 80' | wc -l)" -eq 0
is 'and a screen' "$(wc -l <out)" -le 24
! grep -q 'N = 4' out
verdict $? 'without single cells'
expect 0 '' 'every cell' "$goagap" report results --cells
prints '^paper-bits, weighted objective, N = 4, M = 2, tau = 0.8: instances 4, draws 4' 'has a table'
is 'in 80 columns' "$(sed 's/≤/</g' out | awk 'length > 80' | wc -l)" -eq 0
expect 0 '' 'a report of one part' "$goagap" report results/part-000000.h5
expect 0 'wrote page.html' 'a page' "$goagap" report results -o page.html
sed '/<nav/,$d' page.html | grep -q 'Made by goagap.*greedy offloading algorithm.*goagap import, batch, report'
verdict $? 'its first screen says what made it, what GOA is, and how to make another'
is 'has its tables beside it' "$(ls tables | tr '\n' ' ')" = 'costliest.csv course.csv delays.csv ecdf.csv failures.csv front.csv gaps.csv gaps.tex growth.csv mistakes.csv pairs.csv pairs.tex panels.csv panels.tex profile.csv slices.csv worst.csv '
is 'and its figures' "$(cd figures && ls ./*.svg | tr '\n' ' ')" = './accuracy-delay-1.svg ./delays-1.svg ./ecdf-1.svg ./gap-by-users-1.svg ./mistakes-1.svg ./profile-1.svg ./runtime-1.svg '
mkdir first
cp -r page.html tables figures summary.json first
expect 0 '' 'a page on standard output' "$goagap" report results -o -
grep -q '^<!DOCTYPE html>' out
verdict $? 'is the page and nothing else'
! grep -q 'href="[^#]' out
verdict $? 'links nothing'
"$goagap" report results -o page.html >/dev/null 2>&1
same 'the same results give the same page' page.html first/page.html
diff -r tables first/tables >diff.out && diff -r figures first/figures >>diff.out && cmp -s summary.json first/summary.json
verdict $? 'the same tables, figures and summary'
grep -q 'a &lt;small&gt; plan' page.html
verdict $? 'what a user named is escaped'
! grep -Eiq '(src|href)="?(https?:|//)|<script [^>]|@import|url\(' page.html
verdict $? 'nothing is loaded from elsewhere'
for table in gaps panels slices delays ecdf profile pairs mistakes costliest worst; do
    grep -q "href=\"tables/$table.csv\"" page.html
    verdict $? "links tables/$table.csv"
done
missing=0
for link in $(sed 's/href="/\n&/g' page.html | sed -n 's/^href="\([^"#]*\)".*/\1/p'); do
    [ -f "$link" ] || missing=$((missing + 1))
done
is 'every link leads to a file' $missing -eq 0
is 'every figure has a caption' "$(grep -c '<figure>' page.html)" -eq "$(grep -c '<figcaption>.' page.html)"
is 'every figure has a description' "$(grep -c '<svg viewBox="0 0 460' page.html)" -eq "$(grep -c '<desc id=' page.html)"
if command -v tidy >/dev/null; then
    expect 0 '' 'the page is valid HTML' tidy -q -e page.html
fi
if command -v rsvg-convert >/dev/null; then
    is 'figures are there as PDF' -s figures/ecdf-1.pdf
    is 'and as PNG' -s figures/ecdf-1.png
fi
mkdir plain
expect 0 'SVG only: rsvg-convert' 'says what is missing for PDF' \
    env PATH=/nonexistent "$goagap" report results -o plain/page.html
is 'and writes none' "$(ls plain/figures/ | grep -vc svg)" -eq 0

# The commands of the page give the recorded objectives.
sed -n 's/^.*<tr class="command"><td colspan="8"><code>\(.*\)<\/code>.*/\1/p' page.html | sed 's/&amp;/\&/g' >commands
is 'the page has commands for the worst instances' "$(wc -l <commands)" -gt 2
mkdir -p bin && ln -sf "$goagap" bin/goagap
PATH="$PWD/bin:$PATH" expect 0 '' 'a command of the page runs' sh -c "$(head -n 1 commands) --format json"
recorded=$(sed -n 's/^goa,[^,]*,\([^,]*\),.*/\1/p' tables/worst.csv | head -n 1)
prints "\"objective_s\": $recorded" 'and finds the recorded objective'

# Every number again, from the rows alone.
recompute="$root/tests/tools/recompute_summary.py"
if /usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null; then
    expect 0 '' 'every number recomputes from the rows' /usr/bin/python3 "$recompute" results .
    prints ' numbers agree, 0 differ' 'to 1e-12'
    mkdir changed && cp -r tables summary.json changed
    sed '0,/"p90": 0\.0*[1-9]/s/"p90": \(0\.0*\)\([1-9]\)/"p90": \19\2/' summary.json >changed/summary.json
    expect 1 '' 'a changed number is found' /usr/bin/python3 "$recompute" results changed
fi

# Limits, several objectives, nobody to offload to: intervals, infeasible runs, no mixing.
cat >hard.yaml <<'YAML'
name: hard
preset: [paper-bits]
objective: [weighted, uniform]
users: [6]
servers: [0, 2]
tau: [0.6, 1.0]
runs: 3
solvers: [goa, dmin, exact]
limits: {nodes: 1, gap: 1e-12}
outputs: {assignments: yes}
YAML
"$goagap" batch hard.yaml -o hard -q
mkdir hard.out
expect 0 '/page.html' 'a report on open optima and infeasible runs' "$goagap" report hard -o hard.out/page.html
! grep -Eqi '[^a-z]nan[^a-z]' hard.out/page.html
verdict $? 'shows no NaN'
if /usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null; then
    expect 0 '' 'recomputes too' /usr/bin/python3 "$recompute" hard hard.out
fi

# The exact front, beside the results.
cp -r results fronted
printf 'delay_per_query_s,accuracy\n0.01,0.5\n0.02,0.7\n' >fronted/front.csv
mkdir fronted.out
expect 0 '/page.html' 'a report with a front' "$goagap" report fronted -o fronted.out/page.html
grep -q 'broad line is the hindsight bound' fronted.out/page.html
verdict $? 'draws it'
printf 'delay_per_query_s,accuracy\n0.01,high\n' >fronted/front.csv
expect 2 'front.csv:2: ' 'a front that is none' "$goagap" report fronted

# Queries of a dataset: instances need the plan.
printf '%s\n' 'preset: [urban-micro]' 'users: [5]' 'tau: [0.8]' 'runs: 2' 'solvers: [goa, exact]' \
    'slm_median_latency_s: 0.033' 'outputs: {assignments: yes}' >queries.yaml
"$goagap" uncertainty "$root/data/samples/babi.h5" -o babi.h5 >/dev/null
printf 'dataset: %s\nuncertainty: slm_margin_first\n' "$PWD/babi.h5" >>queries.yaml
"$goagap" batch queries.yaml -o queries -q
mkdir queries.out
expect 0 '/page.html' 'a report without the dataset' "$goagap" report queries -o queries.out/page.html
grep -q 'name the plan' queries.out/page.html
verdict $? 'says what it lacks'
! sed -n '/<h1>/,/<\/header>/p' queries.out/page.html | grep -q "$PWD"
verdict $? 'and shows no folder on its first screen'
expect 0 '/page.html' 'a report with the plan' "$goagap" report queries --plan queries.yaml -o queries.out/page.html
grep -q 'Of 6 measures slm_gini_first ranks errors best' queries.out/page.html
verdict $? 'says which measure ranks errors best'
is 'and draws accuracy by tenth' -s queries.out/tables/uncertainty.csv -a -s queries.out/figures/accuracy-by-tenth.svg
"$goagap" evaluate babi.h5 --format json >evaluated.json
/usr/bin/python3 - queries.out/tables evaluated.json <<'PYTHON' >said
import csv, json, sys
evaluated = json.load(open(sys.argv[2]))
ends = ("", "_low", "_high"), ("value", "low", "high")
for line, known in zip(csv.DictReader(open(sys.argv[1] + "/ranking.csv")), evaluated["ranked"], strict=True):
    assert line["measure"] == known["name"]
    for what in "auroc", "behind":
        for end, name in zip(*ends):
            assert float(line[what + end]) == float(known[what][name]), (line, known)
assert len(evaluated["ranked"]) == 6
PYTHON
verdict $? "its ranking is evaluate's, which NumPy computes again"
grep -q 'Costs come from 2 instances' queries.out/page.html
verdict $? 'knows what decisions cost'
expect 2 'is not the plan of these results' 'the plan of others' \
    "$goagap" report results --plan queries.yaml -o queries.out/page.html
expect 2 'needs --plan' 'a dataset without a plan' "$goagap" report queries --dataset babi.h5

# A preset crossed with payloads has a name that no file has.
sed 's/preset: .*/preset: [paper]\npayload: [bits]/' plan.yaml >crossed.yaml
"$goagap" batch crossed.yaml -o crossed -q
mkdir crossed.out
expect 0 '/page.html' 'a report on a preset with another payload' "$goagap" report crossed -o crossed.out/page.html
grep -q 'Costs come from 8 instances' crossed.out/page.html
verdict $? 'draws its instances again'
sed -n 's/^.*<tr class="command"><td colspan="8"><code>\(.*\)<\/code>.*/\1/p' crossed.out/page.html |
    sed 's/&amp;/\&/g; s/&gt;/>/g; s/&#39;/'"'"'/g' >commands
PATH="$PWD/bin:$PATH" expect 0 '' 'its commands run' sh -c "$(head -n 1 commands) --format json"
recorded=$(sed -n 's/^goa,[^,]*,\([^,]*\),.*/\1/p' crossed.out/tables/worst.csv | head -n 1)
prints "\"objective_s\": $recorded" 'and find the recorded objective'

# A grid of the size that papers print.
cat >grid.yaml <<'YAML'
preset: [paper, paper-bits]
objective: [weighted, uniform]
users: [2, 3, 4, 5, 6, 7, 8, 9]
servers: [2]
tau: [0.6, 0.7, 0.8, 0.9, 1.0]
runs: 2
solvers: [local, edge, dmin, random, goa, goa-marginal, goa-ls, exact]
YAML
"$goagap" batch grid.yaml -o grid -q
mkdir grid.out
expect 0 '/page.html' 'a report on 160 cells' "$goagap" report grid -o grid.out/page.html
is 'is small' "$(wc -c <grid.out/page.html)" -lt 500000
grep -q 'hold no decisions' grid.out/page.html
verdict $? 'says that decisions were not stored'
is 'folds its cells' "$(grep -c '<summary>.*: 40 cells</summary>' grid.out/page.html)" -eq 4
is 'and shows them all' "$(sed -n '/<section id="cells"/,/<\/section>/p' grid.out/page.html | grep -c '<th>goa<td>\|<th>goa †<td>')" -eq 160
if command -v tidy >/dev/null; then
    expect 0 '' 'its short rows are valid HTML' tidy -q -e grid.out/page.html
fi

sed 's/, exact\]/]/; s/runs: 4/runs: 2/' plan.yaml >open.yaml
"$goagap" batch open.yaml -o open -q
expect 0 '' 'a report without a proof' "$goagap" report open
prints 'No optimum is known. Mean delay per query and right answers: GOA ' 'says so'
! grep -Eq 'above the proven optimum' out
verdict $? 'and claims no gap'

expect 0 '' 'a report against earlier results' "$goagap" report results --against open
prints '^paper-bits +weighted +local +[0-9.]* +[0-9.]+ +0 +4 +0$|^paper-bits +weighted +local +– +[0-9.]+ +0 +4 +0$' 'compares the instances of both'
prints '^20 rows are new, 0 are not there any more' 'and counts what is new'
"$goagap" report results --against open -o against.html >/dev/null 2>&1
grep -q 'What changed?' against.html
verdict $? 'on the page as well'
expect 2 'missing: cannot be read' 'earlier results that are not there' "$goagap" report results --against missing

expect 2 'which results' 'no results' "$goagap" report
expect 2 'missing: cannot be read' 'results that are not there' "$goagap" report missing
mkdir empty
expect 2 'empty: holds no results' 'an empty folder' "$goagap" report empty
expect 2 'plan.yaml: is not an HDF5 file' 'a file that is no result' "$goagap" report plan.yaml
expect 2 'babi.h5: not a results file' 'a dataset' "$goagap" report "$root/data/samples/babi.h5"
cp -r results mixed
cp open/part-000000.h5 mixed/part-000009.h5
expect 2 'part-000009.h5: belongs to another plan' 'parts of two plans' "$goagap" report mixed
expect 2 'no/such/folder/page.html: cannot be written' 'a folder in no folder' \
    "$goagap" report results -o no/such/folder/page.html
expect 0 'wrote fresh/page.html' 'a folder that is not there' \
    "$goagap" report results -o fresh/page.html
is 'is made' -s fresh/page.html
expect 2 'missing: cannot be read' 'a report of nothing' "$goagap" report missing -o later/page.html
is 'makes none' ! -e later
if [ -w /dev/full ]; then
    expect 2 '/dev/full: writing failed' 'a full device' "$goagap" report results -o /dev/full
    is 'stays a device' -c /dev/full
fi
finish

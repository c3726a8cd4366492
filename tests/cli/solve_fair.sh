#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap solve --accuracy-of: the optimum at another decision's expected accuracy, and what check says
# of it.
. "$(dirname "$0")/tap.inc"

"$goagap" instance --preset paper --users 40 --seed 1 -o i.json
"$goagap" instance --preset paper --users 40 --seed 1 -o i.h5
expect 0 '' 'beside the optimum' "$goagap" solve i.json --solver goa,exact --accuracy-of goa --tau 0.7
prints '^exact-fair +optimal' 'a row of its own'
prints "^exact-fair: the least objective at goa's expected accuracy, [0-9.]+ %" 'says whose accuracy'
prints '  goa is [0-9.]+ % above that' 'and how far that one is above'
prints ' exp\. ' 'the accuracy of the table is the expected one'
is 'no line is wider than 80 columns' "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80
cp out of-json
"$goagap" solve i.h5 --solver goa,exact --accuracy-of goa --tau 0.7 >of-h5
is 'HDF5 has the same' "$(sed 's/  */ /g; s/ [0-9.]*$//' of-h5)" = "$(sed 's/  */ /g; s/ [0-9.]*$//' of-json)"

# The reference need not be shown, and may be anybody's.
expect 0 '' 'a reference that is not shown' "$goagap" solve i.json --solver exact --accuracy-of edge --format json -o s.json
is 'two results' "$(grep -c '"solver"' out)" -eq 2
prints '"accuracy_of": "edge"' 'name it'
expect 0 '' 'the solution is accepted' "$goagap" check i.json s.json
prints 'exact-fair: verified: optimal .* expects [0-9.]+ right answers of 1, [0-9.]+ asked for; proven: no decision of that accuracy is below' \
    'its bound is proven anew'
sed -E 's/("required": )[-0-9.e+]+/\150/' s.json >row.json
expect 1 'certificate: its row is not that of the accuracy asked for' 'a row that asks for more' "$goagap" check i.json row.json
sed -E 's/("gain": \[)[-0-9.e+]+/\10.9/' s.json >gain.json
expect 1 'certificate: its row is not that of the accuracy asked for' 'a row of other gains' "$goagap" check i.json gain.json
sed -E 's/("required": )[-0-9.e+]+/\1-1e3/' s.json >row.json
expect 1 'certificate: ' 'a row that asks for less proves less' "$goagap" check i.json row.json
awk 'BEGIN { for (i = 0; i < 40; i++) print i % 4 }' >mine.txt
expect 0 '' "somebody's own decision" "$goagap" solve i.json --solver exact --assignment mine.txt --name mine --accuracy-of mine
prints "least objective at mine's expected accuracy" 'is a reference, too'
expect 0 '' 'several thresholds' "$goagap" solve i.json --solver goa --accuracy-of goa --tau 0.7,1 -o runs.json
expect 0 '' 'are accepted' "$goagap" check i.json runs.json

# What was changed afterwards is found.
raise() {
    awk -v k="$1" -v to="$2" '/"exact-fair"/ { on = 1 } on && index($0, "\"" k "\"") { sub(/: [^,]*/, ": " to) } { print }' s.json >t.json
}
raise required_accuracy 0.99
expect 1 'exact-fair\): required_accuracy: 0.98999999999999999, but the decision expects' \
    'an accuracy that the decision has not' "$goagap" check i.json t.json
raise expected_accuracy 0.9
expect 1 'exact-fair\): expected_accuracy: recorded 0.9' 'a wrong expected accuracy' "$goagap" check i.json t.json
"$goagap" solve i.json --solver goa,exact --accuracy-of goa --tau 0.7 -o s.json >out
raise required_accuracy 0.3
expect 1 'required_accuracy: 0.29999999999999999, but goa expects' "an accuracy that is not the reference's" \
    "$goagap" check i.json t.json
raise lower_bound_s 9
expect 1 'exact-fair\): lower_bound_s: 9 exceeds the objective' 'a bound above the decision' "$goagap" check i.json t.json
sed 's/"required_accuracy"/"ignored"/' s.json >older.json
expect 1 'exact-fair\): lower_bound_s: .* exceeds the objective' 'held to nothing, its bound is wrong' \
    "$goagap" check i.json older.json
sed 's/"status": "optimal"/"status": "infeasible"/' s.json >t.json
expect 1 'infeasible, but the decision is feasible' 'infeasible' "$goagap" check i.json t.json

# Beyond reach, and not to be asked.
sed 's/"goagap-instance-2"/"goagap-instance-1"/; /_p_correct/d; s/^\("llm_correct": .*\),$/\1}/' i.json >one.json
expect 2 'no slm_p_correct and llm_p_correct' 'nothing is expected without probabilities' \
    "$goagap" solve one.json --solver goa --accuracy-of goa
expect 0 '' 'format 1 as ever' "$goagap" solve one.json --solver goa,exact
prints ' hind\. ' 'has its accuracy in hindsight'
expect 2 'accuracy-of: unknown solver "nobody"' 'an unknown reference' "$goagap" solve i.json --accuracy-of nobody
expect 2 'perturb: goes without --accuracy-of' 'misestimated inputs' \
    "$goagap" solve i.json --accuracy-of goa --perturb alpha=0.1
sed 's/"goagap-instance-2"/"goagap-instance-1"/' i.json >t.json
expect 2 't.json: slm_p_correct: needs "format": "goagap-instance-2"' 'a field of the other format' "$goagap" solve t.json
finish

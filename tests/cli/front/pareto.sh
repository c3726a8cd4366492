#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap pareto: the front of an instance in every form, what is asked of it, the mean of a plan.
# Covers cmd_pareto, pareto_output, pareto_picture and pareto_plan.
. "$(dirname "$0")/../tap.inc"

small_instance | sed 's/"edge_work_ratio": 8/"edge_work_ratio": 80/' >small.json
"$goagap" instance --preset paper-bits --users 9 --seed 3 -o nine.json

# Of the two users the second answers correctly only when offloaded.
expect 0 '' 'a front' "$goagap" pareto small.json --hindsight
prints '^ +50\.00 .* optimal +supported +0$' 'begins with the least delay'
prints '^ +100\.00 .* optimal +supported +1$' 'ends with the highest accuracy'
prints 'Every non-dominated point is there, each proven' 'and says that it is whole'
expect 0 '' 'a larger one' "$goagap" pareto nine.json --target-accuracy 0.5 --target-delay 0.02
is 'is at most 80 columns wide' "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80
prints 'goa over tau 0\.\.1 reaches' 'measures the area to goa'
prints '^at least 50 % correct' 'answers for an accuracy'
prints '^at most 20 ms a query' 'and for a delay'
expect 0 '' 'an accuracy beyond reach' "$goagap" pareto small.json --hindsight --target-delay 0
prints 'goa: no tau reaches it' 'is beyond goa'
prints 'front: no decision reaches it' 'and beyond any decision'

# The other forms say the same.
expect 0 '' 'every form at once' \
    "$goagap" pareto nine.json --gap 1e-9 --format json -o front.csv --svg front.svg
is 'JSON has the points of the table' \
    "$(grep -c '"required_accuracy"' out)" -eq "$("$goagap" pareto nine.json --gap 1e-9 | grep -c ' optimal ')"
is 'as has CSV' "$(grep -c '"required_accuracy"' out)" -eq "$(grep -c optimal front.csv)"
is 'CSV has the columns of the report' \
    "$(head -n 1 front.csv | cut -d, -f1,2)" = delay_per_query_s,accuracy
is 'the least delay is the proven optimum without tau' \
    "$(sed -n '2s/.*,\(0\.[0-9]\{6\}\).*,\(0\.[0-9]\{6\}\).*,.*,optimal.*/\1/p' front.csv)" = \
    "$("$goagap" solve nine.json --tau 1 -w uniform --solver exact --gap 1e-9 --format json |
        sed -n 's/.*"objective_s": \(0\.[0-9]\{6\}\).*/\1/p')"
grep -q '</svg>' front.svg
verdict $? 'the picture is whole'
"$goagap" pareto nine.json --gap 1e-9 --format json >again
same 'twice the same' out again
expect 0 '' 'the weighted front' "$goagap" pareto nine.json -w weighted
prints 'weighted objective' 'is named'

# Probabilities.
seq 9 | awk '{ print ($1 % 5) / 10 }' >slm.txt
seq 9 | awk '{ print 0.4 + ($1 % 3) / 10 }' >llm.txt
expect 0 '' 'probabilities instead of flags' \
    "$goagap" pareto nine.json --p-slm slm.txt --p-llm llm.txt --points 6
prints 'is below its bound' 'claim no more than was asked'
head -n 3 slm.txt >short.txt
expect 2 'short.txt: 3 numbers for 9 users' 'too few probabilities' \
    "$goagap" pareto nine.json --p-slm short.txt --p-llm llm.txt
sed '4s/.*/1.5/' slm.txt >beyond.txt
expect 2 'beyond.txt: number 3: 1.5 is outside \[0, 1\]' 'a probability above 1' \
    "$goagap" pareto nine.json --p-slm beyond.txt --p-llm llm.txt
expect 2 'one needs the other' 'half of the probabilities' \
    "$goagap" pareto nine.json --p-slm slm.txt
sed '/correct/d; /edge_delay/d; s/\[2e-9\]\],/[2e-9]]}/' small.json >unmeasured.json
expect 2 'slm_correct' 'neither flags nor probabilities' "$goagap" pareto unmeasured.json --hindsight

# Limits, and what is left after a failure.
"$goagap" instance --preset paper-bits --users 30 --seed 3 -o thirty.json
expect 3 '' 'a node limit' "$goagap" pareto thirty.json --node-limit 0 --gap 0
prints ' bounded ' 'leaves intervals'
echo precious >front.csv
expect 2 'not-there' 'a failing command' "$goagap" pareto not-there.json -o front.csv
is 'leaves an earlier front alone' "$(cat front.csv)" = precious

# A plan.
cat >plan.yaml <<'YAML'
name: two networks
preset: [paper-bits]
users: [6]
servers: [2]
tau: [0.8]
runs: 2
solvers: [goa]
YAML
expect 0 '' 'the mean front of a plan' "$goagap" pareto plan.yaml -o mean.csv
expect 0 '' 'the same on three threads' "$goagap" pareto plan.yaml --threads 3 -o mean3.csv
same 'a front of a plan is the same on any number of threads' mean.csv mean3.csv
is 'has the columns of the report' "$(head -n 1 mean.csv)" = \
    preset,delay_per_query_s,accuracy,lower_bound_s,networks,delay_low_s,delay_high_s,kind
is 'and rises' "$(awk -F, 'NR > 2 && ($2 < d || $3 <= a) { bad++ } { d = $2; a = $3 } END { print bad + 0 }' mean.csv)" -eq 0
"$goagap" batch plan.yaml -o results -q && cp mean.csv results/front.csv
expect 0 'wrote page.html' 'the report takes it' "$goagap" report results -o page.html
grep -q 'broad line is the exact front of expected accuracy. Dotted' page.html
verdict $? 'and draws it'
is 'the interval holds the mean' "$(awk -F, 'NR > 1 && !($6 <= $2 && $2 <= $7) { bad++ } END { print bad + 0 }' mean.csv)" -eq 0

# In hindsight only when asked, and called so.
expect 0 '' 'the hindsight bound of a plan' "$goagap" pareto plan.yaml --hindsight -o results/front.csv
is 'says so in every line' "$(tail -n +2 results/front.csv | grep -vc ',hindsight$')" -eq 0
expect 0 'wrote page.html' 'the report takes it, too' "$goagap" report results -o page.html
grep -q 'broad line is the hindsight bound' page.html && grep -q 'right in hindsight' page.html
verdict $? 'and calls it so'
! grep -q 'o decisions can do better' page.html
verdict $? 'and claims nothing that nobody could know'
cut -d, -f1-3 results/front.csv >older.csv && mv older.csv results/front.csv
expect 0 'wrote page.html' 'a front from before kinds' "$goagap" report results -o page.html
grep -q 'broad line is the hindsight bound' page.html
verdict $? 'was of recorded flags'
expect 0 '' 'the hindsight bound of an instance' "$goagap" pareto nine.json --hindsight --format json
prints '"accuracy_kind": "hindsight"' 'is called so'
expect 0 '' 'the expected one' "$goagap" pareto nine.json --format json
prints '"accuracy_kind": "expected"' 'is, too'
expect 2 'no accuracy can be expected; --hindsight' 'flags alone' "$goagap" pareto small.json
expect 2 'goes without p-slm' 'probabilities in hindsight' \
    "$goagap" pareto nine.json --p-slm slm.txt --p-llm llm.txt --hindsight

# On average over networks no strategy is beyond the front of all of them.
cat >many.yaml <<'YAML'
preset: [paper-bits]
users: [8, 10]
servers: [3]
tau: [0.4, 0.7, 1.0]
runs: 6
objective: [uniform]
solvers: [edge, dmin, random, goa, goa-ls, exact]
YAML
mkdir many
"$goagap" batch many.yaml -o many/results -q && "$goagap" pareto many.yaml -o many/results/front.csv &&
    "$goagap" report many/results -o many/page.html >/dev/null 2>&1
verdict $? 'a front of twelve networks'
is 'bounds every strategy at every tau' "$(awk -F, '
    FNR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
    FNR == NR { d[++n] = $at["delay_per_query_s"]; a[n] = $at["accuracy"]; next }
    $at["axis"] == "tau" {
        delay = $at["local_mean_s"] + $at["comm_mean_s"] + $at["comp_mean_s"]
        accuracy = $at["expected_accuracy_mean"]; points++
        for (k = 2; k < n && a[k] < accuracy; k++);
        least = accuracy <= a[1] ? d[1] : d[k - 1] + (d[k] - d[k - 1]) * (accuracy - a[k - 1]) / (a[k] - a[k - 1])
        if (delay < least * (1 - 2e-4) || accuracy > a[n] + 1e-9) beyond++
    }
    END { print points + 0, beyond + 0 }' many/results/front.csv many/tables/slices.csv)" = '18 0'
expect 2 'written as CSV only' 'a plan has no picture' "$goagap" pareto plan.yaml --svg a.svg
expect 2 'device_power_w' 'energy of devices whose power is not known is refused' \
    "$goagap" pareto --objective energy nine.json
finish

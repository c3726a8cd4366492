#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap pareto --against energy: the supported points and the line under all decisions, in every form; and the energy of
# decisions wherever they are shown.
# Covers energy_study, energy_output, energy_picture and network_front.
. "$(dirname "$0")/../tap.inc"

"$goagap" instance --preset paper-batch --users 12 --seed 3 -o twelve.json
expect 0 '' 'a front' "$goagap" pareto twelve.json --against energy
is 'is at most 80 columns wide' "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80
prints '^front .* inf +optimal ' 'begins with the least energy'
prints '^front .* 0  +optimal ' 'and ends with the least delay'
prints 'supported points: each has the least delay' 'says which points these are'
prints 'There are no others, up to the gap' 'and that they are all'
prints '^goa ' 'has goa beside it'
prints '^local .*breaks tau' 'and who breaks tau'

# Its ends are optima that are known otherwise.
optimum() {
    "$goagap" solve twelve.json --solver exact --gap 1e-9 --format json "$@" |
        awk '/"objective_s"/ { sub(",", "", $2); printf "%.6g", 1e3 * $2 / 12 }'
}
expect 0 '' 'every form at once' "$goagap" pareto twelve.json --against energy --gap 1e-9 --format json \
    -o front.csv --svg front.svg
is 'the least energy is the optimum of energy' \
    "$(awk -F, '$1 == "front" { printf "%.6g", 1e3 * $4; exit }' front.csv)" = "$(optimum -w energy)"
is 'the least delay that of delay' \
    "$(awk -F, '$1 == "front" { d = $3 } END { printf "%.6g", 1e3 * d }' front.csv)" = "$(optimum -w uniform)"
is 'JSON has the points of CSV' "$(grep -c '"delay_bound_s"' out)" -eq "$(grep -c '^front,' front.csv)"
is 'a line for every price' "$(grep -c '"lower_bound_' out)" -ge "$(grep -c '^polygon,' front.csv)"
is 'no strategy that keeps tau is below its bound' "$(awk -F, '
    $1 == "strategy" && $7 == "feasible" { n++; if ($3 < $5 * (1 - 1e-9)) below++ }
    END { print (n > 2) + 0, below + 0 }' front.csv)" = '1 0'
is 'the polygon falls' "$(awk -F, '$1 == "polygon" && last != "" && ($3 > last || $4 < energy) { bad++ }
    $1 == "polygon" { last = $3; energy = $4 } END { print bad + 0 }' front.csv)" -eq 0
grep -q '</svg>' front.svg
verdict $? 'the picture is whole'

# Of a plan: the networks together, each at the same price of energy.
cat >one.yaml <<'YAML'
preset: [paper-batch]
users: [12]
tau: [0.8]
runs: 1
seed: 3
solvers: [goa]
YAML
sed 's/users: .*/users: [8, 12]/; s/runs: 1/runs: 3/' one.yaml >plan.yaml
sed 's/tau: .*/tau: [0.8, 0.9]/' one.yaml >taus.yaml
"$goagap" instance --preset paper-batch --users 12 --seed 3 --tau 0.8 -o one.json
expect 0 '' 'the front of a plan of one network' "$goagap" pareto one.yaml --against energy -o one.csv
"$goagap" pareto one.json --against energy -o single.csv >out
ends() { awk -F, -v d="$2" -v e="$3" "$4"' { printf "%.9g %.9g\n", $d, $e }' "$1" | sed -n '1p;$p' | sort; }
ends one.csv 2 3 'NR > 1' >plan-ends
ends single.csv 3 4 '$1 == "front"' >single-ends
same 'has the ends of its front' plan-ends single-ends
expect 0 '' 'of several networks' "$goagap" pareto plan.yaml --against energy -o mean.csv
expect 0 '' 'and on three threads' "$goagap" pareto plan.yaml --against energy --threads 3 -o mean3.csv
same 'the front is the same' mean.csv mean3.csv
is 'delay rises as energy falls, above its bound' "$(awk -F, 'NR > 1 && !($4 <= $2) { bad++ }
    NR > 2 && !($2 > d && $3 < e) { bad++ } { d = $2; e = $3 } END { print (NR > 3) + 0, bad + 0 }' mean.csv)" = '1 0'
is 'and is proven to the gap' "$(awk -F, 'NR > 1 && $2 > $4 * 1.01 { bad++ } END { print bad + 0 }' mean.csv)" -eq 0
sed 's/paper-batch/paper/' one.yaml >powerless.yaml
expect 2 'has no device_power_w' 'a plan of devices without power' "$goagap" pareto powerless.yaml --against energy
is 'of which nothing is written' "$("$goagap" pareto powerless.yaml --against energy 2>err | wc -c)" -eq 0
"$goagap" batch one.yaml -o weighed -q && cp one.csv weighed/front.csv
expect 2 'front.csv:1: a front of energy' 'the report draws no such front' "$goagap" report weighed -o weighed.html
expect 2 'must have one tau, not 2' 'tau is part of it' "$goagap" pareto taus.yaml --against energy

# Limits, and what does not go together.
expect 0 '' 'two prices' "$goagap" pareto twelve.json --against energy --points 2
prints 'There may be others: a limit came first' 'are the ends alone'
expect 3 '' 'a node limit' "$goagap" pareto twelve.json --against energy --node-limit 0 --gap 0
prints ' bounded ' 'leaves lines that are not tight'
"$goagap" instance --preset paper --users 9 --seed 3 -o nine.json
expect 2 'device_power_w' 'devices without power' "$goagap" pareto nine.json --against energy
for option in --hindsight '--target-delay 0.1' '-w weighted' '-w energy' '--dataset d.h5'; do
    # shellcheck disable=SC2086
    expect 2 'about accuracy|stands the uniform|needs a plan' "with $option" "$goagap" pareto twelve.json --against energy $option
done
expect 2 'against' 'against something else' "$goagap" pareto twelve.json --against time

# What a decision's energy is, where it is known.
expect 0 '' 'solve' "$goagap" solve twelve.json --solver goa,exact -w energy
prints 'exp\. +energy +time' 'shows it'
"$goagap" solve twelve.json --solver goa,exact -w energy -o s.json >out
is 'energy is what it minimises' "$(awk '/"energy_j"/ { e = $2 } /"objective_s"/ { f = $2 } END { print e + 0 == f + 0 }' s.json)" -eq 1
expect 0 '' 'which check believes' "$goagap" check twelve.json s.json
sed -E 's/("energy_j": )[-0-9.e+]+/\10.5/' s.json >t.json
expect 1 'energy_j: recorded 0.5' 'and does not when it is changed' "$goagap" check twelve.json t.json
sed 's/"energy_j"/"ignored"/' s.json >older.json
expect 0 '' 'older solutions have none' "$goagap" check twelve.json older.json
"$goagap" solve nine.json --solver goa -o n.json >out
is 'nor have instances without power' "$(grep -c energy n.json out)" = "$(printf 'n.json:0\nout:0')"

cat >plan.yaml <<'YAML'
preset: [paper-batch]
users: [8]
tau: [0.8]
runs: 2
objective: [uniform, energy]
solvers: [goa, exact]
YAML
"$goagap" batch plan.yaml -o results -q && "$goagap" report results -o page.html >out 2>err
verdict $? 'a batch and its report'
grep -q 'energy,<br>mJ' page.html; verdict $? 'show energy'
is 'tables have it' "$(awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
    $at["objective"] == "energy" && $at["energy_mean_j"] > 0 { n++ } END { print n }' tables/delays.csv)" -eq 2
sed 's/preset: .*/preset: [paper]/; s/, energy//' plan.yaml >without.yaml
"$goagap" batch without.yaml -o without -q && "$goagap" report without -o without.html >out 2>err
verdict $? 'without powers'
! grep -q 'energy,<br>mJ' without.html; verdict $? 'nothing of energy is shown'
is 'and the column is empty' "$(awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
    $at["energy_mean_j"] != "" { n++ } END { print n + 0 }' tables/delays.csv)" -eq 0
finish

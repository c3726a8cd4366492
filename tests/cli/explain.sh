#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap explain: what a decision does otherwise than the best one, and the map of it.
# Covers cmd_explain.
. "$(dirname "$0")/tap.inc"

small_instance >small.json
"$goagap" instance --preset paper-bits --users 40 --servers 2 --seed 7 -o forty.json
"$goagap" solve forty.json --solver local,edge,goa,exact -o sol.json >out
"$goagap" solve small.json --solver goa,exact --tau 0.5,1 -o runs.json >out

expect 0 '' 'goa explained' "$goagap" explain forty.json sol.json --rows 5
prints '^goa .* exact .* \(optimal\): \+[0-9.]+ %' 'against the optimum'
prints '^[0-9]+ of 40 users decided otherwise' 'counts the users'
prints '^too greedy: [0-9]+, of which' 'sums each kind up'
prints '^\.\.\. and [0-9]+ more' 'shows as many as asked for'
is 'no line is wider than 80 columns' "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80
expect 0 '' 'the optimum explained' "$goagap" explain forty.json sol.json --solver exact
prints '^exact .* edge ' 'against the best of the others'
expect 0 '' 'the second of two solutions' "$goagap" explain small.json runs.json --run 1
prints '^users 2, servers 1, tau 1,' 'has its own tau'
expect 0 '' 'equal decisions' "$goagap" explain small.json runs.json
prints '^0 of 2 users' 'differ nowhere'

# Maps.
expect 0 '' 'a sketch' "$goagap" explain forty.json sol.json --svg sketch.svg
grep -q 'A sketch: users stand by rank of gain' sketch.svg
verdict $? 'says that it is one'
{
    echo kind,x_m,y_m
    seq 40 | awk '{ print "user," ($1 * 37) % 500 "," ($1 * 91) % 500 }'
    echo server,125,250
    echo server,375,250
} >places.csv
expect 0 '' 'a map' "$goagap" explain forty.json sol.json --svg map.svg --positions places.csv
is 'has a link for each offloaded user and each other choice' \
    "$(grep -c 'stroke-width="1.4"' map.svg)" -ge 10
is 'is no sketch' "$(grep -c 'A sketch' map.svg)" -eq 0
grep -v server places.csv >users.csv
expect 2 'users.csv: places 40 users and 0 servers, the instance has 40 and 2' \
    'positions without servers' \
    "$goagap" explain forty.json sol.json --svg no.svg --positions users.csv
is 'leave no map' ! -e no.svg

# What does not fit.
expect 2 "sol.json: has no result of 'ga'; there are local, edge, goa, exact" 'an unknown result' \
    "$goagap" explain forty.json sol.json --solver ga
expect 2 'is a solution for 40 users and 2 servers' "another instance's solution" \
    "$goagap" explain small.json sol.json
expect 2 'runs.json: has no run 2; there are 2' 'a run that is not there' \
    "$goagap" explain small.json runs.json --run 2
"$goagap" solve small.json --solver goa -o alone.json >out
expect 2 "has nothing to compare 'goa' with" 'a result alone' \
    "$goagap" explain small.json alone.json
expect 2 'which instance and solution' 'one file' "$goagap" explain small.json
expect 2 'positions: are for the map' 'positions without a map' \
    "$goagap" explain forty.json sol.json --positions places.csv

# Decisions on misestimated inputs.
expect 0 '' 'misestimated inputs' \
    "$goagap" solve forty.json --solver goa,local --perturb gain=3dB,alpha=0.05,delay=10% --trials 6
prints '^6 trials: gains off by 3 dB, alpha by 0.05, local delays by 10 %' 'says by how much'
prints '^goa +[0-9.]+ ' 'has a row a strategy'
is 'is at most 80 columns wide' "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80
cp out first
"$goagap" solve forty.json --solver goa,local --perturb delay=10%,alpha=0.05,gain=3dB --trials 6 >out
same 'a seed repeats itself' first out
expect 0 '' 'another seed' "$goagap" solve forty.json --solver goa,local --seed 2 \
    --perturb gain=3dB,alpha=0.05,delay=10% --trials 6
cmp -s first out
is 'draws otherwise' $? -eq 1
expect 0 '' 'in JSON' "$goagap" solve forty.json --solver goa --perturb gain=0dB --trials 2 --format json
prints '"degradation": \[0\.0, 0\.0\]' 'no error costs nothing'
expect 2 "gain: '3' lacks its unit dB" 'a gain without unit' \
    "$goagap" solve forty.json --perturb gain=3
expect 2 "'speed' is none of gain, alpha, delay" 'an unknown kind' \
    "$goagap" solve forty.json --perturb speed=3
expect 2 'alpha is given twice' 'a kind twice' \
    "$goagap" solve forty.json --perturb alpha=0.1,alpha=0.1
expect 2 'trials: belong to --perturb' 'trials of nothing' "$goagap" solve forty.json --trials 3
finish

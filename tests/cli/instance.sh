#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap instance: the same arguments, the same instance; and where its numbers come from.
# Covers cmd_instance.
. "$(dirname "$0")/tap.inc"
babi=$root/data/samples/babi.h5

# column FIELD FILE: the numbers of an instance's field, a line each.
column() { "$goagap" inspect "$2" --dump "/$1"; }

expect 0 '' 'an instance on standard output' "$goagap" instance --users 12 --seed 3
cp out one
expect 0 '' 'an instance in a file' "$goagap" instance --users 12 --seed 3 -o two.json
is 'the file is announced nowhere' ! -s out
same 'the same arguments give the same bytes' one two.json
expect 0 '' 'another run' "$goagap" instance --users 12 --seed 3 --run 1 -o run.json
column gain two.json >one
column gain run.json >two
cmp -s one two
is 'draws other gains' $? -eq 1
expect 0 '' 'more users' "$goagap" instance --users 30 --seed 3 -o thirty.json
for field in alpha payload_bits local_delay_s gain; do
    column $field two.json >one
    column $field thirty.json | head -n 12 >two
    same "the first users keep their $field" one two
done
for preset in paper paper-bits urban-micro "$root/experiments/presets/paper.yaml"; do
    expect 0 '' "preset $(basename "$preset")" "$goagap" instance --preset "$preset" --users 5 -o p.json
    expect 0 '' "preset $(basename "$preset") is sound" "$goagap" inspect p.json
done
"$goagap" instance --preset paper --users 4 -o bytes.json
"$goagap" instance --preset paper-bits --users 4 -o bits.json
column payload_bits bytes.json | awk '{ print 8 * $1 }' >one
column payload_bits bits.json | awk '{ print $1 + 0 }' >two
same 'the paper takes bytes for bits' one two

expect 0 '' 'HDF5' "$goagap" instance --users 12 --seed 3 -o two.h5
for field in alpha payload_bits local_delay_s edge_delay_ref_s gain bandwidth_hz; do
    column $field two.json | tr ' ' '\n' | awk '{ printf "%.17g\n", $1 }' >one
    column $field two.h5 | tr ' ' '\n' | awk '{ printf "%.17g\n", $1 }' >two
    same "HDF5 holds the same $field" one two
done
expect 0 '' 'HDF5 again' "$goagap" instance --users 12 --seed 3 -o three.h5
same 'the same arguments give the same HDF5 bytes' two.h5 three.h5

expect 0 '' 'other servers and threshold' \
    "$goagap" instance --users 3 --servers 7 --tau 0.25 -o seven.json
is 'as many servers as asked for' "$(column server_capacity_flops seven.json | wc -l)" -eq 7
is 'the threshold asked for' "$(column tau seven.json)" = 0.25
expect 0 '' 'no servers' "$goagap" instance --users 3 --servers 0 -o none.json
expect 0 '' 'no servers are sound' "$goagap" inspect none.json

# Queries of a dataset.
"$goagap" uncertainty "$babi" -o data.h5 >out
"$goagap" uncertainty data.h5 --method entropy --aggregate max --name wild >out
expect 0 '' 'users with the queries of a dataset' \
    "$goagap" instance data.h5 --users 20 --seed 4 -o real.json
column alpha real.json | sort >one
"$goagap" inspect data.h5 --dump /uncertainty/slm_margin_first | sort >all
comm -23 one all >alien
is 'their alphas are among its uncertainties' ! -s alien
is 'no query is drawn twice' "$(uniq -d one | wc -l)" -le "$(uniq -d all | wc -l)"
expect 0 '' 'latencies ten times as long' \
    "$goagap" instance data.h5 --users 20 --seed 4 --latency-scale 10 -o slow.json
for field in local_delay_s edge_delay_ref_s; do
    column $field real.json | awk '{ printf "%.9e\n", 10 * $1 }' >one
    column $field slow.json | awk '{ printf "%.9e\n", $1 }' >two
    same "$field is scaled" one two
done
expect 2 'not in \[0, 1\]' 'uncertainties above 1 are refused' \
    "$goagap" instance data.h5 --users 20 --uncertainty wild -o wild.json
is 'and nothing is written' ! -e wild.json
expect 0 '' 'their ranks are not' \
    "$goagap" instance data.h5 --users 20 --uncertainty wild --rank-alpha -o wild.json
expect 0 '' 'ranks are sound' "$goagap" inspect wild.json
expect 2 'has 374 queries' 'more users than queries' "$goagap" instance data.h5 --users 375
expect 2 'no uncertainty "nix"; it has' 'an uncertainty that is not there' \
    "$goagap" instance data.h5 --users 3 --uncertainty nix

# Positions and gains from files.
printf 'kind,x_m,y_m\nuser,10,20\nuser,30,40\nserver,100,100\n' >places.csv
expect 0 '' 'positions from a file' \
    "$goagap" instance --users 2 --positions places.csv -o placed.json
is 'as many servers as it has' "$(column n_servers placed.json)" -eq 1
printf '1e-9,2e-9\n3e-9,4e-9\n' >gains.csv
expect 0 '' 'gains from a file' \
    "$goagap" instance --users 2 --servers 2 --gains gains.csv -o gained.json
column gain gained.json | awk '{ printf "%g,%g\n", $1, $2 }' >one
printf '1e-09,2e-09\n3e-09,4e-09\n' >two
same 'they are taken as they are' one two
# Interference from outside.
expect 0 '' 'fixed interference' \
    "$goagap" instance --users 120 --servers 4 --seed 2 --fixed-interference=1e-11 -o fixed.json
column fixed_interference_w fixed.json | awk '{ printf "%g\n", $1 }' >one
printf '1e-11\n1e-11\n1e-11\n1e-11\n' >two
same 'is that at every server' one two
"$goagap" instance --users 120 --servers 4 --seed 2 -o free.json
sed -e '/^"fixed_interference_w"/d' fixed.json >one
same 'and nothing else changes' one free.json
"$goagap" instance --users 120 --servers 4 --seed 2 --fixed-interference=1e-11 -o fixed.h5
column fixed_interference_w fixed.h5 | tr ' ' '\n' | awk '{ printf "%g\n", $1 }' >one
same 'HDF5 holds it too' one two
expect 0 '' 'an instance with it is sound' "$goagap" inspect fixed.json
prints 'fixed interference +W +1e-11' 'and says so'
"$goagap" inspect free.json >out
is 'one without it does not' "$(grep -c 'fixed interference' out)" -eq 0
for objective in weighted uniform; do
    expect 0 '' "$objective: solved" "$goagap" solve fixed.json --solver goa,exact --gap 1e-9 \
        --objective $objective -o solution.json
    expect 0 '' "$objective: accepted" "$goagap" check fixed.json solution.json
    prints 'results\[1\] exact: .*no decision is below [0-9.]+ s \(([0-9]|[0-9][0-9]) nodes?\)' \
        "$objective: proven in few nodes"
    sed -e 's/^"fixed_interference_w": .*/"fixed_interference_w": [1e-12, 1e-12, 1e-12, 1e-12],/' \
        fixed.json >other.json
    expect 1 '\(exact\): certificate: node' "$objective: no solution at another level" "$goagap" check other.json solution.json
done
expect 2 'fixed-interference: -1 is outside' 'interference below 0' \
    "$goagap" instance --users 3 --fixed-interference=-1
expect 2 "fixed-interference: 'inf' is not" 'interference without end' \
    "$goagap" instance --users 3 --fixed-interference=inf

expect 2 'places.csv: has 2 users' 'positions of other users' \
    "$goagap" instance --users 3 --positions places.csv

# Usage.
expect 2 'how many users' 'no number of users' "$goagap" instance
expect 2 'users: 0 is outside' 'no users' "$goagap" instance --users 0
expect 2 "users: '3x' is not an integer" 'letters in a number' "$goagap" instance --users 3x
expect 2 'servers: -1 is outside' 'servers below 0' "$goagap" instance --users 3 --servers -1
expect 2 'tau: 1.5 is outside' 'a threshold above 1' "$goagap" instance --users 3 --tau 1.5
expect 2 "tau: 'nan' is not a number" 'a threshold that is no number' \
    "$goagap" instance --users 3 --tau nan
expect 2 'latency-scale: 0 is outside' 'no latency at all' \
    "$goagap" instance --users 3 --latency-scale 0
expect 2 'nowhere' 'an unknown preset' "$goagap" instance --users 3 --preset nowhere
expect 2 'uncertainty: needs a dataset' 'an uncertainty of nothing' \
    "$goagap" instance --users 3 --uncertainty x
finish

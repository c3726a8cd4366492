#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap solve: its two formats, its options, its exit codes.
# Covers cmd_solve, assignment_file, load_instance, solution_table, perturbation_output,
# solve_perturbed and solve_runs.
. "$(dirname "$0")/tap.inc"
expected=$root/tests/cli/expected

# Numbers differ in their last digits between machines; names, order and nulls do not.
shape() {
    sed -E -e 's/-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?/N/g' "$1"
}

small_instance >small.json
sed 's/"n_servers": 1/"n_servers": 0/; s/"\(bandwidth_hz\|server_capacity_flops\)": .*/"\1": [],/
     s/"gain": .*/"gain": [[], []],/' small.json >serverless.json
sed '/correct/d; /edge_delay/d; s/\[2e-9\]\],/[2e-9]]}/' small.json >unmeasured.json
"$goagap" instance --preset paper-bits --users 20 --seed 7 -o twenty.json
"$goagap" instance --preset paper-bits --users 20 --seed 7 -o twenty.h5
"$goagap" instance --preset paper-bits --users 40 --servers 2 --seed 7 -o forty.json

# The object of --format json.
expect 0 '' 'json of four strategies' \
    "$goagap" solve small.json --solver local,edge,goa,exact --format json
shape out >shape
same 'keys, their order, nulls and statuses' shape "$expected/solve_small.json"
expect 0 '' 'without measured delays and flags' \
    "$goagap" solve unmeasured.json --solver goa --format json
prints '"measured_total_delay_s": null' 'an unknown measured delay is null'
prints '"measured_comp_delay_s": null' 'an unknown measured compute delay is null'
prints '"accuracy": null' 'an unknown accuracy is null'
sed 's/"gain": .*/"gain": [[0], [0]],/' small.json >deaf.json
expect 0 '' 'a user without a channel who must offload' \
    "$goagap" solve deaf.json --solver goa --format json
prints '"objective_s": "inf"' 'an infinite objective is the string "inf"'
prints '"gap": null' 'its gap is null'

# The table.
expect 0 '' 'table' "$goagap" solve small.json --solver local,edge,goa,exact
sed -E 's/[0-9]+\.[0-9]+$/T/; s/ +T/ T/' out >shape
same 'the table, but for run times' shape "$expected/solve_small.txt"
expect 0 '' 'table of everything' \
    "$goagap" solve twenty.json --solver local,edge,dmin,random,goa,goa-ls,exact
is 'no line is wider than 80 columns' "$(awk '{ if (length > w) w = length } END { print w }' out)" -le 80

# The solution file.
expect 0 '' 'a solution file' \
    "$goagap" solve small.json --solver local,edge,goa,exact --format json -o sol.json
is 'the file holds a certificate' "$(grep -c '"certificate": {' sol.json)" -eq 1
sed -E '/"certificate": \{/,/^      \}$/d; s/("runtime_s": [^,]*),$/\1/' sol.json >without.json
same 'and what is printed' out without.json
expect 0 '' 'a solution file beside a table' "$goagap" solve small.json --solver goa -o sol.json
prints '^solver +status' 'the table is still printed'
expect 0 '' 'a solution file on standard output' "$goagap" solve small.json --solver goa -o -
prints '^ *"solver": "goa"' 'is printed'
expect 0 '' 'a device is written straight' "$goagap" solve small.json --solver goa -o /dev/null
is 'and not replaced' -c /dev/null
echo precious >sol.json
expect 2 'not-there' 'a failing command' "$goagap" solve not-there.json -o sol.json
is 'leaves an earlier solution alone' "$(cat sol.json)" = precious
is 'and no temporary file' -z "$(find . -name '*.tmp*')"

# Instances of either form.
"$goagap" solve twenty.json --solver goa,edge --format json | grep -v runtime_s >one
"$goagap" solve twenty.h5 --solver goa,edge --format json | grep -v runtime_s >two
same 'HDF5 and JSON instances give the same decisions' one two

# Thresholds.
expect 0 '' 'one threshold' "$goagap" solve small.json --tau 0.95 --solver goa --format json
prints '^  "tau": 0\.9[45]' 'is the one asked for'
expect 0 '' 'a list of thresholds' "$goagap" solve small.json --tau 0.5,1 --solver goa --format json
prints '^  "runs": \[' 'gives runs'
is 'one for each threshold' "$(grep -c '"tau":' out)" -eq 2
expect 0 '' 'a range of thresholds' \
    "$goagap" solve small.json --tau 0.6:1:0.1 --solver goa --format json
is 'holds both ends' "$(grep -c '"tau":' out)" -eq 5
expect 0 '' 'a range of one threshold' \
    "$goagap" solve small.json --tau 0.6:0.6:0.1 --solver goa --format json
prints '^  "runs": \[' 'still gives runs'
"$goagap" solve small.json --tau 0.7 --solver goa --format json | grep '"tau"' >one
"$goagap" solve small.json --tau 0.6:0.8:0.1 --solver goa --format json |
    sed -n 's/^    *"tau"/  "tau"/p' | sed -n 2p >two
same 'steps of 0.1 meet 0.7 exactly' one two

# Objectives, weights, seeds, sets.
expect 0 '' 'the uniform objective' \
    "$goagap" solve forty.json --objective uniform --solver goa --format json
prints '"objective": "uniform"' 'is named'
cp out alpha
expect 0 '' 'goa with the weights of the objective' \
    "$goagap" solve forty.json --objective uniform --goa-weights objective --solver goa \
    --format json
grep -v runtime_s out >one
grep -v runtime_s alpha >two
cmp -s one two
is 'decides otherwise' $? -eq 1
"$goagap" solve forty.json --solver random --seed 5 --format json | grep assignment >one
"$goagap" solve forty.json --solver random --seed 5 --format json | grep assignment >two
"$goagap" solve forty.json --solver random --seed 6 --format json | grep assignment >three
same 'a seed repeats itself' one two
cmp -s one three
is 'another seed draws otherwise' $? -eq 1
expect 0 '' 'a given set of users' \
    "$goagap" solve twenty.json --solver random --random-users 3,0,19 --format json
prints '"n_offloaded": 3,' 'offloads exactly these'
expect 0 '' 'a given set of nobody' \
    "$goagap" solve twenty.json --solver random --random-users '' --format json
prints '"n_offloaded": 0,' 'offloads nobody'
expect 2 'user 3 is listed twice' 'a user twice' \
    "$goagap" solve twenty.json --solver random --random-users 3,3
expect 2 'user 20 is not below 20' 'a user that is not there' \
    "$goagap" solve twenty.json --solver random --random-users 20

# Somebody's own decision.
echo '[0, 0]' >own.json
printf '0\n\n -1\n' >own.txt
expect 0 '' 'a decision as a JSON array' \
    "$goagap" solve small.json --solver goa --assignment own.json --name theirs --format json
prints '"solver": "theirs"' 'is scored under its name'
prints '"assignment": \[0, 0\]' 'as it stands'
expect 1 '' 'a decision a line that breaks the threshold' \
    "$goagap" solve small.json --solver goa --assignment own.txt --format json
prints '"status": "infeasible"' 'is infeasible'
prints '"tau_violations": 1' 'and says by how many users'
expect 0 '' 'a decision alone' "$goagap" solve small.json --assignment own.json
is 'runs no strategy beside it' "$(grep -c feasible out)" -eq 1

# Exit codes.
expect 1 '' 'no server, and a user who must offload' "$goagap" solve serverless.json --solver goa
prints 'goa +infeasible' 'is infeasible'
expect 0 '' 'local violates the threshold without blame' \
    "$goagap" solve serverless.json --solver local
expect 1 '' 'infeasible in json' "$goagap" solve serverless.json --solver goa,local --format json
prints '"objective_s": null' 'has no objective'
prints '"assignment": null' 'has no decision'
expect 0 '' 'no server, and nobody must offload' \
    "$goagap" solve serverless.json --solver goa,edge,exact --tau 1
"$goagap" instance --preset paper-bits --users 120 --servers 24 --tau 1 -o hard.json
expect 3 '' 'a node limit stops the proof' \
    "$goagap" solve hard.json --solver exact --node-limit 1 --gap 0 --format json
prints '"status": "bounded"' 'the result is bounded'
prints '"lower_bound_s": [0-9]' 'and its bound holds all the same'

# Threads change nothing: neither what is found nor its proof.
for threads in 1 3; do
    "$goagap" solve hard.json --solver exact --node-limit 40 --gap 1e-9 --threads $threads -o by$threads.json >/dev/null
    sed 's/"runtime_s": [^,]*,/"runtime_s": T,/' by$threads.json >found$threads
done
same 'three threads find and prove what one does, byte for byte' found3 found1
expect 0 '' 'and the proof holds' "$goagap" check hard.json by3.json
expect 2 'threads: 257' 'more threads than there can be' "$goagap" solve hard.json --threads 257

# A signal: what there is by then is written, and true.
rm -f err
"$goagap" solve hard.json --solver goa,exact --gap 0 -v -o stopped.json >out 2>err &
pid=$!
until [ -s err ] || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
kill -TERM $pid
wait $pid
is 'a stop signal ends in exit code 3' $? -eq 3
expect 0 '' 'and in a sound solution' "$goagap" check hard.json stopped.json
rm -f err
"$goagap" solve hard.json --solver goa,exact --gap 0 --threads 2 -v -o stopped.json >out 2>err &
pid=$!
until [ -s err ] || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
kill -TERM $pid
wait $pid
is 'and stops all threads' $? -eq 3
expect 0 '' 'whose solution is sound' "$goagap" check hard.json stopped.json

expect 0 'goagap solve: exact: optimal' 'progress goes to standard error' \
    "$goagap" solve small.json --solver exact -v
finish

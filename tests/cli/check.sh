#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap check: accepts what solve writes, and nothing that was changed afterwards.
# Covers cmd_check and verify_solution.
. "$(dirname "$0")/tap.inc"

small_instance >small.json
"$goagap" solve small.json --solver local,edge,goa,exact -o sol.json >out
"$goagap" solve small.json --solver goa,exact --tau 0.5,1 -o runs.json >out

expect 0 '' 'a solution is accepted' "$goagap" check small.json sol.json
prints 'results\[2\] goa: verified: feasible, weighted objective 0.0182440578[0-9]* s at tau 0.5$' \
    'every result is named, with what was verified'
prints 'results\[0\] local: .* at tau 0.5, which 1 breaks$' 'a broken threshold is counted'
prints 'results\[3\] exact: verified: optimal within 0.0001, .* at tau 0.5; proven: no decision' \
    'a proven one too'
expect 0 '' 'runs are accepted' "$goagap" check small.json runs.json
prints 'runs\[1\]\.results\[0\] goa: verified' 'every run is named'

# Real sizes, both objectives, every strategy that needs no minutes.
for users in 1 7 40; do
    "$goagap" instance --preset paper-bits --users $users --seed 11 -o drawn.json
    for objective in weighted uniform; do
        "$goagap" solve drawn.json --solver local,edge,dmin,random,goa,goa-ls,exact \
            --objective $objective --tau 0:1:0.5 -o drawn_sol.json >out
        expect 0 '' "$users users, $objective, three thresholds" \
            "$goagap" check drawn.json drawn_sol.json
    done
done
sed 's/"gain": .*/"gain": [[0], [0]],/' small.json >deaf.json
"$goagap" solve deaf.json --solver local,goa -o deaf_sol.json >out
expect 0 '' 'an infinite objective' "$goagap" check deaf.json deaf_sol.json
sed 's/"n_servers": 1/"n_servers": 0/; s/"\(bandwidth_hz\|server_capacity_flops\)": .*/"\1": [],/
     s/"gain": .*/"gain": [[], []],/' small.json >serverless.json
"$goagap" solve serverless.json --solver goa,local -o serverless_sol.json >out
expect 0 '' 'an infeasible instance' "$goagap" check serverless.json serverless_sol.json
prints 'goa: verified: infeasible' 'is said to be so'

# tampered NAME SED REGEX: the solution after SED is refused, with a message that matches REGEX.
tampered() {
    sed -E -e "$2" sol.json >tampered.json
    cmp -s sol.json tampered.json && verdict 1 "$1: the edit changes nothing"
    expect 1 "tampered.json: .*$3" "$1" "$goagap" check small.json tampered.json
    prints 'WRONG' "$1: the verdict says so"
}
# in_goa EDIT: an edit that touches the result of goa only.
in_goa() { printf '%s' "/\"solver\": \"goa\"/,/runtime_s/ $1"; }
in_exact() { printf '%s' "/\"solver\": \"exact\"/,/runtime_s/ $1"; }

tampered 'another decision' "$(in_goa 's/\[0, 0\]/[-1, 0]/')" 'results\[2\] \(goa\): objective_s'
tampered 'another objective' "$(in_goa 's/("objective_s": 0.01824)/\18/')" '\(goa\): objective_s: recorded'
tampered 'an objective that is almost right' "$(in_goa 's/("objective_s": 0.0182440578)/\19/')" '\(goa\): objective_s'
tampered 'another number of offloaded users' "$(in_goa 's/("n_offloaded":) 2/\1 1/')" '\(goa\): n_offloaded: recorded 1, recomputed 2'
tampered 'another total delay' "$(in_goa 's/("total_delay_s": 0.)/\11/')" '\(goa\): total_delay_s'
tampered 'another local delay' "$(in_goa 's/("local_delay_s":) 0.0/\1 0.1/')" '\(goa\): local_delay_s'
tampered 'another transmission delay' "$(in_goa 's/("comm_delay_s":) 6/\1 7/')" '\(goa\): comm_delay_s'
tampered 'another compute delay' "$(in_goa 's/("comp_delay_s": 0.)/\11/')" '\(goa\): comp_delay_s'
tampered 'another measured delay' "$(in_goa 's/("measured_total_delay_s": 0.)/\11/')" 'measured_total_delay_s'
tampered 'another measured compute delay' "$(in_goa 's/("measured_comp_delay_s": 0.)/\11/')" 'measured_comp_delay_s'
tampered 'an unknown measured delay' "$(in_goa 's/("measured_total_delay_s":) [0-9.e-]+/\1 null/')" 'recorded null'
tampered 'another accuracy' "$(in_goa 's/("accuracy":) 1.0/\1 0.9/')" '\(goa\): accuracy: recorded 0.9'
tampered 'violations that are none' "$(in_goa 's/("tau_violations":) 0/\1 1/')" '\(goa\): tau_violations: recorded 1, recomputed 0'
tampered 'violations kept quiet' '/"solver": "local"/,/runtime_s/ s/("tau_violations":) 1/\1 0/' '\(local\): tau_violations: recorded 0, recomputed 1'
tampered 'violations by a strategy that may not' 's/"solver": "local"/"solver": "goa-ls"/' '\(goa-ls\): tau_violations: 1 above tau 0.5'
tampered 'another threshold' 's/"tau": 0.5/"tau": 0.1/' 'tau_violations'
tampered 'the other objective' 's/"weighted"/"uniform"/' 'objective_s'
tampered 'a bound above the objective' "$(in_exact 's/("lower_bound_s": 0.01824)2/\19/')" '\(exact\): lower_bound_s: .*exceeds the objective'
tampered 'a bound that its gap does not fit' "$(in_exact 's/("lower_bound_s": 0.018)/\10/')" '\(exact\): gap'
tampered 'a negative bound' "$(in_exact 's/("lower_bound_s":) /\1 -/')" '\(exact\): lower_bound_s: .*is negative'
tampered 'a proof without a bound' "$(in_exact 's/("lower_bound_s":) [0-9.e-]+/\1 null/;'"$(in_exact 's/("gap":) [0-9.e-]+/\1 null/')")" '\(exact\): status: optimal without'
tampered 'a gap without a bound' "$(in_goa 's/("gap":) null/\1 0.0/')" '\(goa\): gap'
tampered 'infeasible though it is not' "$(in_goa 's/("status":) "feasible"/\1 "infeasible"/')" '\(goa\): status'
tampered 'no decision' "$(in_goa 's/("assignment":) .*/\1 null,/')" '\(goa\): assignment: missing'
tampered 'a short decision' "$(in_goa 's/\[0, 0\]/[0]/')" '\(goa\): assignment: has 1 entries'
tampered 'a server that is not there' "$(in_goa 's/\[0, 0\]/[0, 1]/')" '\(goa\): assignment: assignment\[1\]: 1 is neither'

# "Optimal" is no better than the gap that was asked for, and no claim of the file's own.
"$goagap" solve small.json --solver exact --tau 0.05 --objective uniform --gap 0.25 -o sol.json >out
expect 0 '' 'another tau, objective and gap are fine' "$goagap" check small.json sol.json
prints 'exact: verified: optimal within 0.25, uniform objective .* at tau 0.05 \(the instance has 0.5\); ' \
    'and are named'
tampered 'a bound that leaves more than the tolerance' \
    's/("(lower_bound_s|bound_s)":) [^,]*/\1 0.0/; s/("gap":) [^,]*/\1 1.0/' \
    '\(exact\): status: optimal, but the gap of 1 is above the tolerance of 0.25'
sed -E 's/("(lower_bound_s|bound_s)":) [^,]*/\1 0.0/; s/("gap":) [^,]*/\1 1.0/
        s/"optimal"/"bounded"/' sol.json >tampered.json
expect 0 '' 'the same bound, called a bound' "$goagap" check small.json tampered.json
prints 'verified: bounded, .*; proven: no decision is below 0 s' 'is one'
sed '/gap_tolerance/d' sol.json >tampered.json
expect 1 'status: optimal, but the gap of 0.25 is above the tolerance of 0.0001' \
    'a file that states no tolerance holds to the default' "$goagap" check small.json tampered.json
sed 's/"certificate"/"ignored"/' sol.json >tampered.json
expect 0 '' 'no certificate' "$goagap" check small.json tampered.json
prints 'exact: verified: feasible, .*; claimed, not re-proved \(no certificate\): optimal, no decision' \
    'proves nothing'
expect 1 'status: optimal, but the gap of 1 is above the tolerance of 0.0001' \
    'a certified bound of nothing makes nothing optimal' "$goagap" check \
    "$root/tests/data/proof/any_gap.json" "$root/tests/data/proof/any_gap_forged.json"

# Numbers may be as small as they like: they are compared by their digits all the same.
sed 's/"local_delay_s": .*/"local_delay_s": [3e-15, 4e-15],/; s/"gain": .*/"gain": [[0], [0]],/
     s/"tau": 0.5/"tau": 1/; s/"small"/"tiny"/' small.json >tiny.json
"$goagap" solve tiny.json --solver exact -o sol.json >out 2>warnings
sed -E 's/4\.2[0-9]*e-15/3.7e-15/' sol.json >tampered.json
expect 1 '\(exact\): objective_s: recorded 3.7' 'a femtosecond is not 3.7' \
    "$goagap" check tiny.json tampered.json
sed -E 's/("(lower_bound_s|bound_s)":) [^,]*/\1 0.0/; s/("gap":) [^,]*/\1 5e-16/' sol.json >tampered.json
expect 0 'warning: tiny.json' 'no bound at all is within 1e-12 s of them' "$goagap" check tiny.json tampered.json
prints 'verified: optimal within 1e-12 s, weighted objective 4.2e-15 s' 'which is what is said'

# A decision that breaks the threshold is no optimum, whatever it costs.
"$goagap" solve small.json --solver local -o sol.json >out
tampered 'an optimum that breaks the threshold' 's/"feasible"/"optimal"/; s/null/0.0/' \
    '\(local\): status: optimal, but 1 above tau 0.5 stay on the device'

# No decision keeps the threshold and has that accuracy: that is what is verified, of that alone.
sed 's/instance-1/instance-2/; s/"slm_correct"/"slm_p_correct": [0.9, 0.9], "llm_p_correct": [0.1, 0.1], &/' small.json >right.json
printf '%s\n' -1 -1 >other.txt
"$goagap" solve right.json --solver goa --tau 0 --assignment other.txt --accuracy-of own -o sol.json >out
expect 0 '' 'an accuracy out of reach' "$goagap" check right.json sol.json
prints 'verified: infeasible at tau 0 \(the instance has 0.5\), 0.9 right answers of 1 asked for$' \
    'which is named'
prints 'own: verified: infeasible, weighted objective .*, which 2 break$' 'an infeasible decision is called one'
sed 's/"required_accuracy": 0.9/"required_accuracy": 0.95/' sol.json >tampered.json
expect 1 'required_accuracy: 0.9[0-9]*, but own expects 0.9' 'and nobody else is out of reach for it' \
    "$goagap" check right.json tampered.json

# A bound must not exceed what another strategy reached.
"$goagap" solve small.json --solver goa,exact --tau 1 -o sol.json >out
cat >other.txt <<'TEXT'
-1
-1
TEXT
"$goagap" solve small.json --solver exact --assignment other.txt --tau 1 -o sol.json >out
tampered 'a bound above another decision' \
    "$(in_exact 's/("lower_bound_s":) .*/\1 0.9,/')" '\(exact\): lower_bound_s: .*of own'

expect 1 'tampered.json: n_users: recorded 3, recomputed 2' 'a solution of another size' sh -c \
    'sed "s/\"n_users\": 2/\"n_users\": 3/; s/\"certificate\"/\"ignored\"/" sol.json >tampered.json; "$1" check small.json tampered.json' \
    sh "$goagap"
sed '/"tau": 1/,$ s/"n_offloaded": 2/"n_offloaded": 1/' runs.json >tampered.json
expect 1 'tampered.json: runs\[1\]\.results\[0\] \(goa\): n_offloaded' 'the run is named' \
    "$goagap" check small.json tampered.json
sed 's/"instance": "small"/"instance": "other"/' runs.json >tampered.json
expect 0 'note: .*instance: "other", but the instance is "small"' 'another name is only noted' \
    "$goagap" check small.json tampered.json
finish

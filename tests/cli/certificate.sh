#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Proofs end to end: what solve writes, check proves anew, whenever solve was stopped; what was
# changed afterwards it refuses.
. "$(dirname "$0")/tap.inc"
extract=${GOLDEN_CHECK:-$(dirname "$goagap")/tests/golden_check}
case $extract in /*) ;; *) extract=$root/$extract ;; esac
proven='exact: verified: .*; proven: no decision is below [0-9.e-]+ s \([0-9]+ nodes?\)'

for file in "$root"/tests/optima/*.json; do
    known=$(basename "$file" .json)
    "$extract" --extract "$file" "$known.json" || exit 2
    for objective in weighted uniform; do
        [ "$known-$objective" = n120-m4-bits-s1-uniform ] && [ -z "$GOAGAP_TEST_LONG" ] && continue
        expect 0 '' "$known, $objective: solved" "$goagap" solve "$known.json" --solver goa,exact \
            --objective $objective --gap 1e-9 -o solution.json
        expect 0 '' "$known, $objective: accepted" "$goagap" check "$known.json" solution.json
        prints "results\[1\] $proven" "$known, $objective: proven"
    done
done

"$goagap" instance --preset urban-batch --users 50 --run 4 --tau 1 -o hard.json

# Stopped at some moment, by a limit or by a signal.
for limit in '--time-limit 0' '--time-limit 0.02' '--time-limit 0.1' '--node-limit 0' \
    '--node-limit 1' '--node-limit 20'; do
    # shellcheck disable=SC2086
    "$goagap" solve hard.json --solver exact --gap 0 $limit \
        -o solution.json >out 2>err
    ended=$?
    is "stopped by $limit, or at the end" $ended -eq 3 -o $ended -eq 0
    expect 0 '' "stopped by $limit: accepted" "$goagap" check hard.json solution.json
    prints "results\[0\] $proven" "stopped by $limit: proven"
done
moments=5
[ -n "$GOAGAP_TEST_LONG" ] && moments=100
moment=0
while [ $moment -lt $moments ]; do
    moment=$((moment + 1))
    signal=$([ $((moment % 2)) -eq 0 ] && echo INT || echo TERM)
    rm -f stopped.json
    # A shell's background jobs ignore INT unless told otherwise.
    sh -c 'trap - INT; exec "$@"' sh "$goagap" solve hard.json --solver exact \
        --gap 0 --time-limit 30 -o stopped.json >out 2>err &
    job=$!
    sleep "0.$((moment * 7919 % 90 + 10))"
    kill -s $signal $job
    wait $job
    ended=$?
    if [ -e stopped.json ]; then
        is "moment $moment: a limit, or the end" $ended -eq 3 -o $ended -eq 0
        expect 0 '' "moment $moment: accepted" "$goagap" check hard.json stopped.json
        prints "results\[0\] $proven" "moment $moment: proven"
    else
        is "moment $moment: no file from a program that was killed as it started" $ended -gt 128
    fi
done

# Every run of a list has its own; the bound at one threshold is none at another.
"$goagap" solve n12-m4-bits-s1.json --solver exact --tau 0.6,0.9 -o solution.json >out
expect 0 '' 'two thresholds' "$goagap" check n12-m4-bits-s1.json solution.json
prints "runs\[1\]\.results\[0\] $proven" 'the second run is proven too'

"$goagap" instance --preset urban-micro --users 30 --tau 1 --run 8 -o split.json

# On stdout there are none.
"$goagap" solve split.json --solver exact --format json >bare.json
is 'stdout goes without' "$(grep -c certificate bare.json)" -eq 0
expect 0 '' 'a bound without certificate' "$goagap" check split.json bare.json
prints 'verified: feasible, .*; claimed, not re-proved \(no certificate\): optimal, no decision' 'is said to be so'

"$goagap" solve split.json --solver exact --gap 1e-9 -o solution.json --format json >out
is 'nor with a file beside it' "$(grep -c certificate out)" -eq 0
# tampered CODE REGEX NAME SED: the solution after SED is refused.
tampered() {
    sed -E -e "$4" solution.json >tampered.json
    cmp -s solution.json tampered.json && verdict 1 "$3: the edit changes nothing"
    expect "$1" "tampered.json: results\[0\]$2" "$3" "$goagap" check split.json tampered.json
}
round='^ *"[0-9a-f]{272}",?$'
tampered 1 ' \(exact\): certificate: node [0-9]+: ' 'worthless multipliers' "/$round/ s/[0-9a-f]/0/g"
tampered 1 ' \(exact\): certificate: node [0-9]+: ' 'a bound that is too high' \
    's/("bound_s": 0\.347)0/\11/'
tampered 1 ' \(exact\): lower_bound_s: .* exceeds the bound .* of its certificate' \
    'a bound that is not the proven one' 's/("bound_s": 0\.34)7/\10/'
tampered 1 ' \(exact\): certificate: node 0: has a half that is no later node' \
    'a half that is the whole' 's/, 1, 2\]/, 0, 2]/'
tampered 1 ' \(exact\): certificate: node 1: is a half of two nodes' 'one half twice' \
    's/, 1, 2\]/, 1, 1]/'
tampered 1 ' \(exact\): certificate: node [0-9]+: is split at a server' 'a server that is not there' \
    's/"interference", [0-9]+,/"interference", 4,/'
tampered 1 ' \(exact\): certificate: .*unit of power' 'no unit of power' \
    's/("power_unit_w": )[^,]+/\10/'
tampered 2 '\.certificate\.format: is neither "goagap-certificate-1" nor "goagap-certificate-2"' 'another format' \
    's/goagap-certificate-[12]/goagap-certificate-9/'
tampered 2 '\.certificate\.bound_s: is not a number' 'no bound' 's/("bound_s": )[^,]+/\1null/'
tampered 2 '\.certificate: is neither an object nor null' 'no object' \
    's/"certificate": \{/"certificate": 1, "other": {/'
tampered 2 '\.certificate\.multipliers\[0\]: character 0 is not' 'a digit that is none' \
    "0,/$round/ s/^( *\")[0-9a-f]([0-9a-f]{271}\",?)$/\1x\2/"
tampered 2 '\.certificate\.multipliers\[0\]: number 0 is not finite' 'an infinite multiplier' \
    "0,/$round/ s/^( *\")[0-9a-f]{8}([0-9a-f]{264}\",?)$/\17f800000\2/"
tampered 2 '\.certificate\.multipliers\[[0-9]+\]: has 271 digits' 'a lost digit' \
    "0,/$round/ s/^( *\")[0-9a-f]([0-9a-f]{271}\",?)$/\1\2/"
tampered 2 '\.certificate\.nodes\[[0-9]+\]\[1\]: is none of' 'an unknown split' \
    's/"interference"/"sideways"/'
sed -E 's/("bound_s": [^,]+,)/\1 \1/' solution.json >tampered.json
expect 2 'tampered.json: line .*duplicate object key' 'a bound given twice' \
    "$goagap" check split.json tampered.json

# Forgeries that were once believed: where the judge's SINR or rate overflows, a transmission costs
# nothing, and a proof must not charge for it.
forged=$root/tests/data/proof
expect 1 'results\[0\] \(exact\): certificate: node [0-9]+: ' 'overflow: refused' \
    "$goagap" check "$forged/overflow.json" "$forged/overflow_forged.json"
prints 'results\[0\] exact: WRONG' 'overflow: the verdict says so'
grep -q proven out
is 'overflow: nothing is proven' $? -ne 0
expect 2 'bandwidth_hz\[0\]: 1e\+308 is not within' 'numbers whose rates overflow: no instance' \
    "$goagap" check "$forged/rate_overflow.json" "$forged/rate_overflow_forged.json"
finish

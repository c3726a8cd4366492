#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The chain of `make demo` on the shipped dataset: logits, uncertainties, networks, every strategy
# beside the proven optimum, report. Two runs a cell; thirty, as in the demo, for GOAGAP_TEST_LONG.
. "$(dirname "$0")/tap.inc"

runs=2
[ -z "${GOAGAP_TEST_LONG:-}" ] || runs=30
sed "s/^runs: .*/runs: $runs/" "$root/experiments/plans/demo.yaml" >demo.yaml

expect 0 '' 'uncertainties' "$goagap" uncertainty "$root/data/samples/babi.h5" -o babi.h5
expect 0 '' 'the plan in full is sound' \
    "$goagap" batch "$root/experiments/plans/demo.yaml" --dataset babi.h5 --dry-run
prints '^120 networks, 120 instances, ' 'thirty networks of each kind'
expect 0 'networks done' 'networks and strategies' \
    "$goagap" batch demo.yaml --dataset babi.h5 -o results
expect 0 'wrote report.html' 'the report' "$goagap" report results -o report.html
prints 'above the proven optimum in the median' 'gives the gap'
prints "^$((4 * runs)) of $((4 * runs)) optima proven" 'every optimum is proven'
for strategy in local edge dmin random goa goa-ls ga; do
    prints "^$strategy +[0-9]" "the table has $strategy"
done
! grep -Eq -- '^(edge|goa|goa-ls|ga|exact) .* -[0-9]' out
verdict $? 'nothing that respects tau is below the optimum'
grep -q "so that the small model&#39;s median is 33 ms" report.html
verdict $? 'the report says how latencies were scaled'
is 'the page is small' "$(wc -c <report.html)" -lt 200000
finish

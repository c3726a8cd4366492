#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The chain of `make demo` on the shipped dataset: logits, uncertainties, networks, every strategy
# beside the proven optimum, report. One draw; ten, as in the demo, for GOAGAP_TEST_LONG.
. "$(dirname "$0")/tap.inc"

runs=1
[ -z "${GOAGAP_TEST_LONG:-}" ] || runs=10
sed "s/^runs: .*/runs: $runs/" "$root/experiments/plans/demo.yaml" >demo.yaml

expect 0 '' 'uncertainties' "$goagap" uncertainty "$root/data/samples/babi.h5" -o babi.h5
expect 0 '' 'the plan in full is sound' \
    "$goagap" batch "$root/experiments/plans/demo.yaml" --dataset babi.h5 --dry-run
prints '^30 networks, 150 instances, ' 'ten draws of three sizes, five values of tau'
expect 0 'networks done' 'networks and strategies' \
    "$goagap" batch demo.yaml --dataset babi.h5 -o results
"$goagap" pareto demo.yaml --dataset babi.h5 --gap 1e-2 --node-limit 60 --points 6 \
    -o results/front.csv >out
is 'the front, whatever its limits left open' $? -le 3
expect 0 'wrote report.html' 'the report' "$goagap" report results -o report.html \
    --plan demo.yaml --dataset babi.h5
prints "^GOA's weighted delay is [0-9.]+ % .*above the optimum, " 'gives the gap at equal accuracy'
prints "^$((15 * runs)) of $((15 * runs)) optima proven" 'every optimum is proven'
is 'the answer fits a screen' "$(wc -l <out)" -le 25
for strategy in local edge dmin random goa goa-marginal goa-ls exact exact-fair; do
    prints "^$strategy +[0-9]" "the table has $strategy"
done
! grep -Eq -- '^(edge|goa|goa-marginal|goa-ls|exact|exact-fair) .* -[0-9]' out
verdict $? 'nothing that respects tau is below the optimum'
grep -q "so that the small model&#39;s median is 33 ms" report.html
verdict $? 'the report says how latencies were scaled'
first=$(grep -o '<h3>[^<]*' report.html | head -n 1)
is 'its first picture is accuracy against delay' "$first" = '<h3>Accuracy against delay'
grep -Eq 'The broad line is the (exact )?front' report.html
verdict $? 'with the front'
is 'it knows which decisions differ' "$(wc -l <tables/mistakes.csv)" -gt 1
is 'the page is small' "$(wc -c <report.html)" -lt 200000
if [ -n "${GOAGAP_TEST_LONG:-}" ]; then
    cat >page.tex <<'TEX'
\documentclass[10pt,twocolumn,letterpaper]{article}
\usepackage[margin=0.75in]{geometry}
\usepackage{booktabs}
\begin{document}
TEX
    for table in panels fair pairs gaps; do
        echo "\\begin{table}\\input{tables/$table.tex}\\caption{$table}\\end{table}" >>page.tex
    done
    echo '\end{document}' >>page.tex
    pdflatex -interaction=nonstopmode page.tex >latex.out
    verdict $? 'the tables compile on a page of two columns'
    is 'and fit one' "$(sed -n 's/^Overfull .hbox (\([0-9]*\)[.0-9]*pt.*/\1/p' page.log | awk '$1 >= 5' | wc -l)" -eq 0
fi
finish

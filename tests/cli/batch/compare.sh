#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The published experiment beside the published means; bad tables and results. Thirty runs a cell;
# all five hundred for GOAGAP_TEST_LONG.
# Covers cmd_compare, comparison_print, figure_published, html_published and report_claims.
. "$(dirname "$0")/../tap.inc"
published=$root/experiments/published/kim2026.csv
runs=30
[ -z "${GOAGAP_TEST_LONG:-}" ] || runs=500

sed "s/^runs: .*/runs: $runs/" "$root/experiments/plans/paper.yaml" >paper.yaml
expect 0 'networks done' 'the published experiment' "$goagap" batch paper.yaml -o results
expect 0 '' 'beside the published means' "$goagap" compare results "$published" -o cells.csv
for quantity in n_offloaded accuracy_pct local_delay_ms comp_delay_ms; do
    prints "^$quantity +200 +[0-9]+ +0 +[0-9]+ " "$quantity is outside its limit in no cell"
done
prints 'Transmission means' 'says why transmission is not judged'
prints '^Undecidable: one draw is more than 20 %' 'names what cannot be decided'
prints '^  local +40 +40 \| +40 \| ' 'counts the claims of the paper'
prints '^  small model -0\.[0-9]+ \[-0' 'and how uncertainty goes with right answers'
is 'in 80 columns' -z "$(LC_ALL=C.UTF-8 awk 'length($0) > 80' out)"
is 'every cell is in the file' "$(wc -l <cells.csv)" -eq 1241
head -n 1 cells.csv | grep -q '^n_users,tau,strategy,quantity,draws,mean,mean_low,mean_high,median,trimmed_mean,published,'
verdict $? 'under its heading'
! awk -F, '$16 == "within" && ($14 > 0.2 || ($12 / $11) ^ 2 > 0.25)' cells.csv | grep -q .
verdict $? 'nothing far off, or of one draw, is within its limit'
expect 0 '' 'with every cell' "$goagap" compare results "$published" --cells
is 'leaves none out' "$(grep -c 'more: -o CSV' out)" -eq 0
expect 0 'wrote page.html' 'a report of them' "$goagap" report results -o page.html --published "$published"
is 'draws the seventeen figures' "$(grep -c 'id="published-' page.html)" -ge 17
is 'on a page of moderate size' "$(wc -c <page.html)" -lt 600000
if command -v tidy >/dev/null; then
    expect 0 '' 'of valid HTML' tidy -q -e page.html
fi
if /usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null; then
    expect 0 '' 'its numbers recompute' /usr/bin/python3 "$root/tests/tools/recompute_comparison.py" \
        results "$published" tables
    prints ' numbers agree, 0 differ' 'to 1e-12'
fi
expect 0 '' 'the file on standard output' "$goagap" compare results "$published" -o -
same 'is the same' out cells.csv
awk -F, 'BEGIN { OFS = "," } /^#/ { next } NR > 2 { $4 *= 1.1 } { print }' "$published" >other.csv
expect 1 '' 'means that differ' "$goagap" compare results other.csv
prints '^ +[0-9]+ +0.6 +edge +n_offloaded .*-9.1 %$' 'are listed'
expect 2 'share no users, tau and strategy' 'another preset' \
    "$goagap" compare results "$published" --preset paper-bits
expect 2 'none.csv' 'no table' "$goagap" compare results none.csv
expect 2 'none: cannot be read' 'no results' "$goagap" compare none "$published"
expect 2 'DIR PUBLISHED.csv' 'an argument short' "$goagap" compare results
finish

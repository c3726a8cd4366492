#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The published experiment beside the published means; bad tables and results. Thirty runs a cell;
# all five hundred for GOAGAP_TEST_LONG.
# Covers cmd_compare.
. "$(dirname "$0")/../tap.inc"
published=$root/experiments/published/kim2026.csv
runs=30
[ -z "${GOAGAP_TEST_LONG:-}" ] || runs=500

sed "s/^runs: .*/runs: $runs/" "$root/experiments/plans/paper.yaml" >paper.yaml
expect 0 'networks done' 'the published experiment' "$goagap" batch paper.yaml -o results
expect 0 '' 'beside the published means' "$goagap" compare results "$published" -o cells.csv
for quantity in n_offloaded accuracy_pct local_delay_ms comp_delay_ms; do
    prints "^$quantity +200 +200 +0 " "$quantity is within its limit in all cells"
done
prints 'Transmission means have a heavy tail' 'says why transmission is not judged'
is 'every cell is in the file' "$(wc -l <cells.csv)" -eq 1201
head -n 1 cells.csv | grep -q '^n_users,tau,strategy,quantity,runs,mean,mean_low,mean_high,published,'
verdict $? 'under its heading'
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

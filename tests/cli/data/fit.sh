#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A server's curve from measured steps: what is printed is a preset's, and the line is the right one.
# Covers cmd_fit and line_fit.
. "$(dirname "$0")/../tap.inc"
printf 'n,step_s\n1,0.011\n8,0.0119\n16,0.0131\n32,0.0153\n' >steps.csv
expect 0 '' 'measured steps are fitted' "$goagap" fit steps.csv
prints '^# A decode step with n answers at once, of 4 measured: 10\.8356 ms \+ 0\.139606 ms n$' 'as they should be'
prints 'R\^2 1\.000' 'as they should be'
prints '^    - batch base_s=0\.0108356 per_query_s=0\.000139606$' 'as they should be'
"$goagap" fit steps.csv >fitted
{ printf 'name: mine\nbase: paper-batch\n'; cat fitted; } >mine.yaml
expect 0 '' 'which a preset takes' "$goagap" instance --preset mine.yaml --users 3 -o i.json
is 'and an instance has' "$(grep -c 'batch base_s=0.0108' i.json)" -eq 1
# Exactly on a line: no interval to speak of.
awk 'BEGIN { for (n = 1; n <= 64; n *= 2) printf "%d,%.10g\n", n, 0.0251 + 0.000277 * n }' >line.csv
expect 0 '' 'a line is found' "$goagap" fit line.csv
prints 'batch base_s=0\.0251 per_query_s=0\.000277$' 'as they should be'
prints 'R\^2 1\.000' 'as they should be'
printf '1,0.01\n2,0.02\n' >two.csv
expect 0 '' 'two points are a line without intervals' "$goagap" fit two.csv
case $(cat out) in *intervals*) verdict 1 'none is claimed' ;; *) verdict 0 'none is claimed' ;; esac
printf '4,0.01\n4,0.02\n' >same.csv
expect 2 'same.csv: a line wants points at two different loads' 'one load alone' "$goagap" fit same.csv
printf '1,0.02\n9,0.01\n' >falls.csv
expect 2 "falls.csv: the line is .* no server's: put the points in a table" 'a line that falls' "$goagap" fit falls.csv
is 'of which nothing is printed' ! -s out
for name in ms step_ms 'time (MS)' latency-us microseconds; do
    printf 'n,%s\n1,10\n8,11\n' "$name" >unit.csv
    expect 2 'unit.csv:1: column ".*": steps are wanted in seconds' "times in $name" "$goagap" fit unit.csv
done
printf 'n;terms_s\n1;0,01\n2;0,02\n' >comma.csv
expect 0 'comma.csv: .*;' 'decimal commas are told' "$goagap" fit comma.csv
printf '0,0.02\n9,0.03\n' >zero.csv
expect 2 'row 1: 0 is no number of queries' 'no query at all' "$goagap" fit zero.csv
printf '1.5,0.02\n9,0.03\n' >half.csv
expect 2 'row 1: 1.5 is no number of queries' 'half a query' "$goagap" fit half.csv
printf '1,-0.02\n9,0.03\n' >negative.csv
expect 2 'row 1: -0.02 is no time' 'a time below nothing' "$goagap" fit negative.csv
printf '1,2,3\n4,5,6\n' >three.csv
expect 2 'has 3 columns, not two' 'a third column' "$goagap" fit three.csv
expect 2 'which steps' 'no file' "$goagap" fit
expect 2 'none.csv' 'a file that is not there' "$goagap" fit none.csv
finish

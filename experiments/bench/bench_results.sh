#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a folder of many parts costs: bench_results.sh PROGRAM FOLDER [PARTS]
# Seconds of the clock and of the processors for status, a batch with nothing to do, merge and
# report, and pandas reading the merged file where it is there.
program=$1 folder=$2 parts=${3:-4000}
TIMEFORMAT='%R %U %S'
export LC_ALL=C
mkdir -p "$folder" || exit 2
cat >"$folder/plan-$parts.yaml" <<YAML
preset: [paper]
users: [8]
tau: [0.1:1.0:0.1]
runs: $parts
solvers: [local, edge, dmin, goa, goa-ls]
outputs: {units_per_part: 1}
YAML
results=$folder/results-$parts
echo "A folder of $parts parts (made once, in $results)"
"$program" batch "$folder/plan-$parts.yaml" -o "$results" -q || exit 2
printf '%-28s %9s %9s\n' '' 'clock s' 'busy s'

# measure NAME COMMAND...
measure() {
    name=$1
    shift
    seconds=$({ time "$@" >/dev/null 2>"$folder/messages"; } 2>&1) || { cat "$folder/messages" >&2; exit 1; }
    echo "$name $seconds" | awk '{n = NF; printf "%-28s %9.2f %9.2f\n", substr($0, 1, index($0, $(n - 2) " " $(n - 1)) - 2), $(n - 2), $(n - 1) + $n}'
}
all=$folder/all-$parts.h5
measure status "$program" status "$results"
measure 'batch, nothing to do' "$program" batch "$folder/plan-$parts.yaml" -o "$results"
measure merge "$program" merge -o "$all" "$results"
measure report "$program" report "$results" -o "$folder/report.html"
measure 'report of the merged file' "$program" report "$all" -o "$folder/report.html"
mv "$results/index.jsonl" "$folder/index.jsonl"
measure 'status without the index' "$program" status "$results"
rm -f "$results/index-found.jsonl"
measure 'merge without the index' "$program" merge -o "$all" "$results"
rm -f "$results/index-found.jsonl"
mv "$folder/index.jsonl" "$results/index.jsonl"
if python3 -c 'import h5py, pandas' 2>/dev/null; then
    measure 'pandas, the merged file' python3 -c '
import sys, h5py, pandas as pd
with h5py.File(sys.argv[1]) as f:
    texts = f["texts"].asstr()[:]
    pd.DataFrame({k: pd.Categorical.from_codes(d[:], texts) if "texts" in d.attrs else d[:]
                  for k, d in f["runs"].items()}).describe()' "$all"
else
    echo 'pandas, the merged file      is not measured: python3 has no h5py and pandas'
fi
du -sk "$results" "$all" "$results/index.jsonl" | awk '{printf "%-60s %9.1f MB\n", $2, $1 / 1024}'

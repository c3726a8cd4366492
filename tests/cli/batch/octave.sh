#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# notebooks-export/matlab: what its page shows runs under Octave, and gives the report's numbers.
. "$(dirname "$0")/../tap.inc"
page=$root/notebooks-export/matlab/README.md
if ! command -v octave-cli >/dev/null || ! /usr/bin/python3 -c 'import numpy, h5py' 2>err; then
    echo "ok 1 - Octave # SKIP octave, python3-numpy or python3-h5py is missing"
    tests=1
    finish
fi
PATH=/usr/bin:$PATH
GOAGAP_LIBRARY=$(dirname "$goagap")/libgoagap.so.0 PYTHONPATH=$root/notebooks-export/python PYTHONDONTWRITEBYTECODE=1
export GOAGAP_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE
for k in 1 2; do
    { echo "addpath('$root/notebooks-export/matlab');"
      awk -v k=$k '$0 == "```" { on = 0 } on && seen == k { print } $0 == "```matlab" { on = 1; seen++ }' "$page"; } >program$k.m
done
printf '%s\n' 'preset: [paper-bits]' 'users: [6, 9]' 'tau: [0.7, 0.9]' 'runs: 3' 'solvers: [goa, exact]' >plan.yaml
"$goagap" batch plan.yaml -o results --quiet
"$goagap" report results -o page.html >said 2>err
octave-cli -q program1.m >out 2>err
verdict $? 'results are read'
explain err
mean=$(awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } $at["strategy"] == "goa" { printf "%.2f", 100 * $at["mean"] }' tables/panels.csv)
is 'with the mean gap of the report' "$(cat out)" = "12 instances: GOA is $mean % above the optimum in the mean"
explain out
"$goagap" merge results -o all.h5 2>err
sed "s/goagap_results('results')/goagap_results('all.h5')/" program1.m >merged.m
octave-cli -q merged.m >merged 2>err
same 'and of one file the same' out merged
sed "s/goagap_results('results')/goagap_results('none')/" program1.m >none.m
octave-cli -q none.m >out 2>err
is 'results that are not there are an error' $? -ne 0
grep -q 'none' err
verdict $? 'that names them'

cat >make.py <<'PY'
import h5py, numpy
draw = numpy.random.default_rng(3)
with h5py.File("mine.h5", "w") as f:
    f["queries/prompt_bytes"] = draw.integers(100, 2000, 20)
    f["slm/logits"] = draw.normal(0, 3, (50, 70)).astype("float16")
    f["slm/offsets"] = numpy.sort(numpy.append([0, 50], draw.choice(numpy.arange(1, 50), 19, replace=False)))
    f["slm/latency_s"] = draw.uniform(0.02, 0.05, 20)
PY
/usr/bin/python3 make.py
"$goagap" uncertainty mine.h5 >said 2>err
octave-cli -q program2.m >out 2>err
verdict $? 'a dataset is read'
explain err
is 'and its margins are ours' "$(awk '{ print ($3 < 1e-6) }' out)" = 1
explain out
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap evaluate: every number against NumPy (tests/tools/evaluate_reference.py), routers, figures,
# and what it refuses.
# Covers cmd_evaluate, evaluation_collect, evaluation_figures, evaluation_json, evaluation_judge
# and evaluation_table.
. "$(dirname "$0")/../tap.inc"
babi=$root/data/samples/babi.h5
python=/usr/bin/python3
$python -c 'import numpy' 2>err || { echo "Bail out! no NumPy"; exit 2; }

# In the sample's float16 logits some answers tie; the second uncertainty is not in [0, 1].
cp "$babi" babi.h5
"$goagap" uncertainty babi.h5 -o data.h5 >out
"$goagap" uncertainty data.h5 --method entropy --aggregate mean --name spread >out
"$goagap" uncertainty data.h5 --side llm --name of_llm >out
"$goagap" inspect data.h5 --dump /slm/correct >slm
"$goagap" inspect data.h5 --dump /llm/correct >llm
"$goagap" inspect data.h5 --dump /queries/id >ids

# agrees CODE TITLE UNCERTAINTY OPTION...: the report on a stored one has NumPy's numbers.
agrees() {
    wanted=$1 title=$2 score=$3
    shift 3
    "$goagap" inspect data.h5 --dump "/uncertainty/$score" >alpha
    expect "$wanted" '' "$title" \
        "$goagap" evaluate data.h5 --uncertainty "$score" --format json "$@"
    cp out report.json
    $python "$root/tests/tools/evaluate_reference.py" \
        report.json "$score" alpha slm llm ids >verdict 2>&1
    verdict $? "$title: the numbers are NumPy's"
    grep -q '^[0-9]* numbers agree' verdict || explain verdict
}

agrees 0 'isotonic' slm_margin_first --target-accuracy 0.8 --offload-rate 0.3 --conformal 0.1
grep -q '"found": true' report.json
verdict $? 'a target accuracy that exists'
agrees 0 'platt' slm_margin_first --calibrate platt --target-accuracy 0.8 --bootstrap 20
agrees 0 'temperature' slm_margin_first --calibrate temperature --target-accuracy 0.7 --bins 3
agrees 0 'identity' slm_margin_first --calibrate identity --offload-rate 0 --conformal 1 --bins 100
agrees 1 'entropy, an accuracy beyond reach' spread --target-accuracy 0.999 --bootstrap 0 --seed 7
grep -A2 '"auroc": {' report.json | grep -q '"low": null'
verdict $? 'no resamples, no intervals'
agrees 0 'everything may be offloaded' spread --offload-rate 1 --conformal 0.001 --bins 1 --seed 12
grep -q '"tau": "-inf"' report.json
verdict $? 'a threshold below everything'
# Many ties, one value, no probabilities.
cat >round.py <<'PY'
import sys
import h5py
import numpy as np
with h5py.File(sys.argv[1], "a") as f:
    a = f["uncertainty/slm_margin_first"][:]
    f["uncertainty/coarse"] = a.round(1)
    f["uncertainty/constant"] = 0 * a + 0.25
    f["uncertainty/wild"] = 1e3 * a - 500
with h5py.File("endless.h5", "w") as f:
    f["uncertainty/endless"] = np.where(a < 0.9, a, np.inf)
    f["slm/correct"] = np.arange(a.size) % 2
PY
$python round.py data.h5 2>err
verdict $? 'making ties and infinities'
agrees 0 'ties' coarse --target-accuracy 0.8 --offload-rate 0.25 --conformal 0.2 --bootstrap 50
agrees 0 'ties, platt' coarse --calibrate platt --bootstrap 0
agrees 0 'one value' constant --offload-rate 0.5 --bootstrap 10
agrees 0 'values beyond [0, 1]' wild --calibrate platt --conformal 0.3 --bootstrap 0
expect 0 'endless: [0-9]+ infinite values' 'infinite values' \
    "$goagap" evaluate endless.h5 --bootstrap 0
expect 0 'wild: [0-9]+ values outside \[0, 1\]' 'values that are no probabilities' \
    "$goagap" evaluate data.h5 --uncertainty wild --calibrate identity --bootstrap 0

# The same seed, the same bytes; the intervals hold the value.
expect 0 '' 'again' "$goagap" evaluate data.h5 --uncertainty coarse --format json --bootstrap 99
cp out one
"$goagap" evaluate data.h5 --uncertainty coarse --format json --bootstrap 99 >two
same 'the same report' one two
"$goagap" evaluate data.h5 --uncertainty coarse --format json --bootstrap 99 --seed 2 >two
cmp -s one two
is 'another seed, other intervals' $? -eq 1

# ---- the page ----

expect 0 '' 'without options' "$goagap" evaluate "$babi"
prints '^slm_margin_first$' 'the default uncertainty is computed'
prints '^Of 6 measures slm_gini_first ranks errors best: AUROC 0.755 \[0\.[0-9]+, 0\.[0-9]+\];$' 'which measure ranks errors best'
prints '^slm_margin_first +0\.707 .* 0\.048 +\[0\.' 'and how far the published one is behind'
prints '^AUROC +0\.707 +\[0\.6[0-9]+, 0\.7[0-9]+\] +chance 0\.5' 'its AUROC'
expect 0 '' 'thresholds' "$goagap" evaluate data.h5 --uncertainty slm_margin_first \
    --target-accuracy 0.8 --offload-rate 0.3 --conformal 0.1
prints '^accuracy 0\.8 +[0-9.]+ +[0-9.]+ +validation +[0-9.]+ +8[0-9.]+ +[0-9.]+ +[0-9.]+$' \
    'realised shares stand beside a threshold'
is 'the page has 80 columns at most' -z "$(LC_ALL=C.UTF-8 awk 'length($0) > 80' out)"
# A perfect order: rounding leaves some ends of intervals just below 0.
awk 'BEGIN { print "id,alpha,slm_correct,llm_correct"
    for (i = 0; i < 24; i++) print "q" i "," i / 48 "," (i < 16.8) ",1" }' >perfect.csv
"$goagap" import --from csv perfect.csv -o perfect.h5 >out
expect 0 '' 'a perfect order' "$goagap" evaluate perfect.h5
grep -qE -- '-0\.?0*[],[:space:]]' out
is 'has no negative zero' $? -eq 1
expect 0 '' 'all that is stored' "$goagap" evaluate data.h5 --bootstrap 0
prints '^spread +[0-9.]+ ' 'one a line'
grep -q of_llm out
is 'but that of the other side' $? -eq 1
expect 0 '' 'all that can be computed' "$goagap" evaluate babi.h5 --compare all --bootstrap 0
is 'all of them' "$(grep -cE '^(margin|entropy|normalised_entropy|least_confidence|nll|gini)_' out)" -eq 32
is 'in 80 columns' -z "$(LC_ALL=C.UTF-8 awk 'length($0) > 80' out)"
expect 0 '' 'two beside a stored one' "$goagap" evaluate data.h5 --bootstrap 0 \
    --uncertainty coarse --compare marginxquantile:0.9,entropyxmax --top-k 10
prints '^margin_top10_quantile:0\.9 +[0-9.]+ ' 'the first'
prints '^entropy_top10_max +[0-9.]+ ' 'the second'
expect 0 '' 'the large model' "$goagap" evaluate data.h5 --side llm --bootstrap 0
prints '374 queries, the llm is right on 86.4 %' 'is judged by its own answers'
grep -q offloaded out
is 'and has nowhere to offload to' $? -eq 1

# ---- routers ----

expect 0 '' 'writing a router' "$goagap" evaluate data.h5 --uncertainty slm_margin_first \
    --target-accuracy 0.8 --write-router router.json --bootstrap 0
is 'leaves no temporary file' -z "$(find . -name '*.tmp*')"
cat >check.py <<'PY'
import json
router = json.load(open("router.json"))
report = json.load(open("report.json"))["uncertainties"][0]
fit = report["calibration"]["calibrator"]
assert router["format"] == "ucci-router" and router["version"] == 1
assert router["calibrator"] == {"x": fit["x"], "y": fit["y"]}
assert router["theta"] == report["thresholds"][0]["theta"]
assert (router["tau"], router["grid_step"], router["cost_model"]) == (0.8, 0.005, "routing")
assert 3 < router["c_large"] / router["c_small"] < 12
PY
"$goagap" evaluate data.h5 --uncertainty slm_margin_first --target-accuracy 0.8 --bootstrap 0 \
    --format json >report.json
$python check.py 2>err
verdict $? 'the router is what the report says'
expect 0 '' 'judging it' "$goagap" evaluate data.h5 --uncertainty slm_margin_first \
    --router router.json --format json --bootstrap 0
cat >judged.py <<'PY'
import json
import numpy as np
router = json.load(open("router.json"))
found = json.load(open("out"))["uncertainties"][0]["router"]
alpha, slm, llm = (np.loadtxt(x) for x in ("alpha", "slm", "llm"))
p = np.interp(alpha, router["calibrator"]["x"], router["calibrator"]["y"])
off = p > router["theta"]
assert abs(found["offloaded"] - off.mean()) < 1e-12
assert abs(found["accuracy"] - np.where(off, llm, slm).mean()) < 1e-12
cost = np.where(off, router["c_large"], router["c_small"]).mean()
assert abs(found["cost"] - cost) < 1e-9
assert abs(found["metrics"]["brier"]["value"] - np.mean((p - (1 - slm)) ** 2)) < 1e-12
PY
"$goagap" inspect data.h5 --dump /uncertainty/slm_margin_first >alpha
$python judged.py 2>err
verdict $? 'it does what it says'
expect 0 '' 'identity as a router' "$goagap" evaluate data.h5 --uncertainty coarse --bootstrap 0 \
    --calibrate identity --target-accuracy 0.7 --write-router identity.json
grep -q '"calibrator": {"x": \[0.0, 1.0\], "y": \[0.0, 1.0\]}' identity.json
verdict $? 'has two knots'
expect 1 '' 'an accuracy beyond reach' "$goagap" evaluate data.h5 --uncertainty coarse \
    --target-accuracy 1 --write-router none.json --bootstrap 0
prints 'No threshold reaches an accuracy of 1: the best is 0\.[0-9]+' 'says what is in reach'
is 'and makes no router' ! -e none.json

# ---- figures ----

expect 0 '' 'figures' "$goagap" evaluate data.h5 --uncertainty coarse,spread --plots figures \
    --bootstrap 0
for figure in roc risk-coverage reliability accuracy-by-tenth; do
    $python -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' figures/$figure.svg 2>err
    verdict $? "$figure.svg is sound"
done
if command -v rsvg-convert >/dev/null; then
    for figure in roc risk-coverage reliability accuracy-by-tenth; do
        head -c 8 figures/$figure.png | od -An -tx1 | grep -q '89 50 4e 47 0d 0a 1a 0a'
        verdict $? "$figure.png is there"
    done
fi
expect 0 'SVG only: rsvg-convert' 'says what is missing for PNG' env PATH=/nonexistent "$goagap" \
    evaluate data.h5 --uncertainty coarse --bootstrap 0 --plots plain
is 'and draws the rest' -s plain/roc.svg -a ! -e plain/roc.png
grep -q '>coarse: AUROC 0\.[0-9]*<' figures/roc.svg
verdict $? 'a legend names the curves'
grep -q '>chance: [0-9.]* %<' figures/accuracy-by-tenth.svg
verdict $? 'and what chance gives'
expect 0 '' 'drawn again' "$goagap" evaluate data.h5 --uncertainty coarse --plots figures
for figure in roc risk-coverage; do
    is "$figure.svg has a band" "$(grep -c 'fill-opacity' figures/$figure.svg)" -eq 1
done
expect 2 'data.h5: is read' 'the dataset in place of the folder' \
    "$goagap" evaluate data.h5 --uncertainty coarse --bootstrap 0 --plots data.h5
expect 2 'err: is not a folder' 'a file in place of the folder' \
    "$goagap" evaluate data.h5 --uncertainty coarse --bootstrap 0 --plots err
expect 2 'no/such: cannot be made' 'a folder in no folder' \
    "$goagap" evaluate data.h5 --uncertainty coarse --bootstrap 0 --plots no/such

# ---- what cannot be ----

cat >lacking.py <<'PY'
import h5py
import numpy as np
def make(name, n, slm=True, llm=True):
    with h5py.File(name, "w") as f:
        f["uncertainty/u"] = np.linspace(0, 1, n)
        if slm:
            f["slm/correct"] = (np.arange(n) % 2).astype("u1")
        if llm:
            f["llm/correct"] = np.ones(n, "u1")
        f["queries/prompt_bytes"] = np.ones(n, "u4")
make("no_slm.h5", 9, slm=False)
make("no_llm.h5", 9, llm=False)
make("two.h5", 2)
make("one.h5", 1)
PY
$python lacking.py 2>err || explain err
expect 2 'no_slm.h5: /slm/correct: is missing' 'no correctness' "$goagap" evaluate no_slm.h5
expect 0 '' 'no large model' "$goagap" evaluate no_llm.h5 --format json
prints '"apgr": \{' 'still has the keys'
expect 2 'no_llm.h5: /llm/correct: is missing' 'a target accuracy without a large model' \
    "$goagap" evaluate no_llm.h5 --target-accuracy 0.9
expect 0 '' 'two queries' "$goagap" evaluate two.h5
prints '2 queries are too few to calibrate' 'says that they are too few'
expect 0 '' 'one query, as JSON' "$goagap" evaluate one.h5 --format json
prints '"calibration": null' 'leaves out what it cannot know'
expect 2 'two.h5: 2 queries are too few to choose' 'a threshold from two queries' \
    "$goagap" evaluate two.h5 --offload-rate 0.5
expect 2 'missing.h5: cannot be opened' 'no such file' "$goagap" evaluate missing.h5
expect 2 'nix' 'an unknown uncertainty' "$goagap" evaluate data.h5 --uncertainty coarse,nix
expect 2 'uncertainty' 'an empty name' "$goagap" evaluate data.h5 --uncertainty coarse,
expect 2 'METHODxAGGREGATE' 'a comparison that is none' "$goagap" evaluate data.h5 --compare margin
expect 2 '"none"' 'an unknown method' "$goagap" evaluate data.h5 --compare nonexmean
expect 2 'nix' 'an unknown aggregate' "$goagap" evaluate data.h5 --compare marginxnix
expect 2 'perplexity|nll' 'a combination that does not fit' \
    "$goagap" evaluate data.h5 --compare marginxperplexity
expect 2 'calibrate' 'an unknown calibration' "$goagap" evaluate data.h5 --calibrate nix
expect 2 'target-accuracy: 1.1 is outside' 'an accuracy above 1' \
    "$goagap" evaluate data.h5 --target-accuracy 1.1
expect 2 "offload-rate: 'x' is not a number" 'a rate that is none' \
    "$goagap" evaluate data.h5 --offload-rate x
expect 2 'bins: 0 is outside' 'no bins' "$goagap" evaluate data.h5 --bins 0
expect 2 'needs --target-accuracy' 'a router without a threshold' \
    "$goagap" evaluate data.h5 --write-router r.json
expect 2 'isotonic or identity' 'a router that cannot be written' \
    "$goagap" evaluate data.h5 --write-router r.json --target-accuracy 0.8 --calibrate platt
expect 2 'belongs to one uncertainty' 'a router of many' \
    "$goagap" evaluate data.h5 --write-router r.json --target-accuracy 0.6 --bootstrap 0
expect 2 'no/such/r.json: cannot be written' 'a router in no folder' \
    "$goagap" evaluate data.h5 --uncertainty coarse --write-router no/such/r.json \
    --target-accuracy 0.6 --bootstrap 0
is 'nothing was written' ! -e r.json
echo '{"format": "ucci-router", "version": 3}' >bad.json
expect 2 'bad.json: version: is not 1' 'a router of another version' \
    "$goagap" evaluate data.h5 --router bad.json
head -c 100 router.json >bad.json
expect 2 'bad.json: line [0-9]+' 'half a router' "$goagap" evaluate data.h5 --router bad.json
expect 2 'which dataset' 'no dataset' "$goagap" evaluate
if [ -c /dev/full ]; then
    full() { "$@" >/dev/full; }
    expect 2 'standard output' 'a full disk' full "$goagap" evaluate data.h5 --bootstrap 0
fi
finish

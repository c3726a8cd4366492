#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# data/RECIPE.md: its commands run as pasted, with scores of a model of our own, and give the same to
# the last digit whatever the order of the 150 files and of the facts.
. "$(dirname "$0")/../tap.inc"
recipe=$root/data/RECIPE.md

# block LANGUAGE: the only fenced block of a language.
block() {
    awk -v open="\`\`\`$1" '$0 == "```" { inside = 0 } inside { print } $0 == open { inside = 1 }' \
        "$recipe"
}

python=
for name in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! $name -c 'import numpy' 2>err || python=$name
done
[ -n "$python" ] || { echo '1..0 # SKIP no numpy'; exit 0; }
mkdir bin && ln -s "$goagap" bin/goagap
PATH=$PWD/bin:$PATH

block python >script.py
cat >model.py <<'PYTHON'
# What the script calls, without a model: scores drawn from the query, cut by top-k.
import numpy, random, types

class Rows:
    def __init__(self, row): self.row = row
    def float(self): return self
    cpu = float
    def numpy(self): return self.row

class Model:
    device = "cpu"
    def generate(self, seed, **options):
        rng = numpy.random.default_rng(seed)
        rows = rng.normal(0, 3, (3, 40)).astype("f4")
        rows[rows < numpy.sort(rows)[:, -20:-19]] = -numpy.inf
        return types.SimpleNamespace(scores=[[Rows(r)] for r in rows],
                                     sequences=numpy.zeros((1, 4), int))

class Inputs(dict):
    input_ids = numpy.zeros((1, 1))
    def to(self, device): return self

class Tokenizer:
    def __call__(self, prompt, return_tensors): return Inputs(seed=int(prompt.split()[1]))
    def decode(self, ids, skip_special_tokens): return "yes"

model, tokenizer = Model(), Tokenizer()
queries = [{"id": f"q{k}", "prompt": f"question {k}", "llm_correct": 1, "llm_latency_s": 0.5}
           for k in range(150)]
def is_correct(answer, query): return int(query["id"][1:]) % 3 > 0
PYTHON
cat model.py script.py >both.py
expect 0 '' 'the script saves scores and facts' "$python" both.py
block sh >commands.sh
expect 0 'networks done' 'the commands run' sh -eu commands.sh
expect 0 '' 'the import' sh -c 'goagap import scores/*.npy --facts facts.csv -o data.h5'
prints 'sources in the order of their numbers' 'takes q2 before q10'
prints '450 tokens with words at -infinity' 'counts filtered tokens'

auroc() {
    goagap uncertainty "$1" >/dev/null && goagap evaluate "$1" --bootstrap 0 --format json
}
auroc data.h5 >one.json
value() {
    awk '/"auroc"/ { getline; print $2 }' "$1"
}
value one.json | grep -q '^0\.[0-9]*,$'
verdict $? 'has an AUROC'
{ sed 1q facts.csv; sed 1d facts.csv | sort -t, -k4; } >shuffled.csv
expect 0 '' 'shuffled' sh -c 'goagap import $(ls scores/*.npy | sort -t7 -k2 -r | sort -R --random-source=both.py) \
    --facts shuffled.csv -o shuffled.h5'
auroc shuffled.h5 >two.json
is 'was shuffled' "$(goagap inspect shuffled.h5 --dump /queries/id | head -n 3)" != \
    "$(goagap inspect data.h5 --dump /queries/id | head -n 3)"
is 'is the same to the last digit' "$(value one.json)" = "$(value two.json)"
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap uncertainty: its values, its names, and what it does to files.
# Covers cmd_uncertainty.
. "$(dirname "$0")/../tap.inc"
babi=$root/data/samples/babi.h5
recorded=$root/tests/data/babi_alpha.csv

# close NAME COLUMN FILE DATASET: values agree with a recorded column as vectors promise; scalar
# kernels agree to 1e-9.
tolerance=1e-6
close() {
    "$goagap" inspect "$3" --dump "/uncertainty/$4" >values
    sed 1d "$recorded" | cut -d, -f"$2" | paste - values |
        awk -v most="$tolerance" '{ d = $1 - $2; if (d < 0) d = -d; if (!(d <= most)) bad++ }
             END { exit NR == 0 || bad > 0 }'
    verdict $? "$1"
}

cp "$babi" data.h5
expect 0 '' 'the default' "$goagap" uncertainty "$babi" -o out.h5
prints '^out.h5: /uncertainty/slm_margin_first: 374 queries$' 'says what was stored'
prints '^  min [0-9.e-]+, median [0-9.e-]+, max [0-9.e-]+$' 'and its range'
close 'agrees with the recorded values' 1 out.h5 slm_margin_first
same 'the dataset itself is untouched' "$babi" data.h5
expect 0 '' 'top 10' "$goagap" uncertainty out.h5 --top-k 10
close 'agrees with the recorded values' 2 out.h5 slm_margin_top10_first
close 'the earlier uncertainty is kept' 1 out.h5 slm_margin_first
tolerance=1e-9
for column in 1 2 3 4; do
    side=slm top=0
    [ $column -gt 2 ] && side=llm
    [ $((column % 2)) = 0 ] && top=10
    expect 0 '' "scalar kernels, $side, top $top" env GOAGAP_KERNELS=scalar \
        "$goagap" uncertainty "$babi" -o scalar.h5 --side $side --top-k $top --name exact
    close 'agrees with the recorded values to 1e-9' $column scalar.h5 exact
done
tolerance=1e-6
for threads in 1 2 3; do
    expect 0 '' "$threads threads" "$goagap" uncertainty "$babi" -o threads$threads.h5 \
        --threads $threads --aggregate mean --name mean
    "$goagap" inspect threads$threads.h5 --dump /uncertainty/mean >mean$threads
done
same 'two threads give the same bits as one' mean1 mean2
same 'and so do three' mean1 mean3
expect 2 'threads' 'no threads at all' "$goagap" uncertainty "$babi" -o none.h5 --threads 0
expect 0 '' 'the large model' "$goagap" uncertainty out.h5 --side llm
close 'agrees with the recorded values' 3 out.h5 llm_margin_first
expect 0 '' 'the large model, top 10' "$goagap" uncertainty out.h5 --side llm --top-k 10
close 'agrees with the recorded values' 4 out.h5 llm_margin_top10_first
for method in entropy normalised_entropy least_confidence nll gini; do
    expect 0 '' "$method" "$goagap" uncertainty out.h5 --method $method
done
for aggregate in mean max last quantile:0.9; do
    expect 0 '' "$aggregate" "$goagap" uncertainty out.h5 --aggregate $aggregate
done
expect 0 '' 'without the end of the answer' \
    "$goagap" uncertainty out.h5 --drop-eos --aggregate last --name last_word
expect 0 '' 'what is stored is sound' "$goagap" inspect out.h5
prints 'margin, top-k 10, first, temperature 1, of slm/logits' 'where it comes from is stored'

expect 2 'out.h5: /uncertainty/slm_margin_first exists; --force' 'a name that is taken' \
    "$goagap" uncertainty out.h5
expect 0 '' 'unless forced' "$goagap" uncertainty out.h5 --force
close 'which stores the same again' 1 out.h5 slm_margin_first
expect 0 '' 'another temperature under a name' \
    "$goagap" uncertainty out.h5 --temperature 2 --name warm
"$goagap" inspect out.h5 --dump /uncertainty/warm >one
cmp -s one values
is 'gives other values' $? -eq 1
"$goagap" inspect "$babi" --dump /slm/logits | head -n 2 >one
"$goagap" inspect out.h5 --dump /slm/logits | head -n 2 >two
same 'the logits are kept' one two

cp out.h5 before.h5
expect 2 'cannot name an uncertainty' 'failing' "$goagap" uncertainty out.h5 --name a/b
same 'changes nothing' out.h5 before.h5
expect 2 'Not a directory' 'an output below a file' \
    "$goagap" uncertainty out.h5 --name x -o before.h5/x.h5
is 'no temporary file is left' -z "$(find . -name '*.tmp*')"

expect 2 'which dataset' 'no dataset' "$goagap" uncertainty
expect 2 'nix' 'an unknown side' "$goagap" uncertainty out.h5 --side nix
expect 2 'nix' 'an unknown method' "$goagap" uncertainty out.h5 --method nix
expect 2 'nix' 'an unknown aggregate' "$goagap" uncertainty out.h5 --aggregate nix
expect 2 'quantile' 'a quantile above 1' "$goagap" uncertainty out.h5 --aggregate quantile:1.5
expect 2 'perplexity|nll' 'the perplexity of a margin' \
    "$goagap" uncertainty out.h5 --aggregate perplexity
expect 2 'top-k: -1 is outside' 'K below 0' "$goagap" uncertainty out.h5 --top-k -1
expect 2 'top_k|top-k' 'K of 1' "$goagap" uncertainty out.h5 --top-k 1
expect 2 'temperature: 0 is outside' 'absolute zero' "$goagap" uncertainty out.h5 --temperature 0
finish

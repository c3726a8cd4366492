#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap inspect: what it says of sound files, and single datasets as text.
# Covers cmd_inspect, dump_json, inspect_dataset, inspect_instance and inspect_results.
. "$(dirname "$0")/../tap.inc"
babi=$root/data/samples/babi.h5
bad=$root/tests/cli/bad

expect 0 '' 'the shipped dataset' "$goagap" inspect "$babi"
prints '^queries +374, id' 'its queries'
prints '^slm +logits: 1025 tokens x 1024 float16, correct, latency_s' 'its small model'
prints '^sound$' 'is sound'
expect 0 '' 'a small dataset' "$goagap" inspect "$bad/sound.h5"
prints 'uncertainty +slm_margin_first: min 0.2, median 0.4, max 0.9' 'its uncertainty'
prints '^llm +absent' 'the side it lacks'

printf '%s\n' 0 1 1 >want
expect 0 '' 'a column of flags' "$goagap" inspect "$bad/sound.h5" --dump /slm/correct
same 'a value a line' out want
printf '%s\n' 10 11 12 >want
"$goagap" inspect "$bad/sound.h5" --dump /queries/id >out
same 'integers are exact' out want
printf '%s\n' 0.029999999999999999 0.040000000000000001 0.050000000000000003 >want
"$goagap" inspect "$bad/sound.h5" --dump /slm/latency_s >out
same '17 digits' out want
printf '%s\n' '0 1 2 3' '4 5 6 0' '1 2 3 4' '5 6 0 1' '2 3 4 5' '6 0 1 2' >want
"$goagap" inspect "$bad/sound.h5" --dump /slm/logits >out
same 'a row a line' out want
"$goagap" inspect "$bad/logits_masked.h5" --dump /slm/logits | sed -n 3p >out
echo '-inf -inf -inf -inf' >want
same 'masked logits' out want
expect 0 '' 'text' "$goagap" inspect "$babi" --dump /queries/id
is 'a line a query' "$(wc -l <out)" -eq 374

small_instance >small.json
expect 0 '' 'an instance' "$goagap" inspect small.json
prints '^users 2, servers 1, tau 0.5: 1 must offload' 'who must offload'
prints '^sound$' 'is sound'
expect 0 '' 'an HDF5 instance' "$goagap" inspect "$bad/instance_sound.h5"
prints 'measured edge delay +s +not known' 'what is not known'
printf '%s\n' 1e-9 2e-9 >want
"$goagap" inspect small.json --dump /gain >out
awk '{ print $1 * 1e9 }' out >one
printf '%s\n' 1 2 >two
same 'a field of a JSON instance' one two
sed 's/"name"/"surprise": 1, "name"/' small.json >extra.json
expect 0 'warning: extra.json: unknown key "surprise"' 'an unknown key is a warning' \
    "$goagap" inspect extra.json

expect 2 "/slm: is a group; /slm holds: correct, " 'the dump of a group' \
    "$goagap" inspect "$bad/sound.h5" --dump /slm
expect 2 '/slm/nix: there is no such dataset; /slm holds: ' 'the dump of nothing' \
    "$goagap" inspect "$bad/sound.h5" --dump /slm/nix
expect 2 'small.json: /nix: there is no such value' 'a field that is not there' \
    "$goagap" inspect small.json --dump /nix
expect 2 'which file' 'no file' "$goagap" inspect
expect 2 "unexpected argument 'b'" 'two files' "$goagap" inspect a b
full() { "$@" >/dev/full; }
if [ -c /dev/full ]; then
    expect 2 'standard output: writing failed' 'a dump on a full disk' \
        full "$goagap" inspect "$babi" --dump /slm/logits
fi
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap import: arrays of other programs become datasets with the right uncertainties; what is
# wrong with a file is said, and leaves nothing behind.
# Covers cmd_import, import_head and import_options.
. "$(dirname "$0")/../tap.inc"
samples=$root/tests/data/import
recorded=$root/tests/data/babi_alpha.csv
babi=$root/data/samples/babi.h5
# Agreement to 1e-9 is of the kernels that sum in float64.
GOAGAP_KERNELS=scalar
export GOAGAP_KERNELS

# numbers FILE: the margin uncertainties of a dataset, one a line, stay in ./values.
numbers() {
    "$goagap" uncertainty "$1" --name numbers --force >out 2>err &&
        "$goagap" inspect "$1" --dump /uncertainty/numbers >values
}

# close NAME FILE EXPECTED TOLERANCE: the uncertainties of FILE are the first of the file EXPECTED.
close() {
    numbers "$2" && paste -d' ' values "$3" | awk -v most="$4" '
        NF == 2 { d = $1 - $2; if (d < 0) d = -d; if (!(d <= most)) bad++; n++ }
        END { exit n == 0 || bad > 0 }'
    verdict $? "$1"
}

sed 1d "$recorded" | cut -d, -f1 | head -n 5 >five

# ---- every format ----

# sound NAME SAMPLE OPTIONS...: imports by content, and agrees with the recorded values.
sound() {
    sound_name=$1 sound_file=$2
    shift 2
    expect 0 '' "$sound_name" "$goagap" import "$samples/$sound_file" "$@" -o data.h5
    prints '^data.h5: /slm: 5 queries, [0-9]+ tokens of 1024 words' "$sound_name: says what it found"
    close "$sound_name: agrees with the recorded values" data.h5 five 1e-9
}
sound 'npy with offsets of its own' rows_f16.npy --offsets "$samples/offsets.npy"
sound 'npy, one token a query' first_f64.npy --axes B,V
sound 'npz, stored' stored.npz
cp data.h5 stored.h5
sound 'npz, deflated' deflated.npz
sound 'npz, named' deflated.npz --logits logits --offsets offsets
sound 'safetensors of one side' sides.safetensors
sound 'safetensors, compressed' sides.safetensors --compress
sound 'any HDF5 dataset' ../../../data/samples/babi.h5 --logits /slm/logits --limit 5
expect 0 '' 'npy in Fortran order and big-endian' \
    "$goagap" import "$samples/fortran_big.npy" --axes B,V -o data.h5
close 'float32 of other byte order' data.h5 five 1e-6
expect 0 '' 'bfloat16' "$goagap" import "$samples/bf16.safetensors" --axes B,V -o data.h5
prints 'coarse' 'bfloat16 is pointed out'
close 'bfloat16 agrees coarsely' data.h5 five 0.05
cp values coarse
expect 0 '' 'bfloat16 of NumPy' \
    "$goagap" import "$samples/bf16_void.npy" --dtype bf16 --axes B,V -o data.h5
close 'bfloat16 of NumPy is the same' data.h5 coarse 0
expect 0 '' 'llama.cpp' "$goagap" import "$samples/llama.logits" -o data.h5
prints '2 queries, 6 tokens of 101 words' 'llama.cpp: a query a chunk'
prints 'cut off by the source' 'llama.cpp: clipped tokens are counted'
sed -n '1p;4p' "$samples/llama_alpha.txt" >two
close 'llama.cpp: agrees to its quantisation' data.h5 two 1e-4
expect 2 'torch.load' 'PyTorch is refused with the way to convert it' \
    "$goagap" import --from pytorch "$samples/offsets.npy" -o no.h5
cp "$samples/rows_f16.npy" rows.npy
expect 0 '' 'several sources' "$goagap" import "$samples/rows_f16.npy" rows.npy -o data.h5
prints '2 queries, 26 tokens' 'each is a query'
"$goagap" inspect data.h5 --dump /queries/id >ids
is 'named after its file' "$(paste -sd ' ' ids)" = 'rows_f16 rows'
expect 2 'same names, and their paths do not tell' 'one source twice' \
    "$goagap" import rows.npy rows.npy -o no.h5

# ---- options ----

expect 0 '' 'the most probable tokens only' "$goagap" import "$samples/stored.npz" --keep topk:4 -o top.h5
prints '13 tokens of 5 candidates, float64' 'four, and the generated one'
close 'their margins are those of the whole row' top.h5 five 1e-9
"$goagap" uncertainty stored.h5 --method nll --aggregate sum >out
"$goagap" inspect stored.h5 --dump /uncertainty/slm_nll_sum >one
"$goagap" uncertainty top.h5 --method nll --aggregate sum >out
"$goagap" inspect top.h5 --dump /uncertainty/slm_nll_sum >values
paste -d' ' one values | awk '{ d = $1 - $2; if (d * d > 1e-18) bad++ } END { exit NR != 5 || bad }'
verdict $? 'so are the generated tokens log-probabilities'
expect 0 '' 'the same from the dataset' "$goagap" import stored.h5 --keep topk:4 -o again.h5
close 'gives the same' again.h5 five 1e-9
expect 0 '' 'the same command' "$goagap" import "$samples/stored.npz" --keep topk:4 -o twin.h5
expect 0 '' 'once more' "$goagap" import "$samples/stored.npz" --keep topk:4 -o twin2.h5
same 'gives the same bytes' twin.h5 twin2.h5
expect 0 '' 'without end tokens' "$goagap" import "$samples/stored.npz" --drop-eos -o data.h5
prints '5 end-of-answer tokens left out' 'one a query'
close 'the first tokens stay' data.h5 five 1e-9
expect 0 '' 'the first queries' "$goagap" import "$samples/stored.npz" --limit 2 -o data.h5
prints ' 2 queries, ' 'are two'

printf '1\n0\n1\n1\n0\n' >correct.txt
printf 'id,latency_s\n4,1\n0,0.5\n1,0.25\n3,2\n2,1e-3\n' >times.csv
expect 0 'by position: 5 values' 'correctness and latency' "$goagap" import "$samples/stored.npz" \
    --correct correct.txt --latency times.csv -o data.h5
"$goagap" inspect data.h5 --dump /slm/correct >one
same 'correctness is kept' one correct.txt
"$goagap" inspect data.h5 --dump /slm/latency_s >one
is 'latency is kept' "$(tr '\n' ' ' <one)" = '0.5 0.25 0.001 2 1 '
expect 0 '' 'a column by name' "$goagap" import "$samples/stored.npz" \
    --latency times.csv:latency_s -o data.h5
awk 'BEGIN { for (v = 0; v < 1024; v++) print v % 7 - 1 }' >classes.txt
expect 0 '' 'a class map' "$goagap" import "$samples/stored.npz" --class-map classes.txt -o data.h5
expect 0 '' 'is used' "$goagap" uncertainty data.h5 --top-k 2
expect 2 'classes.txt: has 1023 classes for 1024 words' 'a class map that is short' sh -c '
    sed 1d classes.txt >short.txt && mv short.txt classes.txt
    "$0" import "$1" --class-map classes.txt -o no.h5' "$goagap" "$samples/stored.npz"

# ---- two sides ----

expect 0 'correct.txt: by position: 5 values in the order of the queries' 'one side' \
    "$goagap" import "$samples/stored.npz" --correct correct.txt -o both.h5
cp both.h5 before.h5
expect 2 'holds the slm side, which would be lost: --join' 'the other does not replace it' \
    "$goagap" import --side llm "$samples/deflated.npz" -o both.h5
same 'nothing is lost' both.h5 before.h5
expect 0 '' 'but joins it' \
    "$goagap" import --side llm "$samples/deflated.npz" --join before.h5 --force -o both.h5
expect 2 'both.h5: is read' 'never in place' \
    "$goagap" import --side llm "$samples/deflated.npz" --join both.h5 -o both.h5
expect 0 '' 'both are there' "$goagap" inspect both.h5
prints '^slm +logits: 13 tokens' 'the small model'
prints '^llm +logits: 13 tokens' 'the large model'
close 'and unchanged' both.h5 five 1e-9
expect 2 'has 5 queries, 2 are imported' 'other queries do not join' \
    "$goagap" import --side llm "$samples/llama.logits" --join both.h5 -o no.h5
expect 2 'has no query "chunk-0" to join' 'nor do others under --limit' \
    "$goagap" import --side llm "$samples/llama.logits" --limit 1 --join both.h5 -o no.h5
"$goagap" import "$samples/stored.npz" -o bare.h5 >/dev/null
expect 2 'has no /llm to join' 'nor does what is not there' \
    "$goagap" import "$samples/stored.npz" --join bare.h5 -o no.h5
expect 0 '' 'but what is known of the same side stays' \
    "$goagap" import "$samples/stored.npz" --join before.h5 -o kept.h5
"$goagap" inspect kept.h5 --dump /slm/correct >one
same 'its correctness' one correct.txt
expect 0 '' 'a whole dataset' "$goagap" import "$babi" --compress=9 --keep topk:10 -o whole.h5
sed 1d "$recorded" | cut -d, -f1 >all
close 'keeps every margin' whole.h5 all 1e-9
prints '374 queries' 'and every query'
awk 'BEGIN { for (i = 0; i < 374; i++) print i % 2 }' >alternating.txt
expect 0 'by position: 374 values' 'a dataset with other correctness' \
    "$goagap" import "$babi" --correct alternating.txt -o whole.h5
"$goagap" inspect whole.h5 --dump /slm/correct >one
same 'which replaces what was there' one alternating.txt

# ---- refusals ----

# refused REGEX NAME ARGUMENTS...: exit code 2, a message, and nothing left behind.
refused() {
    regex=$1 name=$2
    shift 2
    expect 2 "$regex" "$name" "$goagap" import "$@" -o no.h5
    [ -z "$(ls no.h5* 2>/dev/null)" ] || verdict 1 "$name: leaves nothing behind"
}
head -c 20000 "$samples/rows_f16.npy" >cut.npy
refused 'cut.npy: shape \(13, 1024\) of float16 needs 26624 bytes of data, the file has 19872' \
    'a cut NPY file' cut.npy
head -c 20000 "$samples/stored.npz" >cut.npz
refused 'cut.npz: ZIP archive: it has no end record' 'a cut NPZ file' --from npz cut.npz
head -c 20000 "$samples/sides.safetensors" >cut.safetensors
refused 'cut.safetensors: its tensors have [0-9]+ bytes, the file has' 'a cut safetensors file' \
    cut.safetensors
head -c 700 "$samples/llama.logits" >cut.logits
refused 'not one of its chunks is whole' 'a cut llama.cpp file' cut.logits
: >empty
refused 'empty: is empty; --from' 'an empty file' empty
refused 'nix: cannot be opened' 'no file' nix
refused 'is a directory' 'a folder' "$samples"
refused 'holds int64' 'offsets for logits' "$samples/offsets.npy"
refused 'unknown type: --dtype bf16' 'void without a type' "$samples/bf16_void.npy"
refused 'holds 2-byte numbers, not float32' 'void of another type' \
    "$samples/bf16_void.npy" --dtype f32
refused 'shape \(13, 1024\) has not the axes B,T,V' 'axes of another rank' \
    "$samples/rows_f16.npy" --axes B,T,V
refused "has no array 'nix'; it has logits, offsets, tokens" 'a name that is not there' \
    "$samples/stored.npz" --logits nix
refused 'are these logits\? --values logits' 'logits are no log-probabilities' \
    "$samples/stored.npz" --values logprobs
refused 'is not a probability' 'logits are no probabilities' "$samples/stored.npz" --values probs
printf '1\n0\n1\n0\n' >four.txt
refused 'four.txt: has 4 values for 5 queries' 'too few flags' \
    "$samples/stored.npz" --correct four.txt
printf '1\n0\n1\n0\n2\n' >two.txt
refused '/slm/correct: value 4: 2 is outside its domain' 'a flag of 2' \
    "$samples/stored.npz" --correct two.txt
printf '1\n0\nx\n' >x.txt
refused "x.txt:3: 'x' is not a number" 'a flag that is a letter' \
    "$samples/stored.npz" --correct x.txt
refused 'holds float32 where the source before holds float64' 'sources of two types' \
    --axes B,V "$samples/first_f64.npy" "$samples/fortran_big.npy"
refused 'offsets of which of the 2 sources' 'offsets of two sources' \
    --offsets "$samples/offsets.npy" "$samples/rows_f16.npy" "$samples/rows_f16.npy"

expect 2 'which dataset\?' 'no output' "$goagap" import "$samples/stored.npz"
expect 2 'import what\?' 'no source' "$goagap" import -o no.h5
expect 2 'unknown format "nix"; known: npy, ' 'an unknown format' \
    "$goagap" import --from nix a -o no.h5
expect 2 'keep: .top.+ is not topk:K' 'keeping nothing that is known' \
    "$goagap" import a --keep top9 -o no.h5
expect 2 'axes "X"' 'unknown axes' "$goagap" import a --axes X -o no.h5
expect 2 'dtype "int8"' 'an unknown type' "$goagap" import a --dtype int8 -o no.h5
expect 2 'values "x"' 'unknown values' "$goagap" import a --values x -o no.h5
expect 2 'limit: 0 is outside' 'a limit of 0' "$goagap" import a --limit 0 -o no.h5
is 'no file is left' -z "$(find . -name 'no.h5*' -o -name '*.tmp')"

# ---- a kill, and a file larger than memory ----

# sparse MEGABYTES: an NPY file of zeros, 65536 words a row, without using the disk for it.
sparse() {
    rows=$(($1 * 4))
    { printf '\223NUMPY\001\000\166\000'
      printf "%-117s\n" "{'descr': '<f4', 'fortran_order': False, 'shape': ($rows, 65536), }"; } >big.npy
    truncate -s $((128 + rows * 262144)) big.npy
}
sparse 4000
"$goagap" import big.npy --keep topk:2 -o killed.h5 2>/dev/null >/dev/null &
pid=$!
sleep 0.3
kill -9 $pid
wait $pid 2>/dev/null
is 'a killed import leaves no dataset' ! -e killed.h5
rm -f killed.h5*
if [ -n "$GOAGAP_TEST_LONG" ]; then sparse 8000; else sparse 400; fi
case ${GOAGAP:-} in *sanitized*) limit=4000000 ;; *) limit=200000 ;; esac
"$goagap" import big.npy --keep topk:2 -o big.h5 >out 2>err &
pid=$!
most=0
while rss=$(awk '/^VmHWM/ { print $2 }' /proc/$pid/status 2>/dev/null) && [ -n "$rss" ]; do
    most=$rss
    sleep 0.05
done
wait $pid
is 'a large file is imported' $? -eq 0
prints '1 queries, [0-9]+ tokens of 2 candidates' 'all of it'
is 'in little memory' "$most" -gt 0 -a "$most" -lt $limit
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command on small files, its memory watched: by glibc, which fills what is freed and checks
# its heap, by valgrind for GOAGAP_CHECKER=valgrind, or by the sanitizers of the program itself.
. "$(dirname "$0")/../cli/tap.inc"
samples=$root/tests/data/import

debug_malloc=/usr/lib/$(${CC:-cc} -print-multiarch)/libc_malloc_debug.so.0
watched() {
    if [ -n "${GOAGAP_TEST_SANITIZED:-}" ]; then
        "$goagap" "$@"
    elif [ "${GOAGAP_CHECKER:-}" = valgrind ]; then
        valgrind -q --error-exitcode=99 --leak-check=full --trace-children=yes \
            --trace-children-skip='*/rsvg-convert' --suppressions="$root/tests/memory/hdf5.supp" \
            "$goagap" "$@"
    else
        MALLOC_PERTURB_=165 MALLOC_CHECK_=3 LD_PRELOAD=$debug_malloc "$goagap" "$@"
    fi
}

# clean CODE ARGUMENTS...: the command ends with that code, and no checker speaks.
clean() {
    code=$1
    shift
    watched "$@" >out 2>err
    got=$?
    if [ $got -eq "$code" ] && ! grep -Eq '^==[0-9]+==|^(malloc|free|realloc)\(\)|runtime error' err; then
        verdict 0 "goagap $*"
    else
        verdict 1 "goagap $*"
        echo "# exit code $got, expected $code"
        explain err
    fi
}

if [ -z "${GOAGAP_TEST_SANITIZED:-}" ] && [ -z "${GOAGAP_CHECKER:-}" ]; then
    is 'the heap checker is there' -e "$debug_malloc"
fi

clean 0 version
clean 0 help
clean 0 help instance

# ---- data ----

clean 0 import "$root/data/samples/babi.h5" --logits /slm/logits --limit 5 -o from_hdf5.h5
clean 0 import "$samples/deflated.npz" --compress -o from_npz.h5
clean 0 import "$samples/sides.safetensors" -o from_safetensors.h5
clean 0 import "$samples/first_f64.npy" --axes B,V -o from_npy.h5
clean 0 import "$samples/llama.logits" -o from_llama.h5
clean 0 import "$samples/own_lists.jsonl" -o from_jsonl.h5
clean 0 import "$samples/openai_chat.jsonl" -o from_openai.h5
clean 0 import "$samples/vllm_chat.jsonl" -o from_vllm.h5
clean 2 import "$samples/offsets.npy" -o no.h5
for dataset in from_npz.h5 from_jsonl.h5 "$root/tests/data/h5py_filters.h5" "$root/data/samples/babi.h5"; do
    clean 0 inspect "$dataset"
done
clean 2 inspect "$samples/own.csv"
clean 0 uncertainty "$root/data/samples/babi.h5" -o babi.h5
clean 0 uncertainty babi.h5 --method entropy --aggregate mean --threads 2
clean 0 uncertainty from_npz.h5
clean 0 uncertainty "$root/tests/data/h5py_hidden.h5" --threads 2 -o hidden.h5
clean 0 evaluate babi.h5

# ---- problems ----

clean 0 instance --preset paper-bits --users 6 --seed 3 -o six.json
clean 0 instance --preset urban-micro --users 6 -o six.h5
clean 0 instance babi.h5 --preset urban-micro --users 8 --latency-scale 28.8 -o real.h5
clean 0 inspect real.h5
clean 0 solve six.json --solver local,edge,dmin,random,goa,goa-ls,ga,lagrangian,glpk,exact -o six_solution.json
clean 0 solve real.h5 --solver goa,exact --objective uniform -o real_solution.json
clean 0 check six.json six_solution.json
clean 0 check real.h5 real_solution.json
clean 0 model six.json --to lp -o six.lp
clean 0 model six.h5 --to mps -o six.mps
clean 0 pareto six.json -o front.csv
clean 0 explain six.json six_solution.json

# ---- experiments ----

cat >plan.yaml <<'YAML'
name: small
preset: [paper]
objective: [weighted]
users: [4, 6]
servers: [2]
tau: [0.6, 0.8]
runs: 2
seed: 1
solvers: [local, edge, dmin, goa, goa-ls, exact]
outputs:
  assignments: yes
  units_per_part: 1
YAML
clean 0 batch plan.yaml -o results --jobs 2
clean 0 batch plan.yaml -o shard --shard 1/2
clean 0 status results
clean 0 merge results -o merged.h5
clean 1 merge shard -o partial.h5
clean 0 report results -o report.html
clean 0 report merged.h5 -o merged.html
clean 0 notebook results -o results.ipynb
sed -e 's/^runs: .*/runs: 2/' -e 's/^users: .*/users: [50]/' "$root/experiments/plans/paper.yaml" >paper.yaml
clean 0 batch paper.yaml -o paper
clean 0 compare paper "$root/experiments/published/kim2026.csv" -o cells.csv
finish

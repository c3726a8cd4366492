#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Under a limit on its address space the program ends by itself, and soon.
. "$(dirname "$0")/tap.inc"

# limited MIB COMMAND...: killed after half a minute (137).
limited() {
    mib=$1
    shift
    timeout -s KILL 30 prlimit --as=$((mib << 20)) --core=0 "$@"
}
# ends MIB NAME COMMAND...: with an exit code of its own.
ends() {
    mib=$1 name=$2
    shift 2
    limited "$mib" "$@" >out 2>err
    code=$?
    [ $code -ne 137 ]
    verdict $? "$name ends by itself within $mib MiB (exit $code)"
}

cat >plan.yaml <<'Y'
name: small
preset: [paper]
users: [4]
servers: [2]
tau: [0.8]
runs: 2
solvers: [goa]
Y
"$goagap" instance --users 8 -o small.h5
for mib in 60 90 160 320; do
    ends $mib version "$goagap" version
    ends $mib help "$goagap" help
    ends $mib instance "$goagap" instance --users 8 -o drawn.h5
    ends $mib solve "$goagap" solve small.h5
    ends $mib batch "$goagap" batch plan.yaml -o "results$mib" --jobs 2
    ends $mib 'hidden states' "$goagap" uncertainty "$root/tests/data/h5py_hidden.h5" -o "u$mib.h5"
done
expect 0 '' '160 MiB are enough for the version' limited 160 "$goagap" version
# Another OpenBLAS on this machine, or its variables, make no difference.
expect 0 '' 'however many cores OpenBLAS is told of' \
    limited 160 env OPENBLAS_NUM_THREADS=16 "$goagap" version
prints 'SINGLE_THREADED' 'the OpenBLAS in use has no threads'
expect 2 'h5py_hidden\.h5: out of memory: multiplying hidden states takes 144 MiB of address space' \
    'hidden states say how much they need' \
    limited 160 "$goagap" uncertainty "$root/tests/data/h5py_hidden.h5" -o hidden.h5
is 'and leave nothing behind' ! -e hidden.h5
expect 0 '' 'which is enough' \
    limited 1024 "$goagap" uncertainty "$root/tests/data/h5py_hidden.h5" -o hidden.h5

# Rows that do not fit are no surprise half way: half a million are made with full counts alone.
if [ -n "${GOAGAP_TEST_LONG:-}" ]; then
    cat >many.yaml <<'Y'
preset: [paper]
users: [1]
servers: [1]
objective: [weighted, uniform]
tau: [0:1:0.001]
runs: 250
solvers: [local]
outputs: {units_per_part: 50}
Y
    "$goagap" batch many.yaml -o many -q || explain err
    for command in 'report many' 'merge many -o many.h5' 'notebook many -o many.ipynb'; do
        expect 2 'many: its 500500 rows take about 0.2 GB of memory, and 0.2 GB are free' "$command: too many rows" \
            limited 160 "$goagap" $command
    done
    expect 0 '' 'which have their status all the same' limited 160 "$goagap" status many
fi
finish

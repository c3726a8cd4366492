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
    limited 200 "$goagap" uncertainty "$root/tests/data/h5py_hidden.h5" -o hidden.h5
is 'and leave nothing behind' ! -e hidden.h5
expect 0 '' 'which is enough' \
    limited 1024 "$goagap" uncertainty "$root/tests/data/h5py_hidden.h5" -o hidden.h5
finish

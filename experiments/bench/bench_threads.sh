#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a second thread is worth: bench_threads.sh PROGRAM FOLDER CSV [TIMES]
# Trees of more than 100 nodes, each solved by one thread and by two in turn, TIMES times (9): the
# middle of the times, and of the ratios of two that follow each other, since a machine's speed may
# change by the minute. After the rows of a kind the least, middle and greatest ratio.
program=$1 folder=$2 csv=$3 times=${4:-9}
export LC_ALL=C
mkdir -p "$folder" || exit 2
network=$folder/network.json
echo 'network,run,objective,nodes,one_thread_s,two_threads_s,times_faster' >"$csv" || exit 2

# solve THREADS OPTIONS...: seconds and nodes of what is solved last. Nothing else runs meanwhile.
solve() {
    threads=$1
    shift
    "$program" solve "$network" -s exact --threads "$threads" --format json "$@" \
        >"$folder/solved.json" 2>"$folder/messages"
    awk -F': *' '/"runtime_s":/ {s = $2} /"nodes":/ {n = $2} END {print s + 0, n + 0}' "$folder/solved.json"
}

# kind NAME FIRST LAST NETWORK... -- OPTIONS...
kind() {
    name=$1 first=$2 last=$3 make=()
    shift 3
    while [ "$1" != -- ]; do make+=("$1") && shift; done
    shift
    for run in $(seq "$first" "$last"); do
        "$program" instance "${make[@]}" --run "$run" -o "$network" 2>/dev/null || exit 2
        for objective in weighted uniform; do
            for ((k = 0; k < times; k++)); do
                one=$(solve 1 -w "$objective" "$@")
                [ "${one#* }" -gt 0 ] || { echo failed && break; }
                [ "${one#* }" -gt 100 ] || break
                echo "$one $(solve 2 -w "$objective" "$@")"
            done >"$folder/times"
            awk -v row="$name,$run,$objective" '
                function middle(of, i, j, v) {
                    for (i = 2; i <= NR; i++)
                        for (j = i; j > 1 && of[j] < of[j - 1]; j--) {v = of[j]; of[j] = of[j - 1]; of[j - 1] = v}
                    return of[int((NR + 1) / 2)]
                }
                NF != 4 || $2 != $4 {bad = 1; exit}
                {one[NR] = $1; two[NR] = $3; ratio[NR] = $1 / $3; nodes = $2}
                END {if (bad) exit 1
                     if (NR) printf "%s,%d,%.4f,%.4f,%.2f\n", row, nodes, middle(one), middle(two), middle(ratio)}' \
                "$folder/times" >>"$csv" ||
                { echo "$name, run $run: a solve failed, or the trees of one thread and two differ" >&2 && exit 1; }
        done
    done
    grep "^$name," "$csv" | sort -t, -k7n | awk -F, -v name="$name" '
        {print > "/dev/stderr"; ratio[NR] = $7}
        END {if (NR) printf "%-44s %3d trees: %.2f, %.2f, %.2f\n", name, NR, ratio[1], ratio[int((NR + 1) / 2)], ratio[NR]}'
}
fixed='--fixed-interference 1e-10'
kind '200 x 16 bits' 1 12 --preset paper-bits --users 200 --servers 16 --tau 0.7 --
kind 'urban-micro 50 x 8' 0 13 --preset urban-micro --users 50 --servers 8 --tau 1 -- --node-limit 300
kind '120 x 4 bits fixed goa accuracy' 1 14 --preset paper-bits --users 120 --servers 4 --tau 1 $fixed -- --accuracy-of goa
kind '80 x 4 bits goa accuracy' 1 14 --preset paper-bits --users 80 --servers 4 --tau 0.9 -- --accuracy-of goa

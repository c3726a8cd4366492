#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How many nodes proofs take, and what their roots leave open: the same whatever the machine does
# beside it. experiments/bench/nodes.csv holds them, so that a change shows in its diff:
#   sh tests/cli/nodes.sh write    writes it anew.
. "$(dirname "$0")/tap.inc"
list=$root/experiments/bench/nodes.csv

# nodes PRESET USERS SERVERS RUN TAU OBJECTIVE GAP: one line of the table
nodes() {
    "$goagap" instance --preset "$1" --users "$2" --servers "$3" --run "$4" --tau "$5" -o n.json
    open=$("$goagap" solve -s exact -w "$6" --gap "$7" --node-limit 1 --format json n.json |
        sed -n 's/^ *"gap": \(.*\),$/\1/p')
    all=$("$goagap" solve -s exact -w "$6" --gap "$7" --format json n.json |
        sed -n 's/^ *"nodes": \(.*\),\{0,1\}$/\1/p' | tr -d ,)
    awk -v o="$open" -v k="$1,$2,$3,$4,$5,$6,$7,$all" 'BEGIN { printf "%s,%.3g\n", k, o }'
}

{
    echo preset,users,servers,run,tau,objective,gap,nodes,root_gap
    while read -r network; do
        # shellcheck disable=SC2086
        nodes $network
    done <<EOF
paper-bits 50 4 0 0.7 weighted 1e-9
paper-bits 80 4 1 0.8 uniform 1e-9
paper 120 4 2 0.8 weighted 1e-9
paper-bits 60 8 0 0.6 weighted 1e-4
paper-bits 60 16 1 0.7 weighted 1e-4
paper-bits 60 16 1 0.7 uniform 1e-4
paper-bits 40 32 2 0.8 weighted 1e-4
urban-micro 30 4 0 1 weighted 1e-9
urban-micro 40 4 4 1 weighted 1e-9
EOF
} >nodes.csv
if [ "${1:-}" = write ]; then
    cp nodes.csv "$list"
fi
same 'nodes and root gaps are those of experiments/bench/nodes.csv' nodes.csv "$list"
finish

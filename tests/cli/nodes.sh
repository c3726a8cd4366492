#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How many nodes proofs take, and what their roots leave open: the same whatever the machine does
# beside it (5000 at most: a tree that grows fails, it does not hang). experiments/bench/nodes.csv holds
# them, so that a change shows in its diff:
#   sh tests/cli/nodes.sh write    writes it anew.
. "$(dirname "$0")/tap.inc"
list=$root/experiments/bench/nodes.csv

# of_last NAME OPTION...: a number of the last solver's result on n.json
of_last() {
    name=$1
    shift
    "$goagap" solve -s exact --format json n.json "$@" |
        sed -n "s/^ *\"$name\": \([^,]*\),\{0,1\}\$/\1/p" | tail -n 1
}

# nodes SOLVER PRESET USERS SERVERS RUN TAU OBJECTIVE GAP: one line of the table; of a front all its points' nodes
nodes() {
    "$goagap" instance --preset "$2" --users "$3" --servers "$4" --run "$5" --tau "$6" -o n.json
    if [ "$1" = front ]; then
        "$goagap" pareto -w "$7" --gap "$8" --format json n.json |
            awk -F '[:,]' -v k="$1,$2,$3,$4,$5,$6,$7,$8" '/"nodes"/ { n += $2 } END { print k "," n "," }'
        return
    fi
    row=
    [ "$1" = exact ] || row='--accuracy-of goa'
    # shellcheck disable=SC2086
    open=$(of_last gap -w "$7" --gap "$8" --node-limit 1 $row)
    # shellcheck disable=SC2086
    all=$(of_last nodes -w "$7" --gap "$8" --node-limit 5000 $row)
    awk -v o="$open" -v k="$1,$2,$3,$4,$5,$6,$7,$8,$all" 'BEGIN { printf "%s,%.3g\n", k, o }'
}

{
    echo solver,preset,users,servers,run,tau,objective,gap,nodes,root_gap
    while read -r network; do
        # shellcheck disable=SC2086
        nodes $network
    done <<EOF
exact paper-bits 50 4 0 0.7 weighted 1e-9
exact paper-bits 80 4 1 0.8 uniform 1e-9
exact paper 120 4 2 0.8 weighted 1e-9
exact paper-bits 60 8 0 0.6 weighted 1e-4
exact paper-bits 120 16 7 1 weighted 1e-4
exact paper-batch 120 4 6 0.7 uniform 1e-9
exact paper-bits 40 32 2 0.8 weighted 1e-4
exact urban-micro 30 4 0 1 weighted 1e-9
exact urban-micro 40 4 4 1 weighted 1e-9
exact urban-micro 50 8 12 1 weighted 1e-4
exact-fair paper 80 4 2 0.7 weighted 1e-4
exact-fair paper-bits 50 4 1 0.9 uniform 1e-4
front paper 12 4 4 0.8 uniform 1e-9
EOF
} >nodes.csv
if [ "${1:-}" = write ]; then
    cp nodes.csv "$list"
fi
same 'nodes and root gaps are those of experiments/bench/nodes.csv' nodes.csv "$list"
finish

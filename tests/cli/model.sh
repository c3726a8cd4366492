#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Programs for other solvers: glpsol and cbc read both formats, find the same optimum, and that lies
# where the file says it does, within 1 % below the true one.
# Covers cmd_model.
. "$(dirname "$0")/tap.inc"
for tool in glpsol cbc; do
    command -v $tool >/dev/null || { echo "Bail out! $tool is not installed (make deps)"; exit 2; }
done

# The optimum that a solver finds in a file, in milliseconds; nothing if it proves none.
by_glpsol() {
    case $1 in *.mps) how=--freemps ;; *) how=--lp ;; esac
    glpsol $how "$1" --mipgap 0 --tmlim 60 -w found >log 2>&1
    awk '/^c Status: *INTEGER OPTIMAL/ { proven = 1 } /^c Objective:/ && proven { print $5; exit }' found
}
by_cbc() {
    cbc "$1" sec 60 ratio 0 solve solu found >log 2>&1
    awk 'NR == 1 && $1 == "Optimal" { print $NF }' found
}

# close A B TOLERANCE: equal within a relative tolerance.
close() {
    [ -n "$1" ] && [ -n "$2" ] &&
        awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; exit !(d * d <= t * t * b * b) }'
}

# judge NAME TRUE LEAST_RATIO: the four optima of program.mps and program.lp.
judge() {
    a=$(by_glpsol program.mps) b=$(by_glpsol program.lp) c=$(by_cbc program.mps) d=$(by_cbc program.lp)
    close "$a" "$b" 1e-6 && close "$c" "$d" 1e-6 && close "$a" "$c" 1e-6
    verdict $? "$1: both solvers and both formats agree ($a, $b, $c, $d)"
    awk -v p="$a" -v f="$2" -v r="$3" 'BEGIN { exit !(p >= r * f && p <= f * (1 + 1e-6)) }'
    verdict $? "$1: at most 1 % below the true $2"
}

# The share that a file says its optimum lies below at most, as a ratio to the true one.
declared() {
    tr -d '\n*' <"$1" | sed -E 's/ +/ /g; s/.*lies at most ([0-9.e-]+) % below.*/\1/' |
        awk '{ print 1 - $1 / 100 - 1e-6 }'
}

write_both() {
    "$goagap" model i.json "$@" --to mps -o program.mps && "$goagap" model i.json "$@" --to lp -o program.lp
}

cases='paper:4:1 paper-bits:8:2'
[ -n "$GOAGAP_TEST_LONG" ] && cases="$cases paper:8:3 paper:7:4 paper-bits:6:5 paper-bits:8:6 \
    paper-bits:5:7 paper:2:8 paper-bits:1:9 urban-micro:8:10 urban-micro:6:11"
for case in $cases; do
    preset=${case%%:*} seed=${case##*:} rest=${case#*:}
    "$goagap" instance --preset "$preset" --users "${rest%%:*}" --servers 4 --seed "$seed" -o i.json
    for objective in weighted uniform; do
        optimum=$("$goagap" solve i.json --solver exact --gap 1e-9 --objective $objective --format json |
            awk '/"objective_s"/ { sub(",", "", $2); printf "%.17g", 1e3 * $2 }')
        for fixed in '' --fixed-by-bound; do
            name="$case, $objective${fixed:+, fixed}"
            write_both --objective $objective $fixed
            verdict $? "$name: written"
            judge "$name" "$optimum" 0.99
            awk -v p="$a" -v f="$optimum" -v r="$(declared program.mps)" 'BEGIN { exit !(p >= r * f) }'
            verdict $? "$name: where the comment says"
        done
    done
done

# Other forms of costs: servers that batch behind a gate, tables and blocks, energy.
mv i.json shared.json
form() { # form NAME OBJECTIVE: of i.json
    optimum=$("$goagap" solve i.json --solver exact --gap 1e-9 --objective "$2" --format json |
        awk '/"objective_s"/ { sub(",", "", $2); printf "%.17g", 1e3 * $2 }')
    write_both --objective "$2"
    judge "$1, $2" "$optimum" 0.99
    grep -q "$2 objective" program.lp
    verdict $? "$1: the comment names the objective"
}
"$goagap" instance --preset paper-batch-gate --users 6 --servers 3 --seed 2 -o i.json
form 'batching behind a gate' weighted
sed -E 's/^"server_model.*/"server_model": ["table 1=0.006 2=0.009 4=0.03", "share", "table 1=0.01"],/
    s/^"output_tokens/"air_model": ["blocks 3", "blocks 100", "shares"],\n&/' i.json >table.json
mv table.json i.json
form 'tables and blocks' uniform
form 'tables and blocks' delay+energy:0.05
"$goagap" instance --preset urban-batch --users 5 --servers 3 --seed 3 -o i.json
form 'a batching street' energy
mv shared.json i.json

# Few levels: still below, and where the file says.
optimum=$("$goagap" solve i.json --solver exact --gap 1e-9 --objective uniform --format json |
    awk '/"objective_s"/ { sub(",", "", $2); printf "%.17g", 1e3 * $2 }')
write_both --levels 1 --objective uniform
judge 'one level' "$optimum" "$(declared program.mps)"
for levels in 2 4; do
    before=$a
    write_both --levels $levels --objective uniform
    judge "$levels levels" "$optimum" "$(declared program.mps)"
    awk -v a="$a" -v b="$before" 'BEGIN { exit !(a >= b * (1 - 1e-6)) }'
    verdict $? "$levels levels: not below what fewer give"
done

# Fixed interference is one level: the program is exact.
mv i.json free.json
"$goagap" instance --preset paper-bits --users 8 --servers 4 --seed 5 --fixed-interference 3e-11 -o i.json
optimum=$("$goagap" solve i.json --solver exact --gap 1e-9 --format json |
    awk '/"objective_s"/ { sub(",", "", $2); printf "%.17g", 1e3 * $2 }')
write_both
judge 'fixed interference' "$optimum" 0.999999
mv free.json i.json

# The threshold of the command line, and what cannot be.
"$goagap" model i.json --tau 1 --to lp -o free.lp && "$goagap" model i.json --tau 0 --to lp -o forced.lp
is 'above the threshold nobody answers locally' "$(grep -c 'local[0-9]' forced.lp)" -eq 0
is 'below it everybody may' "$(grep -c 'local[0-9]' free.lp)" -gt 0
"$goagap" model i.json --to mps >stdout.mps
"$goagap" model i.json --to mps -o file.mps
same 'standard output is the same' stdout.mps file.mps
is 'lines are short' "$(awk 'length > 100' file.mps free.lp | wc -l)" -eq 0
is 'names are plain' "$(grep -v '^[*]' file.mps | grep -Ec "[^A-Za-z0-9_ .'+-]")" -eq 0

expect 2 'which format' 'no format' "$goagap" model i.json -o none
expect 2 'to:.*(mps|lp)' 'an unknown format' "$goagap" model i.json --to json -o none
expect 2 'levels' 'no levels' "$goagap" model i.json --to lp --levels 0 -o none
expect 2 'tau' 'a threshold beyond one' "$goagap" model i.json --to lp --tau 2 -o none
expect 2 'device_power_w' 'energy of devices whose power is not known' \
    "$goagap" model i.json --to lp --objective energy -o none
"$goagap" instance --preset paper --users 3000 --servers 4 --seed 1 -o large.json
expect 2 'would have about .* entries' 'beyond all use' "$goagap" model large.json --to lp -o none
small_instance | sed -e 's/"n_servers": 1/"n_servers": 0/; s/\(hz\|flops\)": \[1e[0-9]*\]/\1": []/
    s/"gain".*/"gain": [[], []],/' >nowhere.json
expect 1 'infeasible' 'nowhere to go' "$goagap" model nowhere.json --to lp -o none
is 'nothing is half-written' ! -e none
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Thresholds solved in a row, each from the decision before, give what each gives alone.
# Covers tau_list.
. "$(dirname "$0")/tap.inc"
"$goagap" instance --preset paper-bits --users 20 --servers 3 --seed 5 -o i.json
numbers() {
    grep -E '"(objective_s|solver)"' "$1" | sed -E 's/[ ",]//g'
}
for taus in 0.6,0.7,0.8,0.9,1 1,0.8,0.6; do
    expect 0 '' "$taus in a row" "$goagap" solve i.json --solver goa,goa-ls,exact --gap 1e-9 \
        --tau $taus -o chain.json
    expect 0 '' "$taus: accepted" "$goagap" check i.json chain.json
    : >alone.txt
    for tau in $(echo $taus | tr , ' '); do
        "$goagap" solve i.json --solver goa,goa-ls,exact --gap 1e-9 --tau "$tau" --format json |
            grep -E '"(objective_s|solver)"' | sed -E 's/[ ",]//g' >>alone.txt
    done
    numbers chain.json >chain.txt
    is "$taus: as many" "$(wc -l <chain.txt)" -eq "$(wc -l <alone.txt)"
    paste -d: chain.txt alone.txt | awk -F: '
        $1 == "objective_s" { d = $2 - $4; if (d * d > 4e-18 * $4 * $4) bad = 1; seen++ }
        $1 == "solver" && $2 != $4 { bad = 1 }
        END { exit bad || !seen }'
    verdict $? "$taus: the same as one by one"
done
finish

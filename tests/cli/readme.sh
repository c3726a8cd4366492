#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# README.md: every block of commands in it runs, in order, as pasted into the project's folder after
# a build; its make targets, files and strategies exist.
. "$(dirname "$0")/tap.inc"
readme=$root/README.md

# The project's folder as a reader has it, but with a build folder of its own.
for name in data experiments models; do ln -s "$root/$name" $name; done
mkdir build
ln -s "$(dirname "$goagap")" build/release

# block LANGUAGE K: the K-th fenced block of a language.
block() {
    awk -v open="\`\`\`$1" -v k="$2" '
        $0 == "```" { inside = 0 }
        inside && seen == k { print }
        $0 == open { inside = 1; seen++ }' "$readme"
}

blocks=$(grep -c '^```sh$' "$readme")
is 'there are blocks to paste' "$blocks" -ge 4
block sh 1 >one
is 'the first has ten lines' "$(wc -l <one)" -eq 10
expect 0 '' 'the ten lines run' sh -eu -c '. ./one 2>log'
prints '^goa +feasible +475\.8' "prints GOA's delay"
prints '^exact +optimal +191\.' 'prints the optimum'
prints 'exact: verified' 'checks it'
prints 'above the proven optimum' 'reports the smoke plan'
is 'leaves the page' -s build/smoke.html

PATH=$PWD/build/release:$PATH
python=python3
/usr/bin/python3 -c 'import h5py' 2>err && python=/usr/bin/python3
block python 1 >one.py
expect 0 '' 'the dataset is written' $python one.py
k=2
while [ $k -le "$blocks" ]; do
    block sh $k >one
    expect 0 '' "block $k runs" sh -eu one
    k=$((k + 1))
done
prints '^mine +feasible' "scores a reader's own decision"

for target in $(grep -oE '(^ *|`)make [a-z]+' "$readme" | sed 's/.* //'); do
    grep -q "^$target[ :]\|^\.PHONY:.* $target\b" "$root/Makefile"
    verdict $? "make $target exists"
done
for path in $(grep -oE '\]\([^)h][^)]*\)' "$readme" | tr -d ']()') \
    $(grep -oE '`(models|solvers|data|experiments|tests)/[^` ]*`' "$readme" | tr -d '`'); do
    is "$path is there" -e "$root/$path"
done
for key in cff-version message title authors version license; do
    grep -q "^$key:" "$root/CITATION.cff"
    verdict $? "CITATION.cff has $key"
done
is 'and this version' "$(sed -n 's/^version: //p' "$root/CITATION.cff")" = "$("$goagap" version | sed -n '1s/goagap //p')"
is 'CHANGELOG.md is short' "$(wc -l <"$root/CHANGELOG.md")" -le 110
for area in api model solvers data cli report build; do
    grep -q "^### $area\$" "$root/CHANGELOG.md"
    verdict $? "and speaks of $area"
done
"$goagap" solve --solver none build/wide.json 2>known
for solver in $(awk -F'`' '/^\| `/ && /\|$/ && !/\/`/ { print $2 }' "$readme" | grep -v '^--'); do
    grep -q "[ ,]$solver\(,\|$\)" known
    verdict $? "strategy $solver is known"
done
finish

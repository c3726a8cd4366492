#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Python package, as it is installed, on the shared library: tests/python/*.py, the programs of its
# README, and that it names no function that is not public.
. "$(dirname "$0")/tap.inc"
build=$(dirname "$goagap")
python=python3
/usr/bin/python3 -c 'import numpy, h5py' 2>err && python=/usr/bin/python3

packages=$PWD/there/lib/python3/dist-packages
mkdir -p "$packages"
cp -r "$root/notebooks-export/python/goagap" "$packages"
cp "$build/libgoagap.so.0" there/lib
rm -rf "$packages/goagap/__pycache__"
PYTHONPATH=$packages:$root/tests/python PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH PYTHONDONTWRITEBYTECODE
unset GOAGAP_LIBRARY
expect 0 '' 'it finds the library that is installed beside it' $python -c 'import goagap; print(goagap.__version__)'
prints "^$("$goagap" version | sed -n '1s/goagap //p')\$" 'which is of this version'
expect 1 'ImportError: .*none\.so.*GOAGAP_LIBRARY' 'or says what is missing' \
    env GOAGAP_LIBRARY=none.so $python -c 'import goagap'
"$goagap" batch "$root/experiments/plans/smoke.yaml" -o smoke --quiet
expect 0 '' 'rows of results are text, too' $python -m goagap smoke
prints '^[0-9]+.[0-9]+.*	goa	' 'a line each'
expect 1 'usage: ' 'or what to say' $python -m goagap
grep -ohE '"gg_[a-z0-9_]+"|lib\.gg_[a-z0-9_]+' "$packages"/goagap/*.py | grep -oE 'gg_[a-z0-9_]+' | sort -u >used
{ sed -n 's/^    \(gg_[a-z0-9_]*\);$/\1/p' "$root/experiments/packaging/libgoagap.map"
  sed -n 's/.*MEMBER(\(gg_[a-z_]*\),.*/\1/p; s/.*AS(\(gg_[a-z_]*\),.*/\1/p' "$root/experiments/packaging/struct_layout.c"; } |
    sort -u >known
comm -23 used known >unknown
is 'it uses what is public' ! -s unknown
explain unknown

for topic in decisions forms logits life; do
    mkdir $topic
    (cd $topic && $python "$root/tests/python/$topic.py" "$goagap" "$root") >out 2>err
    code=$?
    verdict $code "$topic"
    [ $code -eq 0 ] || { grep '^not ok' out | explain -; explain err; }
    is "$topic: was tested" "$(grep -c '^ok' out)" -gt 10
done

# The README's programs. One of the recorded networks takes a quarter of a minute to prove.
mkdir tests
cp -r "$root/tests/golden" tests
[ -n "${GOAGAP_TEST_LONG:-}" ] || rm tests/golden/grid_n120_m9*
for k in 1 2; do
    awk -v k=$k '$0 == "```" { on = 0 } on && seen == k { print } $0 == "```python" { on = 1; seen++ }' \
        "$root/notebooks-export/python/README.md" >program.py
    is "program $k is short" "$(wc -l <program.py)" -le 10
    expect 0 '' "program $k of the README runs" $python program.py
    cp out out.$k
done

# The instances with known optima.
library=$root/data/library
expect 0 '' 'known optima are proven again' $python "$library/remake.py" --most-users 20 --every 8
prints '^14 instances: 14 proven, 0 best known; 0 better than the list, 0 wrong$' 'as the list says'
is 'at least 300 are listed' "$(wc -l <"$library/instances.csv")" -gt 300
is 'each of them once' "$(cut -d, -f1 "$library/instances.csv" | sort | uniq -d | wc -l)" -eq 0
is 'each with value, bound and digest' "$(awk -F, 'NR > 1 && (NF != 14 || $12 == "" || $13 == "" || length($14) != 32)' "$library/instances.csv" | wc -l)" -eq 0
awk -F, -v OFS=, 'NR == 2 { $12 = 0.99 * $12 } NR == 3 { $13 = 1.01 * $13 } NR == 4 { $14 = substr($14, 2) "0" } 1' \
    "$library/instances.csv" | head -n 5 >forged.csv
expect 1 '' 'a forged list is refused' $python "$library/remake.py" --list forged.csv
prints 'r0-w: costs ' 'a value that nothing reaches'
prints 'r0-u: is bounded by ' 'a bound that nothing proves'
prints 'r1-w: is another instance' 'another instance'
mkdir copy
cp "$library/remake.py" copy
awk -F, -v OFS=, 'NR == 2 { $11 = "best"; $12 = 2 * $12 } 1' "$library/instances.csv" | head -n 2 >copy/instances.csv
goagap_name=$(sed -n '2s/,.*//p' copy/instances.csv)
$python - <<'PY' >better.txt
import csv, goagap
row = next(csv.DictReader(open("copy/instances.csv")))
network = goagap.draw(row["preset"], int(row["users"]), int(row["servers"]), tau=float(row["tau"]))
print(*goagap.solve(network, "goa", objective=row["objective"]).assignment, sep="\n")
PY
yes -- -1 | head -n 12 >local.txt
expect 1 'breaks tau' 'a decision that breaks tau is not taken' $python copy/remake.py --submit "$goagap_name" local.txt
expect 0 '' 'a better one is' $python copy/remake.py --submit "$goagap_name" better.txt
expect 0 '' 'and holds' $python copy/remake.py
awk '$0 == "```" { on = 0 } on { print } $0 == "```python" { on = 1 }' "$library/README.md" >program.py
mkdir data
ln -s "$library" data/library
expect 0 '' 'the program of its page runs' $python program.py
prints 'above the optimum' 'and prints gaps'

awk '$0 == "```" { on = 0 } on && seen == 2 { print } $0 == "```python" { on = 1; seen++ }' "$root/README.md" >program.py
expect 0 '' 'the program of the first page runs' $python program.py
prints '^exact +optimal +191\.085 +0\.00 %' 'and prints the optimum'
grep -q '^nearest  *10 ' out.1
verdict $? 'the first prints the table of gaps'
is 'the second prints three decisions of each network' "$(wc -l <out.2)" -eq $((3 * $(find tests/golden -name '*.json' | wc -l)))
finish

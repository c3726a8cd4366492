#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plans over instances: those of a list, with what is known of their optima, and those in files.
. "$(dirname "$0")/../tap.inc"
list=$root/data/library/instances.csv

cat >nearest.py <<'PY'
import json, sys
network = json.load(sys.stdin)
json.dump([max(range(network["n_servers"]), key=row.__getitem__) if alpha > network["tau"] else -1
           for alpha, row in zip(network["alpha"], network["gain"])], sys.stdout)
PY
cat >listed.yaml <<YAML
instances: $list
preset: [paper, urban-micro]
users: [12]
objective: [weighted, uniform]
solvers: [goa-ls]
strategies:
  - {name: nearest, external: python3 nearest.py}
YAML
expect 0 '' 'a plan over the library is shown' "$goagap" batch listed.yaml --dry-run
prints '^sites: listed instances' 'as that'
prints '^12 networks, 24 instances, 72 solves' 'as many as the axes leave'
expect 0 '' 'and runs' "$goagap" batch listed.yaml -o listed --quiet
expect 0 wrote 'it has a report' "$goagap" report listed -o listed.html
prints '^24 of 24 optima proven' 'whose optima are those of the list'
prints '^known +0 ' 'which are a strategy'
prints '^nearest +[0-9.]+ ' 'beside the one that is a program'
echo '#' >>nearest.py
expect 2 'has been edited' 'an edited program is seen' "$goagap" batch listed.yaml -o listed --quiet
expect 0 '' 'and run anew' "$goagap" batch listed.yaml -o listed --quiet --redo nearest
sed 's/users: .*/users: [12, 20]/; s/paper, //' listed.yaml >other.yaml
expect 2 'another plan' 'another choice is another plan' "$goagap" batch other.yaml -o listed --quiet

# The plans that the pages show.
ln -s "$root/data" data
: >mine.py
for page in data/library experiments/plans; do
    awk '$0 == "```" { on = 0 } on { print } $0 == "```yaml" { getline; on = /^instances/; if (on) print }' \
        "$root/$page/README.md" >page.yaml
    is "$page shows a plan" -s page.yaml
    expect 0 '' 'which is one' "$goagap" batch page.yaml --dry-run
    prints ' mine known$' 'with what is known'
done

# What a list claims is held against what strategies find.
awk -F, -v OFS=, 'NR == 2 { $12 *= 2; $13 = $12 } NR == 4 || NR == 5 { $14 = substr($14, 2) "0" } 1' "$list" | head -n 6 >forged.csv
printf 'instances: [forged.csv]\nsolvers: [goa-ls]\n' >forged.yaml
expect 1 '2 solves failed' 'a forged list runs' "$goagap" batch forged.yaml -o forged --quiet
expect 1 '' 'and says why' "$goagap" status forged
prints 'another instance than the list' 'a draw that is not the one listed has failed'
expect 0 '' 'the rest is reported' "$goagap" report forged
prints 'in 1 instances a$' 'with the decision that is better than the list allows'

"$goagap" instance --users 6 --servers 2 -o a.json
"$goagap" instance --users 7 --servers 2 --seed 3 -o b.h5
printf 'instances: [a.json, b.h5]\nsolvers: [goa, exact]\n' >files.yaml
expect 0 '' 'files of instances, JSON and HDF5, run' "$goagap" batch files.yaml -o files --quiet
expect 0 wrote 'and have a report' "$goagap" report files --plan files.yaml -o files.html
prints '^2 of 2 optima proven' 'of both'
grep -q 'goagap solve [ab]\.\(json\|h5\) ' files.html
verdict $? 'with commands that name them'
# Every number of a file counts, also those that the digest of a list leaves out.
expect 0 'nothing was run' 'what is there is not run again' "$goagap" batch files.yaml -o files
sed '/"edge_delay_ref_s"/s/\[[^,]*,/[0.125,/' a.json >edited.json
cmp -s a.json edited.json
is 'a file is edited' $? -eq 1
cp edited.json a.json
expect 2 'number 1 of the gains, positions or instances is not' 'which is another network' "$goagap" batch files.yaml -o files
cp a.json twin.json
printf 'instances: [a.json, twin.json]\nsolvers: [goa]\n' >twice.yaml
expect 2 'twin.json: is the same instance as a.json' 'no instance counts twice' "$goagap" batch twice.yaml -o twice
printf 'instances: [a.json, %s]\nsolvers: [goa]\n' "$list" >mixed.yaml
expect 2 'either lists' 'lists and files do not mix' "$goagap" batch mixed.yaml -o mixed
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Names that somebody else chose steer no terminal, forge no line, and mean nothing to LaTeX, a
# spreadsheet or a notebook.
. "$(dirname "$0")/tap.inc"

# clean NAME FILE...: no control character but line ends, no mark that orders letters, only UTF-8.
clean() {
    name=$1
    shift
    cat "$@" >all
    ! LC_ALL=C tr -d '\n' <all | LC_ALL=C grep -aq '[[:cntrl:]]' &&
        ! LC_ALL=C grep -aqE "$(printf '\342\200[\216\217\252-\256]|\342\201[\246-\251]|\330\234')" all &&
        iconv -f UTF-8 -t UTF-8 all >/dev/null 2>&1
    verdict $? "$name"
}

small_instance | sed 's/"small"/"small\\u001b[2J\\n\\u202eusers 9"/' >instance.json
expect 0 '' 'an instance with a strange name' "$goagap" solve instance.json --solver goa,exact -o solution.json
clean 'is solved in a clean table' out err
prints '^small\\x1b\[2J\\n\\u202eusers 9$' 'that shows the name'
grep -qF '"instance": "small\u001B[2J\n' solution.json
verdict $? 'the solution has it as it is'
expect 0 '' 'it is inspected' "$goagap" inspect instance.json
clean 'in a clean text' out err
expect 0 '' 'and explained' "$goagap" explain instance.json solution.json --svg map.svg
clean 'in a clean text and drawing' out err map.svg

# What a solver is called is no verdict.
forged='goa: verified: optimal, objective 1 s\\nresults[7] exact'
sed "s/\"solver\": \"goa\"/\"solver\": \"$forged\\\\u001b[1A\\\\u202e\"/" solution.json >forged.json
expect 0 '' 'a solution of a solver that forges a line' "$goagap" check instance.json forged.json
clean 'is checked in a clean text' out err
is 'with a line a result' "$(grep -c '' out)" -eq 2
! grep -q '^results\[7\]' out
verdict $? 'and none of its own'
sed 's/"objective_s": 0/"objective_s": 9/' forged.json >wrong.json
expect 1 'results\[0\] \(goa: verified: optimal, objective 1 s\\nresults\[7\]' 'a wrong one is said to be' \
    "$goagap" check instance.json wrong.json
clean 'in clean messages' out err
is 'a line each' "$(grep -cv '^goagap check: ' err)" -eq 0

# Names of files, and what is quoted of them and of the command line.
strange=$(printf 'no\nsuch\033[31m\342\200\256file')
expect 2 'no\\nsuch\\x1b\[31m\\u202efile: ' 'a strange file that is missing' "$goagap" inspect "$strange"
clean 'is named in a clean message' err
for arguments in "solve --seed" "solve --objective" "inspect x y z" "version" "solve --no"; do
    # shellcheck disable=SC2086
    "$goagap" $arguments "$strange" >out 2>err
    [ -s err ]
    verdict $? "$arguments refuses it"
    clean 'in a clean message' err
done
printf 'preset: [paper-bits]\nusers: [4]\ntau: [0.5]\nruns: 1\nsolvers: ["x\\e[31m\\ny"]\n' >bad.yaml
expect 2 'x\\x1b\[31m\\ny' 'a strange solver in a plan' "$goagap" batch bad.yaml --dry-run
clean 'is named in a clean message' err

# A batch of strategies with strange names, everywhere its results are shown.
cat >plan.yaml <<'YAML'
preset: [paper-bits]
users: [4]
servers: [2]
tau: [0.6]
runs: 2
strategies:
  - {name: "[2cm]x", solver: goa}
  - {name: "*", solver: goa-ls}
  - {name: "=1+1,\"\"", solver: local}
  - {name: "~^\\{}#$%&_\"--", solver: edge}
  - {name: "a\nb\e[1A\u202e", solver: dmin}
  - {name: broken, external: "printf 'no \\033[31midea\\n' >&2; exit 3 #\n"}
  - {name: exact, solver: exact}
YAML
expect 0 '' 'a dry run' "$goagap" batch plan.yaml --dry-run
clean 'in a clean text' out
is 'with a line a setting' "$(grep -c '^b' out)" -eq 0
expect 1 '2 solves failed' 'strategies of strange names' "$goagap" batch plan.yaml -o results
expect 1 '' 'their status' "$goagap" status results
clean 'in a clean text' out
expect 0 '' 'what is in them' "$goagap" inspect results
clean 'in a clean text' out
expect 0 'wrote report.html' 'their report' "$goagap" report results -o report.html
clean 'in a clean text' out err
clean 'and a clean page' report.html
clean 'clean drawings' figures/*.svg
clean 'clean tables' tables/*
grep -qF "\"'=1+1,\"\"\"\"\"" tables/panels.csv
verdict $? 'no field of them is a formula'
! grep -qE '(^|,)[=+@]' tables/*.csv
verdict $? 'nor is any other'
grep -q '^{\[}2cm]x &' tables/panels.tex && grep -q '^{\*} &' tables/panels.tex
verdict $? 'no row begins with an option of the row before'
grep -qF '\textasciitilde{}\textasciicircum{}\textbackslash{}\{\}\#\$\%\&\_{\char34}-{}-' tables/panels.tex
verdict $? 'what means something to LaTeX is written out'
expect 0 'wrote notebook.ipynb' 'a notebook' "$goagap" notebook results -o notebook.ipynb
clean 'is clean' notebook.ipynb
expect 0 '' 'their texts' "$goagap" inspect results/part-000000.h5 --dump /runs/solver
clean 'are dumped clean' out
is 'a line each' "$(grep -c '' out)" -eq 14
finish

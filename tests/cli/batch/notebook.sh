#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Notebooks: what they hold before they are run, that they run, and that they find the report's
# numbers.
# Covers cmd_notebook and notebook_cells.
. "$(dirname "$0")/../tap.inc"

cat >plan.yaml <<'YAML'
name: a <small> *plan*
preset: [paper-bits]
objective: [weighted, uniform]
users: [3, 5]
servers: [2, 3]
tau: [0.7, 0.9]
runs: 2
solvers: [local, goa, goa-ls, exact]
outputs: {assignments: yes, units_per_part: 3}
YAML
"$goagap" batch plan.yaml -o results -q || echo "Bail out! no results"

expect 0 'wrote gap.ipynb' 'a notebook' "$goagap" notebook results -o gap.ipynb
is 'prints nothing' ! -s out
cp gap.ipynb first.ipynb
expect 0 '' 'the same again on standard output' "$goagap" notebook results -o -
same 'gives the same bytes' out first.ipynb
grep -q '"RESULTS = \\"results\\""' gap.ipynb
verdict $? 'names the results beside it'
grep -q '"# a \\\\<small\\\\> \\\\\*plan\\\\\*' gap.ipynb
verdict $? 'what a user named is no markup'
! grep -q "$PWD" gap.ipynb
verdict $? 'and no folder of this machine'
mkdir -p sub/deep 'od"d'
"$goagap" notebook results -o sub/deep/gap.ipynb 2>/dev/null
grep -q '"RESULTS = \\"../../results\\""' sub/deep/gap.ipynb
verdict $? 'from a folder below, the path leads up'
"$goagap" notebook results -o results/gap.ipynb 2>/dev/null
grep -q '"RESULTS = \\".\\""' results/gap.ipynb
verdict $? 'among the parts, it is the folder itself'
rm results/gap.ipynb
"$goagap" notebook results/part-000001.h5 -o one.ipynb 2>/dev/null
grep -q '"RESULTS = \\"results/part-000001.h5\\""' one.ipynb
verdict $? 'one file is named as such'
cp -r results 'od"d/a\b'
"$goagap" notebook 'od"d/a\b' -o odd.ipynb 2>/dev/null
grep -qF '"RESULTS = \"od\\\"d/a\\\\b\""' odd.ipynb
verdict $? 'a strange name is quoted'

expect 2 'which results' 'no results' "$goagap" notebook -o x.ipynb
expect 2 'where to' 'no output' "$goagap" notebook results
expect 2 'missing: cannot be read' 'results that are not there' "$goagap" notebook missing -o x.ipynb
expect 2 'no/such/x.ipynb: .*no such folder' 'a folder in no folder' "$goagap" notebook results -o no/such/x.ipynb
expect 0 'fresh/x.ipynb' 'a folder that is not there' "$goagap" notebook results -o fresh/x.ipynb
grep -q '"RESULTS = \\"../results\\""' fresh/x.ipynb
verdict $? 'is made, and the results are named as seen from there'
mkdir empty
expect 2 'empty: holds no results' 'an empty folder' "$goagap" notebook empty -o x.ipynb
expect 2 'plan.yaml: is not an HDF5 file' 'a file that is no result' "$goagap" notebook plan.yaml -o x.ipynb
is 'nothing is half-written' ! -e x.ipynb
bad=$(printf 'bad\377')
if mkdir "$bad" 2>/dev/null && cp results/part-000000.h5 "$bad"; then
    expect 0 'wrote x.ipynb' 'a name that is not UTF-8' "$goagap" notebook "$bad" -o x.ipynb
    grep -qF '"RESULTS = \"bad\\udcff\""' x.ipynb
    verdict $? 'stands there as Python names such files'
    rm x.ipynb
fi
if [ -w /dev/full ]; then
    expect 2 '/dev/full: writing failed' 'a full device' "$goagap" notebook results -o /dev/full
fi

# Debian's modules live beside Debian's interpreter.
PATH=/usr/bin:/bin
PYDEVD_DISABLE_FILE_VALIDATION=1 IPYTHONDIR=$scratch/ipython MPLCONFIGDIR=$scratch/matplotlib
JUPYTER_CONFIG_DIR=$scratch/jupyter JUPYTER_DATA_DIR=$scratch/jupyter JUPYTER_RUNTIME_DIR=$scratch/jupyter
GOAGAP_LIBRARY=$(dirname "$goagap")/libgoagap.so.0 PYTHONPATH=$root/notebooks-export/python PYTHONDONTWRITEBYTECODE=1
export GOAGAP_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE
export PATH PYDEVD_DISABLE_FILE_VALIDATION IPYTHONDIR MPLCONFIGDIR JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR
tables="$root/tests/cli/batch/notebook_tables.py"
if [ -n "${GOAGAP_TEST_SANITIZED-}" ]; then
    echo "ok $((tests += 1)) - it runs # SKIP notebooks do not depend on how the program was built"
elif python3 -c 'import goagap, pandas, matplotlib, nbformat, nbconvert, ipykernel' 2>/dev/null; then
    expect 0 '' 'it is a valid notebook' \
        python3 -W error -c 'import nbformat; nbformat.validate(nbformat.read("gap.ipynb", as_version=4))'
    expect 0 '' 'its outputs' python3 "$tables" outputs gap.ipynb
    for figure in ecdf gap-by-users gap-by-tau gap-by-servers delays accuracy-delay runtime profile mistakes; do
        is "shows $figure before it is run" "$(grep -c -- "-$figure image/svg+xml" out)" -eq 2
    done
    for table in findings strategies cells delay-table; do
        prints "^[0-9]+-$table text/plain" "and the table of $table"
    done
    "$goagap" report results -o page.html >/dev/null 2>&1
    python3 "$tables" add gap.ipynb run.ipynb
    python3 -m nbconvert --to notebook --execute --output ran.ipynb run.ipynb >log 2>&1
    verdict $? 'it runs' || explain log
    expect 0 '' 'and has outputs' python3 "$tables" outputs ran.ipynb
    for figure in ecdf gap-by-users gap-by-tau gap-by-servers delays accuracy-delay runtime profile mistakes; do
        is "draws $figure" "$(grep -c -- "-$figure .*image/png" out)" -eq 2
    done
    ! grep -q ' stderr$' out
    verdict $? 'and warns of nothing'
    grep -q 'goa: [0-9.]* % .* above the proven$\|goa: [0-9.]* % .*above the proven optimum' ran.ipynb
    verdict $? 'and finds what the headline says'
    expect 0 '' "the data of its figures are the report's" python3 "$tables" compare tables
    sed 's/^\(paper-bits,weighted,goa,[^,]*\),/\19,/' tables/ecdf.csv >ecdf.csv
    mkdir other && cp tables/*.csv other && mv ecdf.csv other
    expect 1 '' 'and would be found to differ' python3 "$tables" compare other

    # Results without a proof, without decisions, of one cell, and with infeasible instances.
    cat >open.yaml <<'YAML'
preset: [paper]
users: [3]
servers: [0, 2]
tau: [0.3]
runs: 1
solvers: [local, goa, dmin]
YAML
    "$goagap" batch open.yaml -o open -q
    "$goagap" notebook open -o open.ipynb 2>/dev/null
    python3 -m nbconvert --to notebook --execute --output open-ran.ipynb open.ipynb >log 2>&1
    verdict $? 'a notebook with little to draw runs' || explain log
    python3 "$tables" outputs open-ran.ipynb >out
    ! grep -q ' stderr$' out
    verdict $? 'and warns of nothing'
else
    echo "ok $((tests += 1)) - it runs # SKIP jupyter-nbconvert, python3-ipykernel, -pandas or -matplotlib is missing"
fi
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The documentation as one page: every link leads somewhere in it, and every command that a page
# shows in a block of its own is run by some test; those of the tutorial here.
# Covers experiments/site.
. "$(dirname "$0")/tap.inc"
build=$(dirname "$goagap")
tutorial=$root/experiments/site/TUTORIAL.md
python=python3
/usr/bin/python3 -c 'import numpy, h5py' 2>err && python=/usr/bin/python3

awk -v out=block '/^```(sh|python)$/ { n++; file = sprintf("%s%02d.%s", out, n, substr($0, 4)); on = 1; next }
    $0 == "```" { on = 0 } on { print >file }' "$tutorial"
is 'the tutorial has blocks' "$(find . -name 'block*' | wc -l)" -ge 6
is 'the first has at most ten lines' "$(wc -l <block01.python)" -le 10
PATH=$build:$PATH
GOAGAP_LIBRARY=$build/libgoagap.so.0 PYTHONPATH=$root/notebooks-export/python PYTHONDONTWRITEBYTECODE=1
export GOAGAP_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE
for block in block*; do
    case $block in *.sh) set -- sh -eu ;; *) set -- $python ;; esac
    "$@" "$block" >"said-$block" 2>err
    verdict $? "$block runs"
    explain err
done
grep -q '^nearest  *10 ' said-block01.python
verdict $? 'ten lines end in a table of gaps'
grep -q 'exact: verified' said-*
verdict $? 'the proof is checked'
is 'the report is there, the tables in LaTeX, the notebook' -s report.html -a -s tables/gaps.tex -a -s gap.ipynb

# Blocks of commands stand in pages that tests know.
for page in $(cd "$root" && git ls-files '*.md' 2>/dev/null | xargs grep -lE '^```(sh|python)$'); do
    case $page in
    README.md | data/RECIPE.md | data/library/README.md | experiments/plans/README.md | \
        notebooks-export/python/README.md | experiments/site/TUTORIAL.md) code=0 ;;
    *) code=1 ;;
    esac
    verdict $code "the commands of $page are run"
done

if ! command -v pandoc >/dev/null || ! command -v mandoc >/dev/null; then
    echo "ok $((tests += 1)) - the page # SKIP pandoc or mandoc is missing"
    finish
fi
make --no-print-directory -s -C "$root" BUILD="$build" html >log 2>&1
verdict $? 'make html'
explain log
cat >links.py <<'PY'
import collections, re, sys
text = open(sys.argv[1]).read()
names = re.findall(r' id="([^"]*)"', text)
print("twice:", *[name for name, times in collections.Counter(names).items() if times > 1])
print("nowhere:", *sorted(set(re.findall(r'href="#([^"]*)"', text)) - set(names)))
print("outside:", *sorted(t for t in re.findall(r'(?:src|href)="([^#"]*)"', text) if t and not t.startswith(("data:", "http"))))
PY
$python links.py "$build/goagap.html" >links
for what in twice nowhere outside; do
    is "no link or name leads $what" "$(sed -n "s/^$what: *//p" links)" = ''
done
explain links
for page in man-goagap-batch solvers-EXACT-md experiments-site-TUTORIAL-md CHANGELOG-md; do
    grep -q "<section id=\"$page\"" "$build/goagap.html"
    verdict $? "it has $page"
done
finish

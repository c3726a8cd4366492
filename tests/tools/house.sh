#!/bin/sh
# Rules of the house, proven from the files: dependencies point one way between rooms and between
# files, one room owns each library, rooms, files and functions stay small, every public header stands
# alone in C and C++, file names are unique.
#   TAP on stdout; run from the project's root, beside a build.
n=0 bad=0
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
say() { # say VERDICT NAME [DETAIL]
    n=$((n + 1))
    if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; printf '%s\n' "$3" | sed 's/^/# /'; bad=1; fi
}
none() { # none NAME OUTPUT: passes when OUTPUT is empty
    if [ -z "$2" ]; then say 0 "$1"; else say 1 "$1" "$2"; fi
}
rooms=tests/tools/rooms.txt
sources=$(git ls-files -- models solvers data experiments notebooks-export 2>/dev/null | grep -E '\.(c|h|inc|def)$')
[ -n "$sources" ] || sources=$(find models solvers data experiments notebooks-export -name '*.[ch]' -o -name '*.inc' -o -name '*.def')

# Every include of a file of ours: "FILE INCLUDED", a line each.
includes() {
    # shellcheck disable=SC2086
    grep -HoE '^#include "[^"]*/[^"]*"' $sources | sed 's/:#include "/ /; s/"$//'
}
# Of such lines those that the table does not allow.
forbidden() {
    awk 'NR == FNR { if ($1 !~ /^#/ && NF) for (i = 2; i <= NF; i++) allowed[$1, $i] = 1; next }
         { a = $1; b = $2; sub(/\/[^\/]*$/, "", a); sub(/\/[^\/]*$/, "", b) }
         a != b && b != "models/base" && !((a, b) in allowed) && !((a, "*") in allowed)' $rooms -
}
none 'every include points to a room that the table allows' "$(includes | forbidden | head -5)"
if [ -n "$(echo 'models/decision.c solvers/solver.h' | forbidden)" ]; then planted=; else planted='it was not'; fi
none 'an upward arrow, planted, is seen' "$planted"
none 'the table allows no room what stands below it' \
    "$(awk '/^#/ || !NF { next } { for (i = 2; i <= NF; i++) if ($i != "*" && !($i in seen)) print $1, $i; seen[$1] }' $rooms)"
# shellcheck disable=SC2086
none 'every folder of sources is a room of the table, and says in its own lines what it is for' \
    "$(dirname $sources | sort -u | while read -r room; do
        grep -qE "^$room( |\$)" $rooms || echo "$room is not in $rooms"
        [ -f "$room/README.md" ] || echo "$room/README.md is missing"; done)"

# What a file uses of others by the linker's word: "USER DEFINER", a line each.
uses() {
    # shellcheck disable=SC2086
    (cd "$build" && nm -A --defined-only -g $objects 2>/dev/null | sed 's/:[0-9a-f ]* [A-Z] / = /';
     nm -A -u $objects 2>/dev/null | sed 's/: *U / : /') |
        awk '$2 == "=" { at[$3] = $1; next } ($3 in at) && at[$3] != $1 { print $1, at[$3] }' | sort -u
}
build=$(dirname "${GOAGAP:-build/release/goagap}")
objects=$(echo "$sources" | sed -n 's/\.c$/.o/p')
uses >"$scratch/uses"
none 'no file uses what uses it, over any number of others' \
    "$([ -s "$scratch/uses" ] || echo 'no objects found'; tsort <"$scratch/uses" 2>&1 >"$scratch/order" | head -8)"
{ cat "$scratch/uses"; sed -n '$s/\(.*\) \(.*\)/\2 \1/p' "$scratch/uses"; } >"$scratch/circle"
if tsort <"$scratch/circle" >"$scratch/order" 2>&1; then planted='it was not'; else planted=; fi
none 'a circle, planted, is seen' "$planted"

# shellcheck disable=SC2086
none 'no folder holds more than 25 sources' \
    "$({ dirname $sources; git ls-files tests 2>/dev/null | grep -E '\.(c|h|sh|py|inc)$' | xargs -r dirname; } |
       sort | uniq -c | awk '$1 > 25')"
all=$(echo "$sources"; find tests -name '*.[ch]')
# shellcheck disable=SC2086
none 'no source is longer than 400 lines' "$(wc -l $all | awk '$1 > 400 && $2 != "total"')"
# shellcheck disable=SC2046
none 'no function is longer than 60 lines' \
    "$(awk '/^[A-Za-z_]/ && !/;$/ { start = FNR } /^}$/ && FNR - start > 60 { print FILENAME ":" start ": " FNR - start " lines" }' \
        $(echo "$all" | grep '\.c$'))"
none 'proofs are checked by code that shares nothing with what wrote them' \
    "$(grep -HE '^#include "' solvers/checker/*.[ch] | grep -vE '"(models|solvers/checker)/')"
only() { # only HEADER PATTERN: the sources that include HEADER and are not of PATTERN
    # shellcheck disable=SC2086
    grep -lE "#include <$1>" $sources | grep -vE "$2"
}
none 'solvers/program/milp_glpk.c alone includes glpk.h' "$(only 'glpk\.h' '^solvers/program/milp_glpk\.c$')"
none 'data/hdf5 and the results files alone include hdf5.h' "$(only 'hdf5\.h' '^(data/hdf5|experiments/results)/')"
none 'file names are unique' \
    "$(find models solvers data experiments notebooks-export -name '*.[ch]' -exec basename {} \; | sort | uniq -d)"
# A test names what it covers: by including its header, or in words. Benchmarks are no part of the product.
grep -rhoE '[A-Za-z_][A-Za-z0-9_]+' tests | sed 's/^test_//' | sort -u >"$scratch/words"
unnamed() { # unnamed STEM...: those that no test has a word of
    printf '%s\n' "$@" | sort -u | comm -23 - "$scratch/words"
}
stems=$(echo "$sources" | sed -n '/^experiments\/bench\//d; s/.*\/\(.*\)\.c$/\1/p')
# shellcheck disable=SC2086
none 'every source is named by a test' "$(unnamed $stems)"
if [ -n "$(unnamed "never_named_$$")" ]; then planted=; else planted='it was not'; fi
none 'a source that none names, planted, is seen' "$planted"
none 'what a test says that it covers is there' \
    "$(grep -rhE '(^#|^ \*).* ?Covers ' tests --include='*.c' --include='*.sh' | sed 's/.*Covers //; s/\. .*//' |
        grep -oE '[a-z0-9]+(_[a-z0-9]+)+(\.[a-z]+)?' | sort -u | while read -r name; do
            git ls-files 2>/dev/null | grep -qE "(^|/)$name(\.|\$)" || grep -rqw "$name" solvers models data experiments ||
                echo "$name"; done)"
none 'no file speaks of unfinished work' \
    "$(grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' --include='*.[ch]' --include='*.sh' --include='*.md' . | grep -v '^./build' |
       grep -v tests/tools/house.sh | head -5)"
flags=$(pkg-config --cflags hdf5-serial jansson libcyaml gsl openblas 2>/dev/null)
# shellcheck disable=SC2086
headers=$(echo "$sources" | grep -E '^(models|solvers|data|experiments/packaging)/.*\.h$' | grep -v internal)
alone() { # alone HEADER: the compiler's complaints of a file that includes nothing else
    printf '#include "%s"\n' "$1" |
        ${CC:-cc} -std=c11 -Wall -D_GNU_SOURCE -I. $flags -fsyntax-only -x c - 2>&1 | head -3
}
none 'every header of the library stands alone' "$(for header in $headers; do alone "$header"; done | head -20)"
none 'the headers of the library are C++, too' "$(printf '#include "%s"\n' $headers |
    ${CXX:-c++} -std=c++17 -D_GNU_SOURCE -I. $flags -fsyntax-only -x c++ - 2>&1 | head -20)"
# The headers that are here, calling themselves another version.
mkdir "$scratch/hdf5"
printf '%s\n' '#include_next <hdf5.h>' '#undef H5_VERS_MINOR' '#define H5_VERS_MINOR 14' >"$scratch/hdf5/hdf5.h"
for source in $(grep -lE '"data/hdf5/h5_(internal|dataset)\.h"' data/hdf5/*.c); do
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -I. -I"$scratch/hdf5" $flags -fsyntax-only "$source" 2>&1 |
        grep -q 'tested with HDF5 1\.10; this is HDF5 1\.14\.' || echo "$source"
done >"$scratch/accept"
none 'the build refuses an HDF5 that nobody compiled, by name' "$(cat "$scratch/accept")"
echo "1..$n"
exit $bad

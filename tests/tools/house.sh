#!/bin/sh
# Rules of the house, proven from the files: dependencies point one way, one room owns each library,
# every public header stands alone in C and C++, file names are unique.
#   TAP on stdout; run from the project's root.
n=0 bad=0
say() { # say VERDICT NAME [DETAIL]
    n=$((n + 1))
    if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; printf '%s\n' "$3" | sed 's/^/# /'; bad=1; fi
}
none() { # none NAME OUTPUT: passes when OUTPUT is empty
    if [ -z "$2" ]; then say 0 "$1"; else say 1 "$1" "$2"; fi
}
includes() { # includes FOLDER: FILE:ROOM of every project include below it
    grep -rHoE '^#include "(models|solvers|data|experiments|notebooks-export|tests)/[^"]*"' "$1" \
        --include='*.c' --include='*.h' | sed 's/#include "//; s/"$//'
}
forbid() { # forbid FOLDER PATTERN
    none "$1 includes nothing of $2" "$(includes "$1" | grep -E ":($2)/" | grep -vE "$3" | head -5)"
}
forbid models/base 'models|solvers|data|experiments|notebooks-export|tests' ':models/base/'
forbid models 'solvers|data|experiments|notebooks-export|tests' '^$'
forbid solvers 'data|experiments|notebooks-export|tests' '^$'
forbid data 'solvers|experiments|notebooks-export|tests' '^$'
forbid experiments 'notebooks-export|tests' ':notebooks-export/notebook\.h'
none 'proofs are checked by code that shares nothing with what wrote them' \
    "$(grep -HE '^#include "' solvers/certificate_check.[ch] solvers/proof_*.[ch] solvers/checker/outward.h |
       grep -vE '"(models/|solvers/(certificate|certificate_check|proof_[a-z_]*|outward)\.h)')"
none 'solvers/program/milp_glpk.c alone includes glpk.h' \
    "$(grep -rlE '#include <glpk.h>' --include='*.[ch]' . | grep -v '^./build' | grep -v '^./solvers/milp_glpk.c$')"
none 'data/h5* and the results files alone include hdf5.h' \
    "$(grep -rlE '#include <hdf5.h>' --include='*.[ch]' models solvers data experiments notebooks-export |
       grep -vE '^data/h5|^experiments/batch/results')"
none 'file names are unique' \
    "$(find models solvers data experiments notebooks-export -name '*.[ch]' -exec basename {} \; | sort | uniq -d)"
none 'no file speaks of unfinished work' \
    "$(grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' --include='*.[ch]' --include='*.sh' --include='*.md' . | grep -v '^./build' |
       grep -v tests/tools/house.sh | head -5)"
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
flags=$(pkg-config --cflags hdf5-serial jansson libcyaml gsl openblas 2>/dev/null)
for header in models/base/*.h models/*.h solvers/*.h data/*.h; do
    for language in c c++; do
        case $language in c) compile="${CC:-cc} -std=c11" ;; *) compile="${CXX:-c++} -std=c++17" ;; esac
        case "$header" in *internal*) continue ;; esac
        printf '#include "%s"\n' "$header" >"$scratch/one.$language"
        # shellcheck disable=SC2086
        $compile -D_GNU_SOURCE -I. $flags -fsyntax-only -x "$language" "$scratch/one.$language" 2>"$scratch/log"
        [ -s "$scratch/log" ] && echo "$header as $language" >>"$scratch/failures" && cat "$scratch/log" >>"$scratch/failures"
    done
done
none 'every header of the library stands alone, in C and in C++' "$(head -20 "$scratch/failures" 2>/dev/null)"
# The headers that are here, calling themselves another version.
mkdir "$scratch/hdf5"
printf '%s\n' '#include_next <hdf5.h>' '#undef H5_VERS_MINOR' '#define H5_VERS_MINOR 14' >"$scratch/hdf5/hdf5.h"
for source in $(grep -lE '"data/h5_(internal|dataset)\.h"' data/*.c); do
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -I. -I"$scratch/hdf5" $flags -fsyntax-only "$source" 2>&1 |
        grep -q 'tested with HDF5 1\.10; this is HDF5 1\.14\.' || echo "$source"
done >"$scratch/accept"
none 'the build refuses an HDF5 that nobody compiled, by name' "$(cat "$scratch/accept")"
echo "1..$n"
exit $bad

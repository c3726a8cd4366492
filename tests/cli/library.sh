#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make install` installs for others: the library exports the functions that its list and its
# header name and nothing else, the header needs nothing of others, and the program of the README
# runs against it. Covers experiments/packaging (library_version, struct_layout, instance_by_name).
. "$(dirname "$0")/tap.inc"
build=$(dirname "$goagap")
make --no-print-directory -s -C "$root" BUILD="$build" PREFIX="$PWD/there" install >out 2>err
verdict $? 'make install'

packaging=$root/experiments/packaging
sed -n 's/^    \(gg_[a-z0-9_]*\);$/\1/p' "$packaging/libgoagap.map" | sort >listed
is 'the list of exported functions is in order' "$(sed -n 's/^    \(gg_[a-z0-9_]*\);$/\1/p' "$packaging/libgoagap.map" | sort -c 2>&1 | wc -l)" -eq 0
nm -D --defined-only there/lib/libgoagap.so.0 | awk '$3 !~ /^GOAGAP_0/ { sub(/@.*/, "", $3); print $3 }' | sort >exported
same 'the library exports what is listed and nothing else' listed exported
readelf -d there/lib/libgoagap.so | grep -q 'SONAME.*\[libgoagap\.so\.0\]'
verdict $? 'its SONAME is libgoagap.so.0'

# Declarations by the compiler's word: "/* FILE:LINE:.. */ extern TYPE NAME (...)".
sed -n 's/^#include "\(.*\)"/\1/p' "$packaging/goagap.h" >named
gcc -D_GNU_SOURCE -I"$root" -aux-info declarations -fsyntax-only -x c "$packaging/goagap.h" 2>err
sed -n 's|^/\* \([^:]*\):.*\*/ extern .*[ *]\(gg_[a-z0-9_]*\) (.*|\1 \2|p' declarations |
    sed "s|^$root/||; s|^\./||" >declared
grep -v gg_h5 declarations | sed -n 's|^/\* \([^:]*\):.*\*/ extern .*[ *]\(gg_[a-z0-9_]*\) (.*|\1 \2|p' |
    sed "s|^$root/||; s|^\./||" | awk 'NR == FNR { named[$1]; next } $1 in named { print $2 }' named - | sort -u >public
comm -23 public listed >missing
is 'every function of a header that goagap.h names is listed' ! -s missing
explain missing
awk '{ print $2 }' declared | sort -u | comm -13 - listed >undeclared
is 'every function listed is declared' ! -s undeclared
explain undeclared
grep -rhoE '^#include <[^>]*>' there/include/goagap | sort -u |
    grep -vE '<(assert|float|inttypes|math|stdbool|stddef|stdint|stdio|string)\.h>' >foreign
is 'the installed headers include none but of the C library' ! -s foreign
explain foreign
printf '%s\n' '#include <goagap.h>' 'int main() { return gg_version()[0] != *"'"$("$goagap" version | sed -n '1s/goagap //p')"'"; }' >mine.cpp
PKG_CONFIG_PATH=$PWD/there/lib/pkgconfig
LD_LIBRARY_PATH=$PWD/there/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH LD_LIBRARY_PATH
# shellcheck disable=SC2046
${CXX:-c++} -std=c++17 -Wall mine.cpp $(pkg-config --cflags --libs goagap) -o mine 2>err && ./mine
verdict $? 'goagap.h is C++, too, and gg_version() is the version of the program'
explain err

awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" >mine.c
is 'the README holds a C program' -s mine.c
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -Wall -Wextra mine.c $(pkg-config --cflags --libs goagap) -o mine 2>err
verdict $? 'it compiles with goagap.pc'
is 'without a warning' ! -s err
readelf -d mine | grep -q 'NEEDED.*libgoagap\.so\.0'
verdict $? 'against the shared library'
./mine >out 2>err
verdict $? 'it runs'
awk '$1 == "goa" { g = $2 } $1 == "exact" { e = $2 } END { exit !(e > 0 && e <= g) }' out
verdict $? 'exact is no worse than goa'
mv there/lib/libgoagap.so hidden.so
# shellcheck disable=SC2046
${CC:-cc} -std=c11 mine.c $(pkg-config --cflags --static --libs goagap | sed 's/-lgoagap/-l:libgoagap.a/') -o alone 2>err &&
    LD_LIBRARY_PATH='' ./alone >alone.out
verdict $? 'the archive does, too'
same 'and says the same' out alone.out
finish

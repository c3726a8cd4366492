#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program of the README, compiled against what `make install` installs.
. "$(dirname "$0")/tap.inc"
make --no-print-directory -s -C "$root" BUILD="$(dirname "$goagap")" PREFIX="$PWD/there" install \
    >out 2>err
verdict $? 'make install'
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" >mine.c
[ -s mine.c ]
verdict $? 'the README holds a C program'
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -Wall -Wextra mine.c \
    $(PKG_CONFIG_PATH="$PWD/there/lib/pkgconfig" pkg-config --cflags --libs goagap) -o mine 2>err
verdict $? 'it compiles with goagap.pc'
[ ! -s err ]
verdict $? 'without a warning'
./mine >out 2>err
verdict $? 'it runs'
awk '$1 == "goa" { g = $2 } $1 == "exact" { e = $2 } END { exit !(e > 0 && e <= g) }' out
verdict $? 'exact is no worse than goa'
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages: there is one for every command, its options are those of --help, its examples run,
# and what is made of it satisfies mandoc.
. "$(dirname "$0")/tap.inc"

# The prose with what experiments/cli/options/option_tables.c says.
pages=$scratch/pages
mkdir "$pages"
"$goagap" help --tables >tables
for page in "$root"/experiments/man/*.scd; do
    title=$(basename "$page" .1.scd)
    expect 0 '' "$title is made of prose and tables" \
        awk -v command="${title#goagap-}" -f "$root/experiments/man/page.awk" tables "$page"
    cp out "$pages/$title.1.scd"
done

"$goagap" --help | sed '/^Topics/,$d' | sed -n 's/^  \([a-z]*\)  *.*/\1/p' >commands
is 'there are commands' "$(wc -l <commands)" -ge 10
is 'and as many pages' "$(ls "$pages" | grep -c '^goagap-.*\.1\.scd$')" -eq "$(wc -l <commands)"
grep -o '^\*goagap-[a-z]*\*(1)$' "$pages/goagap.1.scd" | sed 's/.*-//; s/\*.*//' | sort >listed
sort commands | cmp -s - listed
verdict $? 'goagap(1) lists every command'

# The options of a command's --help and of its page, a name a line.
for command in $(cat commands); do
    "$goagap" "$command" --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\1--\2/p' | tr -d ' ' | sort >helped
    sed -n 's/^\*-.*/&/p' "$pages/goagap-$command.1.scd" |
        sed 's/^\(\*-\(.\)\*, \)\{0,1\}\*--\([a-z-]*\)\*.*/\2:\3/; s/^:/--/; s/^\(.\):/-\1,--/' | sort >paged
    same "the page of $command has the options of --help" helped paged
    [ "$failures" -eq 0 ] || diff helped paged | explain
done

ln -s "$root/data" data
ln -s "$root/experiments" experiments
PATH=$(dirname "$goagap"):$PATH
for page in "$pages"/*.scd; do
    title=$(basename "$page" .1.scd)
    mkdir "$title.d"
    ln -s "$root/data" "$root/experiments" "$title.d"
    sed -n '/^# EXAMPLES/,/^# SEE/s/^\$ \(goagap.*\)/\1/p' "$page" >lines
    is "$title has examples" -s lines
    while read -r line; do
        (cd "$title.d" && sh -c "$line" >../out 2>../err </dev/null)
        code=$?
        verdict $code "$line"
        [ $code -eq 0 ] || explain err
    done <lines
    for other in $(sed -n '/^# SEE ALSO/,$p' "$page" | grep -o 'goagap[a-z-]*'); do
        is "$title refers to $other" -e "$pages/$other.1.scd"
    done
done

if command -v scdoc >/dev/null && command -v make >/dev/null; then
    expect 0 '' 'the pages are made' env -u MAKEFLAGS -u MFLAGS make -s -C "$root" BUILD="$scratch/build" TABLES_FROM="$goagap" man
    is 'all of them' "$(ls build/man/*.1 | wc -l)" -eq "$(ls "$pages"/*.scd | wc -l)"
    cp -r build/man first
    rm -r build/man
    env -u MAKEFLAGS -u MFLAGS make -s -C "$root" BUILD="$scratch/build" TABLES_FROM="$goagap" man
    diff -r build/man first >/dev/null
    verdict $? 'the same again'
    if command -v mandoc >/dev/null; then
        expect 0 '' 'mandoc has nothing to say' mandoc -T lint -W warning build/man/*.1
    else
        echo "ok $((tests += 1)) - mandoc has nothing to say # SKIP mandoc is not installed"
    fi
else
    echo "ok $((tests += 1)) - the pages are made # SKIP scdoc is not installed"
fi
finish

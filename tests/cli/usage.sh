#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program as a whole (main.c, help_topics.c): help, versions, names that do not exist, output that cannot be written.
# Covers cmd_version.
. "$(dirname "$0")/tap.inc"

expect 2 'Usage: goagap COMMAND' 'no command is bad usage' "$goagap"
is 'and prints nothing on standard output' ! -s out
for form in --help -h help; do
    expect 0 '' "$form" "$goagap" $form
    prints '^Usage: goagap COMMAND' "$form goes to standard output"
done
for command in inspect uncertainty evaluate instance solve check explain pareto batch report notebook version; do
    expect 0 '' "$command --help" "$goagap" $command --help
    prints "^Usage: goagap $command " "$command --help shows its usage"
    cp out help
    expect 0 '' "help $command" "$goagap" help $command
    same "help $command is $command --help" out help
    expect 2 "goagap $command: unknown option '--no-such-thing'$" \
        "$command names the option it does not know" "$goagap" $command --no-such-thing
done

# One row in a command's table (command_line.h, shared_options.h, option_value.c) is enough for an
# option to stand everywhere.
"$goagap" help --tables >tables
for command in $("$goagap" --help | sed '/^Topics/,$d' | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
    "$goagap" $command --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' | sort >helped
    awk -F'\t' -v command=$command '$1 == "option" && $2 == command { print $4 }' tables | sort >declared
    same "$command --help has the options of its table" declared helped
    awk -v command=$command -f "$root/experiments/man/page.awk" tables "$root/experiments/man/goagap-$command.1.scd" |
        sed -n '/^# OPTIONS/,/^# EXIT/s/^\*-.*\*--\([a-z-]*\)\*.*/\1/p; /^# OPTIONS/,/^# EXIT/s/^\*--\([a-z-]*\)\*.*/\1/p' | sort >paged
    same "the page of $command has them" declared paged
    for shell in bash zsh; do
        case $shell in bash) file=goagap.bash ;; *) file=_goagap ;; esac
        awk -v shell=$shell -f "$root/experiments/completion/complete.awk" tables "$root/experiments/completion/$file" |
            sed -n "/^    $command)/,/;;/p" | tr " ,'{}" '\n\n\n\n\n' | sed -n 's/^--\([a-z-]*\).*/\1/p' | sort -u >completed
        same "$shell completes them after $command" declared completed
    done
done

for command in import solve; do
    "$goagap" $command --help >out
    is "$command --help fits a terminal" "$(awk 'length > 79' out | wc -l)" -eq 0
    is 'its list breaks no line at the margin' \
        "$(sed '1,/^\(Formats\|Strategies\):$/d; /^$/,$d' out | grep -vc '^  ')" -eq 0
done
for solver in $("$goagap" version | sed -n 's/^solvers  *//p'); do
    prints "^  $solver +[^ ]" "solve --help says what $solver is"
done
for topic in formats model exit-codes; do
    expect 0 '' "help $topic" "$goagap" help $topic
    is "help $topic fits a terminal" "$(awk 'length > 80' out | wc -l)" -eq 0
    "$goagap" --help >out
    prints "^  $topic " "the help lists topic $topic"
done

expect 2 "unknown command 'slove'; did you mean 'solve'" 'a mistyped command' "$goagap" slove
expect 2 "unknown command 'chekc'; did you mean 'check'" 'two letters swapped' "$goagap" help chekc
expect 2 "unknown command 'nonsense'$" 'a command like no other' "$goagap" nonsense
expect 2 "unknown command ''" 'an empty command' "$goagap" ''
expect 2 "unknown option '--objctive'; did you mean '--objective'" 'a mistyped option' \
    "$goagap" solve --objctive uniform x.json
expect 2 'missing.h5: cannot be opened' 'an abbreviated option' \
    "$goagap" uncertainty --top 3 missing.h5
expect 2 "invalid option -- 'x'" 'a letter that is no option' "$goagap" solve -x
expect 2 "cannot be read" "what follows -- is no option" "$goagap" solve --solver goa -- --nix

expect 0 '' 'version' "$goagap" version
prints '^goagap [0-9]+\.[0-9]+' 'version says which it is'
prints 'GLPK [0-9]+\.[0-9]+, HDF5 [0-9.]+, jansson [0-9.]+, libcyaml [0-9.]+, GSL [0-9.]+' \
    'version names its libraries'
prints '^solvers .*local.* goa' 'version lists the strategies'
prints '^kernels +[a-z0-9]+$' 'version shows the kernels in use'
expect 0 '' '--version' "$goagap" --version
expect 2 'GOAGAP_KERNELS|nonsense' 'unknown kernels are refused' \
    env GOAGAP_KERNELS=nonsense "$goagap" version
expect 2 "unexpected argument 'x'" 'version takes no arguments' "$goagap" version x

full() { "$@" >/dev/full; }
if [ -c /dev/full ]; then
    expect 2 'standard output.*No space left' 'help on a full disk' full "$goagap" --help
    expect 2 'standard output.*No space left' "a command's help on a full disk" \
        full "$goagap" solve --help
    expect 2 'standard output.*No space left' 'version on a full disk' full "$goagap" version
fi
closed() { "$@" >&-; }
expect 2 'standard output' 'help with standard output closed' closed "$goagap" --help
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shell completion: the commands, options and strategies that bash and zsh offer are those that the
# program has (command_line.c, name_lists.c, option_tables.c).
. "$(dirname "$0")/tap.inc"
bash_file=$scratch/goagap.bash
zsh_file=$scratch/_goagap

"$goagap" help --tables >tables
for shell in bash zsh; do
    case $shell in bash) file=goagap.bash ;; *) file=_goagap ;; esac
    expect 0 '' "$shell: made of the tables" \
        awk -v shell=$shell -f "$root/experiments/completion/complete.awk" tables "$root/experiments/completion/$file"
    cp out $file
    is "$shell: nothing is left to fill in" -z "$(grep -o '@[a-z]*@' $file)"
done

# offers WORD...: what bash completes after these words, the last being typed; a line each.
offers() {
    bash --norc -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _goagap; printf "%s\n" "${COMPREPLY[@]}"' \
        "$bash_file" "$@" | sort
}

"$goagap" --help | sed '/^Topics/,$d' | sed -n 's/^  \([a-z]*\)  *.*/\1/p' >commands
"$goagap" --help | sed '1,/^Topics/d; /^$/,$d' | sed 's/^  \([a-z-]*\) .*/\1/' >topics
"$goagap" version | sed -n 's/^solvers  *//p' | tr ' ' '\n' | sort >solvers
is 'there are commands, topics and strategies' "$(cat commands topics solvers | wc -l)" -ge 25
{ cat commands; echo help; } | sort >expected

if command -v bash >/dev/null; then
    offers goagap '' >got
    same 'bash: the commands' expected got
    offers goagap so >got
    is 'bash: the rest of one' "$(cat got)" = solve
    sort expected topics >all
    offers goagap help '' >got
    same 'bash: commands and topics to have help on' all got
    for command in $(cat commands); do
        "$goagap" "$command" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\1\2/p' | tr -d ' ' | tr ',' '\n' |
            sort >helped
        offers goagap "$command" - >got
        same "bash: the options of $command" helped got
        [ "$failures" -eq 0 ] || diff helped got | explain
    done
    for option in --solver -s; do
        offers goagap solve $option '' >got
        same "bash: the strategies after $option" solvers got
    done
    # "--solver=" reaches the completion as two words.
    offers goagap solve --solver = >got
    same 'bash: the strategies after --solver=' solvers got
    offers goagap solve --solver goa,ex >got
    is 'bash: the last of a list' "$(cat got)" = goa,exact
    ls "$root/experiments/presets" | sed -n 's/\.yaml$//p' | sort >presets
    offers goagap instance --preset '' >got
    same 'bash: the presets' presets got
    is 'bash: files where nothing else fits' -z "$(offers goagap solve net)"
else
    echo "ok $((tests += 1)) - bash # SKIP bash is not installed"
fi

# zsh completes within a terminal only: what it would offer is read from the file.
sed -n "s/^        '\([a-z]*\):.*/\1/p" "$zsh_file" | sort >got
same 'zsh: the commands' expected got
sed -n 's/^    solvers=(\(.*\))/\1/p' "$zsh_file" | tr ' ' '\n' | sort >got
same 'zsh: the strategies' solvers got
for topic in $(cat topics); do
    grep -q "^    topics=.*'$topic:" "$zsh_file"
    verdict $? "zsh: topic $topic"
done
for command in $(cat commands); do
    "$goagap" "$command" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\1\2/p' | tr -d ' ' | tr ',' '\n' | sort >helped
    sed -n "/^    $command)/,/;;/p" "$zsh_file" | sed -n "s/^            '\((.*)'{-\\\\\{0,1\}\(.\)[+]\{0,1\},\)\{0,1\}--\([a-z-]*\).*/\2 --\3/p" |
        sed 's/^\(.\) --/-\1\n--/; s/^ --/--/' | sort >got
    same "zsh: the options of $command" helped got
    [ "$failures" -eq 0 ] || diff helped got | explain
done
if command -v zsh >/dev/null; then
    expect 0 '' 'zsh reads its file' zsh -n "$zsh_file"
fi
finish

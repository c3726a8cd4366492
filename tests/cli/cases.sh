#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Inputs rebuilt from public reports, each a folder of tests/cases with its files, the commands `cmd`
# (goagap is $G) and what they give, `expected`: the exit code in the first line, then a line each
#   text   occurs in a line of the output or the messages
#   !text  does not
#   /regex matches one of the lines
# Covers input_path (pipe-*).
. "$(dirname "$0")/tap.inc"

command -v bash >/dev/null || { echo "Bail out! process substitution needs bash"; exit 2; }
G=$goagap
export G
for case in "$root"/tests/cases/*/; do
    name=$(basename "$case")
    rm -rf case && cp -r "$case" case && cd case || exit 2
    bash cmd >../said 2>&1
    code=$?
    cd ..
    {
        [ "$(sed -n 1p case/expected)" = "$code" ] || echo "exit code $code"
        sed 1d case/expected | while IFS= read -r line; do
            case $line in
            '!'*) ! grep -qF -e "${line#!}" said || echo "unexpected: ${line#!}" ;;
            /*) grep -qE -e "${line#/}" said || echo "missing: $line" ;;
            *) grep -qF -e "$line" said || echo "missing: $line" ;;
            esac
        done
    } >wrong
    [ ! -s wrong ]
    verdict $? "$name"
    [ ! -s wrong ] || explain wrong said
done
finish

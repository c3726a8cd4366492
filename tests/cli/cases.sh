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
turn=0
for case in "$root"/tests/cases/*/; do
    name=$(basename "$case")
    # A third under the sanitizers, which fuzzing has over every reader anyway; all with full counts.
    turn=$(((turn + 1) % 3))
    [ "$GOAGAP_TEST_SANITIZED:$GOAGAP_TEST_LONG:$turn" = 1::1 ] ||
        [ "$GOAGAP_TEST_SANITIZED:$GOAGAP_TEST_LONG" != 1: ] || continue
    rm -rf case && cp -r "$case" case && cd case || exit 2
    bash cmd >../said 2>&1
    code=$?
    cd ..
    awk -v code=$code '
        BEGIN { while ((getline line < "said") > 0) said[++n] = line }
        NR == 1 { if ($0 != code) print "exit code " code; next }
        {
            kind = substr($0, 1, 1)
            text = kind ~ /[!\/]/ ? substr($0, 2) : $0
            found = 0
            for (i = 1; i <= n && !found; i++)
                found = kind == "/" ? said[i] ~ text : index(said[i], text) > 0
            if (found == (kind == "!")) print (found ? "unexpected: " : "missing: ") text
        }' case/expected >wrong
    [ ! -s wrong ]
    verdict $? "$name"
    [ ! -s wrong ] || explain wrong said
done
finish

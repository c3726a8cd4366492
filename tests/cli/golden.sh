#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every golden file, end to end: the decisions of the published implementation to the letter, its
# delays to 1e-9.
. "$(dirname "$0")/tap.inc"
compare=${GOLDEN_CHECK:-$(dirname "$goagap")/tests/golden_check}

for file in "$root"/tests/golden/*.json; do
    "$compare" "$goagap" "$file" instance.json >out 2>err
    verdict $? "$(basename "$file")"
    explain out err
done
finish

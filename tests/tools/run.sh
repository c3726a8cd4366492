#!/bin/sh
# Runs tests that speak TAP, one after the other, and ends with "N passed, N failed".
#   run.sh [--label TEXT] TEST...     a TEST is a program, or a .sh script
# The output of a test is shown only when something in it failed.
label=
if [ "$1" = --label ]; then label="$2: "; shift 2; fi
passed=0 failed=0
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
for test in "$@"; do
    name=$(basename "$test" .sh)
    began=$(date +%s)
    case $test in
    *.sh) sh "$test" >"$log" 2>&1 ;;
    *) CMOCKA_MESSAGE_OUTPUT=TAP "$test" >"$log" 2>&1 ;;
    esac
    code=$?
    took=$(($(date +%s) - began))
    good=$(grep -c '^ok ' "$log")
    bad=$(grep -c '^not ok ' "$log")
    # A test that died, or ended badly without saying so, is one failure more.
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    passed=$((passed + good)) failed=$((failed + bad))
    if [ "$bad" -gt 0 ]; then
        printf '%sFAIL %s (%d ok, %d not ok, exit %d)\n' "$label" "$name" "$good" "$bad" "$code"
        sed "s/^/    $label$name| /" "$log"
    else
        printf '%sok   %s (%d, %d s)\n' "$label" "$name" "$good" "$took"
    fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

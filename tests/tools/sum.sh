#!/bin/sh
# Adds up what several runs of run.sh say at their ends, and passes on everything else as it comes.
#   sum.sh RUNS: a run that did not come to its end is one failure.
passed=0 failed=$1
while IFS= read -r line; do
    case $line in
    [0-9]*' passed, '[0-9]*' failed')
        passed=$((passed + ${line%% *}))
        line=${line#*passed, }
        failed=$((failed + ${line%% *} - 1))
        ;;
    *) printf '%s\n' "$line" ;;
    esac
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

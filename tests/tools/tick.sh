#!/bin/sh
# One more file is compiled: says how far a build is, on a terminal always, else every hundred files.
#   tick.sh FOLDER TOTAL
printf . >>"$1/ticks"
done=$(($(wc -c <"$1/ticks")))
if [ -t 1 ]; then
    printf '\r  %d of %d' "$done" "$2"
    [ "$done" -lt "$2" ] || printf '\r\033[K'
elif [ $((done % 100)) -eq 0 ]; then
    printf '  %d of %d\n' "$done" "$2"
fi

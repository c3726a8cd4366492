#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at any moment, of the runner, a worker or all of them: the same command again finishes, and
# the merged file is what an undisturbed run gives. Two kills of each kind; twenty for
# GOAGAP_TEST_LONG.
. "$(dirname "$0")/../tap.inc"
rounds=2
[ -z "${GOAGAP_TEST_LONG:-}" ] || rounds=20
same="/usr/bin/python3 $root/tests/cli/batch/batch_same_rows.py"

cat >plan.yaml <<'YAML'
preset: [paper-bits]
objective: [weighted, uniform]
users: [6, 9]
tau: [0.6, 0.9]
runs: 4
solvers: [local, random, goa, ga]
outputs: {assignments: yes, units_per_part: 1}
YAML
expect 0 '8 of 8 networks done' 'an undisturbed run' "$goagap" batch plan.yaml -o whole --jobs 1
expect 0 '8 of 8 networks, 0 copies' 'merged' "$goagap" merge whole -o whole.h5

# Somewhere in the time an undisturbed run takes; other moments each time the test runs.
moment() {
    awk -v seed="$$$1" 'BEGIN { srand(seed % 2147483647); printf "%.3f\n", 0.02 + 0.6 * rand() }'
}

# start: a batch in a session of its own, so that its group can be killed; its number in $runner.
start() {
    setsid "$goagap" batch plan.yaml -o cut --jobs 2 --quiet 2>err &
    runner=$!
}

# resume NAME: the same command finishes, and nothing shows in the rows.
resume() {
    "$goagap" batch plan.yaml -o cut --jobs 2 --quiet 2>err &&
        [ -z "$(find cut -name '*.tmp')" ] &&
        "$goagap" merge cut -o cut.h5 2>err && $same whole.h5 cut.h5 2>>err
    code=$?
    verdict $code "$1"
    [ $code -eq 0 ] || explain err
}

k=0
while [ $k -lt $rounds ]; do
    k=$((k + 1))
    for victim in runner worker group; do
        rm -rf cut cut.h5
        start
        sleep "$(moment $k$victim)"
        case $victim in
        runner) kill -9 $runner 2>/dev/null ;;
        worker)
            read -r first rest <"/proc/$runner/task/$runner/children" 2>/dev/null || first=
            [ -z "$first" ] || kill -9 "$first" 2>/dev/null
            ;;
        group)
            # Workers lead groups of their own: all are killed, before they can be told of the other's end.
            children=$(cat "/proc/$runner/task/$runner/children" 2>/dev/null)
            # shellcheck disable=SC2086
            kill -9 $runner $children 2>/dev/null
            kill -9 -$runner 2>/dev/null
            ;;
        esac
        wait $runner 2>/dev/null
        resume "kill -9 of the $victim, number $k"
    done
done

# Workers do not outlive a killed runner.
sed 's/runs: 4/runs: 2000/' plan.yaml >long.yaml
"$goagap" batch long.yaml -o long --jobs 2 --quiet 2>err &
runner=$!
children=
while [ -z "$children" ] && kill -0 $runner 2>/dev/null; do
    children=$(cat "/proc/$runner/task/$runner/children" 2>/dev/null)
done
kill -9 $runner
wait $runner 2>/dev/null
tries=0
for child in $children; do
    while [ -d "/proc/$child" ] && ! grep -q '^State:.*Z' "/proc/$child/status" 2>/dev/null &&
        [ $tries -lt 500 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
done
is 'workers end with their runner' $tries -lt 500
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the program leaves in folders, what it runs, and what it says where a file cannot be.
# Covers files_named (with the cases output* of tests/cases).
. "$(dirname "$0")/tap.inc"

# runs PATTERN: a process whose command line matches.
runs() {
    for process in /proc/[0-9]*; do
        { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -q "$1" && return 0
    done
    return 1
}

# within_seconds CONDITION...: it holds within a few seconds.
within_seconds() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        "$@" && return 0
        sleep 0.25
    done
    return 1
}

gone() {
    ! runs "$1"
}

small_instance >instance.json

# Temporary files.
echo mine >victim
sh -c 'ln -s victim out.json.$$.tmp && exec "$0" solve instance.json -o out.json' "$goagap" >out 2>err
is 'a link at a name that could be foreseen is not followed' "$(cat victim)" = mine
rm -f ./*.tmp
chmod 640 out.json
echo half >out.json.goagap-killed.tmp
echo half >other.json.goagap-killed.tmp
expect 0 '' 'a file is replaced' "$goagap" solve instance.json -o out.json
is 'with the mode that it had' "$(stat -c %a out.json)" = 640
is 'what a killed command left of it is gone' ! -e out.json.goagap-killed.tmp
is 'what was left of another is not' -e other.json.goagap-killed.tmp
rm other.json.goagap-killed.tmp
(umask 027 && "$goagap" solve instance.json -o new.json) >out 2>err
is 'a new file has the mode of new files' "$(stat -c %a new.json)" = 640
! grep -n '/tmp/' "$root/Makefile" >found
verdict $? 'the build writes nothing under a known name in /tmp'

# A limit on the size of files.
"$goagap" instance --preset paper-bits --users 300 --servers 5 --tau 0.6 -o big.json
limited() {
    (ulimit -f 8 && exec "$goagap" "$@")
}
expect 2 '^goagap instance: big.h5: .*writing failed: File too large$' 'a file beyond the limit' \
    limited instance --preset paper-bits --users 300 --servers 5 -o big.h5
expect 2 '^goagap instance: again.json: writing failed: File too large$' 'a text beyond the limit' \
    limited instance --preset paper-bits --users 300 --servers 5 -o again.json
expect 2 '^goagap: standard output: writing failed: ' 'an output beyond the limit' \
    limited inspect big.json --dump /gain
is 'nothing half-written is left' -z "$(find . -name '*.tmp' -o -name big.h5 -o -name again.json)"

# External commands.
cat >plan.yaml <<'YAML'
preset: [paper-bits]
users: [4]
servers: [2]
tau: [0.6]
runs: 2
solvers: [goa]
strategies:
  - {name: leaves, external: "touch ran; setsid sleep 63.25 & echo '[0,0,0,0]'", time_s: 20}
  - {name: late, external: "touch ran; setsid sh -c 'setsid sleep 63.25 & sleep 63.25' & sleep 63.25", time_s: 0.4}
YAML
expect 0 '' 'a dry run' "$goagap" batch plan.yaml --dry-run
is 'starts no external command' ! -e ran
prints '^time: at least about .*, and 4 solves of external commands, which a dry run does not start$' 'and says so'
start=$(date +%s)
expect 1 '2 solves failed' 'commands that leave their session' "$goagap" batch plan.yaml -o results
is 'are not waited for' $(($(date +%s) - start)) -lt 30
within_seconds gone '^sleep 63[.]25'
verdict $? 'nor do they outlive their row'
expect 1 '' 'the status' "$goagap" status results
prints '^rows +6, 2 failed$' 'is that the one which answered did'
sed -e 's/time_s: 0.4/time_s: 60/' -e 's/63/64/g' plan.yaml >long.yaml
"$goagap" batch long.yaml -o killed 2>err &
runner=$!
within_seconds runs '^sleep 64[.]25'
verdict $? 'a runner waits for its commands'
kill -9 $runner
wait $runner 2>/dev/null
within_seconds gone '^sleep 64[.]25'
verdict $? 'nor a runner that is killed'

# Two runners that are both process 1, each of a container.
sed '/strategies:/,$d; s/^runs: 2/runs: 40/' plan.yaml >plain.yaml
echo 'outputs: {units_per_part: 1}' >>plain.yaml
if unshare -pf true 2>/dev/null; then
    unshare -pf "$goagap" batch plain.yaml -o both --jobs 2 -q 2>first &
    expect 0 '' 'two runners that are process 1' unshare -pf "$goagap" batch plain.yaml -o both --jobs 2 -q
    wait $!
    is 'both end well' "$?/$(cat first)" = 0/
    expect 0 '' 'and all is there' "$goagap" status both
    is 'and nothing else' -z "$(find both -name '*.tmp')"
fi

# A folder whose name is not UTF-8.
bad=$(printf 'caf\351')
if mkdir "$bad" 2>/dev/null && cp plain.yaml "$bad"; then
    expect 0 'networks done' 'a plan in a folder that is not UTF-8' "$goagap" batch "$bad/plain.yaml" -o "$bad/results"
    grep -q '"command": ".* caf\\\\xe9/plain.yaml -o caf\\\\xe9/results"' "$bad/results/manifest.json"
    verdict $? 'its manifest shows the name'
    expect 0 '' 'its status' "$goagap" status "$bad/results"
    prints '^command +.* caf\\xe9/plain.yaml' 'shows it too'
    expect 0 'wrote caf\\xe9/report.html' 'its report' "$goagap" report "$bad/results" -o "$bad/report.html"
    grep -q '"command": ".* caf\\\\xe9/plain.yaml' "$bad/summary.json" && grep -q 'caf\\xe9/plain.yaml' "$bad/report.html"
    verdict $? 'and so does that'
    expect 0 'wrote n.ipynb' 'its notebook' "$goagap" notebook "$bad/results" -o n.ipynb
    expect 0 '' 'finds the parts' /usr/bin/python3 -c '
import glob, json, os
cells = json.load(open("n.ipynb"))["cells"]
exec(next(line for c in cells for line in c["source"] if line.startswith("RESULTS = ")))
assert os.fsencode(RESULTS) == b"caf\xe9/results", RESULTS
assert len(glob.glob(os.path.join(glob.escape(RESULTS), "part-*.h5"))) == 40'
fi
finish

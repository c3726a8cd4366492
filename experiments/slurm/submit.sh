#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a plan as a Slurm array and merges its shares when all have ended, well or not.
#   submit.sh PLAN.yaml DIR N [SBATCH OPTION...]
# N tasks share the plan; all write to DIR, which every node must see; DIR/all.h5 is the merged file.
# Options after N (--partition=..., --cpus-per-task=..., --time=...) go to sbatch as they are. The
# same command again does what is missing. GOAGAP names the program, else `goagap' of the PATH.
usage() {
    echo "usage: submit.sh PLAN.yaml DIR N [SBATCH OPTION...]" >&2
    exit 2
}
[ $# -ge 3 ] || usage
plan=$1 dir=$2 shards=$3
shift 3
case $shards in '' | *[!0-9]* | 0*) usage ;; esac
goagap=$(command -v "${GOAGAP:-goagap}") || {
    echo "submit.sh: no program ${GOAGAP:-goagap}: set GOAGAP or PATH" >&2
    exit 2
}
[ -r "$plan" ] || { echo "submit.sh: $plan: cannot be read" >&2; exit 2; }
# Task numbers begin at 0 and end below MaxArraySize.
most=$(scontrol show config 2>/dev/null | sed -n 's/^MaxArraySize *= *\([0-9]*\).*/\1/p')
if [ -n "$most" ] && [ "$shards" -gt "$most" ]; then
    echo "submit.sh: $shards tasks, but this Slurm takes $most in an array (MaxArraySize): ask for" \
        "$most shares, each is then larger" >&2
    exit 2
fi
mkdir -p "$dir" || exit 2

absolute() {
    case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s/%s\n' "$PWD" "$1" ;; esac
}
GOAGAP=$(absolute "$goagap")
GOAGAP_PLAN=$(absolute "$plan")
GOAGAP_DIR=$(absolute "$dir")
# N stands in the script, not in a Slurm variable: rerunning some tasks alone changes those.
GOAGAP_SHARDS=$shards
export GOAGAP GOAGAP_PLAN GOAGAP_DIR GOAGAP_SHARDS

array=$(sbatch --parsable --job-name=goagap --array=0-$((shards - 1)) --requeue \
    --signal=B:TERM@60 --open-mode=append --output="$GOAGAP_DIR/slurm-%A_%a.log" \
    --export=ALL "$@" "$(dirname "$0")/task.sh") || exit
array=${array%%;*}
# afterany: after a task that failed, what there is is merged all the same, or what lacks is said.
merge=$(sbatch --parsable --job-name=goagap-merge --dependency=afterany:"$array" \
    --open-mode=append --output="$GOAGAP_DIR/slurm-merge.log" --export=ALL "$@" \
    "$(dirname "$0")/merge.sh") || exit
echo "array $array, merge ${merge%%;*}"

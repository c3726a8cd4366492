#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One task of the array that submit.sh sends: a share of the plan. Slurm's warning before the time
# limit ends it in good order, and the task goes back into the queue.
"$GOAGAP" batch "$GOAGAP_PLAN" -o "$GOAGAP_DIR" \
    --shard $((SLURM_ARRAY_TASK_ID + 1))/"$GOAGAP_SHARDS" --jobs "${SLURM_CPUS_PER_TASK:-1}" &
runner=$!
warned=
trap 'warned=yes; kill -TERM $runner' TERM
wait $runner
code=$?
# A trapped signal ends `wait' before the runner does.
while [ -n "$warned" ] && kill -0 $runner 2>/dev/null; do
    wait $runner
    code=$?
done
if [ -n "$warned" ] && [ $code -ne 0 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 100 ]; then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit $code

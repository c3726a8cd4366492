/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which share of a plan this process does, as launchers say it in the environment.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

typedef struct gg_shard {
    size_t index;       /* 0-based */
    size_t count;       /* >= 1 */
    const char *source; /* who said so; NULL: nobody */
} gg_shard;

/* "K/N" with 1 <= K <= N. Errors: GG_E_USAGE. */
gg_status gg_shard_parse(const char *text, gg_shard *shard, gg_error *err);

/* From a task of an array of jobs (Slurm, Grid Engine), else an MPI rank (Open MPI, PMI), else a
 * task of a Slurm step; 0 of 1 without any. Errors: GG_E_USAGE (variables that contradict each
 * other; an array with gaps, or of a scheduler that does not say how many tasks there are (PBS,
 * Torque, LSF): its numbers say nothing about shares). */
gg_status gg_shard_from_environment(gg_shard *shard, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs an experiment: hands its units to workers, gathers their rows in the plan's order and
 * writes them as part files. What is there already is not done again.
 */
#pragma once

#include "experiments/batch/part.h"
#include "experiments/planning/experiment.h"

/* How far a batch is; units are networks. */
typedef struct gg_batch_state {
    size_t units;        /* of this shard */
    size_t units_found;  /* in parts that were there already */
    size_t units_done;   /* by this call */
    size_t units_failed; /* of those found, with failed rows */
    size_t rows_kept;    /* from before the plan grew */
    size_t rows_failed;  /* by this call: status "failed" */
    double worst_gap;    /* largest gap of a row of this call to its own bound; NAN without one */
    bool interrupted;    /* a signal stopped it; networks that were done are written */
    double elapsed_s;
} gg_batch_state;

/* Told whenever a unit is done, and about twice a second in between. */
typedef void (*gg_batch_progress_fn)(void *context, const gg_batch_state *state);

/* Told of a part that is damaged and will be done again: file and reason. */
typedef void (*gg_batch_notice_fn)(void *context, const char *damage);

typedef struct gg_batch_options {
    const char *folder;  /* where the parts go; made if it is not there */
    size_t jobs;         /* workers, >= 1 */
    size_t shard;        /* 0-based: of the parts, those whose number modulo shards is this */
    size_t shards;       /* >= 1 */
    gg_part_wish wish;   /* what is done again */
    const char *command; /* the command line, for the manifest */
    gg_batch_progress_fn progress; /* may be NULL */
    void *progress_context;
    gg_batch_notice_fn notice; /* may be NULL */
    void *notice_context;
} gg_batch_options;

/* Number of part files of a plan: units_per_part units each, in the plan's order. */
size_t gg_batch_parts(const gg_plan *plan);

/* Runs what is missing, also where the folder holds results of a plan that this one contains, after
 * writing manifest.json (manifest-K-of-N.json for a shard) into the
 * folder. A worker that dies costs the strategy it was at: it is tried once more in a
 * fresh worker, then recorded as failed with the reason. The rows do not depend on jobs, shards or
 * interruptions. A stop request (gg_stop_requested) ends it early, with all networks written that
 * were done; the same call later continues.
 * Errors: GG_E_IO (folder, disk), GG_E_INPUT (the folder holds results of another plan, or
 * a part file that is none of the plan's), GG_E_NOMEM. */
gg_status gg_batch_run(const gg_experiment *experiment, const gg_batch_options *options,
                       gg_batch_state *state, gg_error *err);

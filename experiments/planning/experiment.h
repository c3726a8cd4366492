/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan made ready to run: its presets read, its dataset's columns in memory, and a fingerprint of
 * everything that decides the numbers.
 */
#pragma once

#include "data/uncertainty/workload.h"
#include "experiments/planning/plan.h"
#include "experiments/results/results.h"
#include "models/draw/preset.h"
#include "models/draw/scenario.h"

enum { GG_FINGERPRINT_SIZE = 17 };

typedef struct gg_experiment {
    const gg_plan *plan;                   /* borrowed */
    gg_preset **presets;                   /* gg_plan_variants: each preset in each payload */
    gg_workload_columns *columns;          /* of the dataset; NULL without one */
    const gg_workload *workload;           /* view of columns; NULL: the presets' distributions */
    double latency_scale;                  /* of both sides; 0: none */
    char fingerprint[GG_FINGERPRINT_SIZE]; /* hexadecimal */
    char *components; /* "preset NAME: DIGEST" and the like, a line each: to say what has changed */
} gg_experiment;

/* Reads what the plan names. The plan must outlive *out; the caller frees *out. Errors: GG_E_INPUT
 * (a preset, the dataset, or users that outnumber its queries), GG_E_IO, GG_E_NOMEM. */
gg_status gg_experiment_open(const gg_plan *plan, gg_experiment **out, gg_error *err);

/* Releases an experiment, not its plan; accepts NULL. */
void gg_experiment_close(gg_experiment *experiment);

/* What a results file says about its origin: program, compiler, libraries, machine, the command
 * line given, plan and workload. Appends to *manifest. Errors: GG_E_NOMEM. */
gg_status gg_experiment_describe(const gg_experiment *experiment, const char *command,
                                 gg_manifest *manifest, gg_error *err);

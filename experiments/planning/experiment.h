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
    char *origins;    /* what rows come from, a line each (gg_row_origins) */
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

/* One number for everything that decides an experiment's results, so that a folder is never
 * continued with another plan, dataset or preset. What the fingerprint covers, as a manifest says
 * it under "fingerprint_version". Version 1, which manifests do not name, left out most of a
 * preset. */
#define GG_FINGERPRINT_VERSION "2"

/* Sets experiment->fingerprint and ->components: SHA-256 digests of all that the presets hold, of
 * all that is used of the dataset, and of a small network drawn from each preset, which tells a
 * program that draws otherwise; the fingerprint is one of these, the grid and the latency scale.
 * Where files lie does not matter. Errors: GG_E_NOMEM, and those of gg_scenario_draw. */
gg_status gg_fingerprint(gg_experiment *experiment, gg_error *err);

/* The digest of all that decides the networks of one of the plan's variants: its preset, the seed,
 * the queries, how this program draws. Errors as gg_fingerprint. */
gg_status gg_networks_digest(const gg_experiment *experiment, size_t variant,
                             char hex[GG_FINGERPRINT_SIZE], gg_error *err);

/* Sets experiment->origins: "networks PRESET: DIGEST", "site NUMBER: DIGEST" and "strategy NAME:
 * DIGEST", a line each. A row of another plan with the same lines for its preset, its site and its
 * strategy is what this plan would compute there. Errors as gg_fingerprint. */
gg_status gg_row_origins(gg_experiment *experiment, gg_error *err);

/* The line of origins for a strategy, a preset (GG_NETWORKS) or the number of a measured site;
 * NULL: none. `length` counts its end of line too. */
typedef enum gg_origin_kind { GG_NETWORKS, GG_STRATEGY, GG_SITE } gg_origin_kind;
const char *gg_origin_line(const char *origins, gg_origin_kind kind, const char *name,
                           size_t *length);

/* The first line of `theirs` that the experiment does not have, those of strategies in `redo`
 * (names with commas between, or NULL) aside; NULL when it has all. */
const char *gg_origins_lacking(const gg_experiment *experiment, const char *theirs,
                               const char *redo);

/* Whether a name is one of `names`, which have commas between; false for NULL. */
bool gg_is_listed(const char *names, const char *name);

typedef enum gg_origin {
    GG_ORIGIN_SAME,
    GG_ORIGIN_OTHER,  /* another plan, or another preset or dataset under the same name */
    GG_ORIGIN_UNKNOWN /* the fingerprint is of another version */
} gg_origin;

/* Whether what has the given manifest was made of this experiment; unless it was, `reason` says
 * what differs. */
gg_origin gg_fingerprint_compare(const gg_experiment *experiment, const gg_manifest *manifest,
                                 char *reason, size_t size);

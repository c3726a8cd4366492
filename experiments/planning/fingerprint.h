/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One number for everything that decides an experiment's results, so that a folder is never
 * continued with another plan, dataset or preset.
 */
#pragma once

#include "experiments/planning/experiment.h"

/* What the fingerprint covers, as a manifest says it under "fingerprint_version". Version 1, which
 * manifests do not name, left out most of a preset. */
#define GG_FINGERPRINT_VERSION "2"

/* Sets experiment->fingerprint and ->components: SHA-256 digests of all that the presets hold, of
 * all that is used of the dataset, and of a small network drawn from each preset, which tells a
 * program that draws otherwise; the fingerprint is one of these, the grid and the latency scale.
 * Where files lie does not matter. Errors: GG_E_NOMEM, and those of gg_scenario_draw. */
gg_status gg_fingerprint(gg_experiment *experiment, gg_error *err);

typedef enum gg_origin {
    GG_ORIGIN_SAME,
    GG_ORIGIN_OTHER,  /* another plan, or another preset or dataset under the same name */
    GG_ORIGIN_UNKNOWN /* the fingerprint is of another version */
} gg_origin;

/* Whether what has the given manifest was made of this experiment; unless it was, `reason` says
 * what differs. */
gg_origin gg_fingerprint_compare(const gg_experiment *experiment, const gg_manifest *manifest,
                                 char *reason, size_t size);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The empirical distribution of gaps: which share of the runs is within each gap.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

/* Steps of the distribution: share[k] of all runs have a value <= at[k]; at[] ascends strictly. */
typedef struct gg_ecdf {
    size_t count;
    double *at;
    double *share;
} gg_ecdf;

/* Builds the distribution of `n` sorted values out of `total` >= n runs; the other runs (and
 * infinite values) are beyond every finite gap, so the last share may stay below 1. Values below
 * `floor` count as `floor`. Release with gg_ecdf_clear. Errors: GG_E_NOMEM. */
gg_status gg_ecdf_build(const double *sorted, size_t n, size_t total, double floor, gg_ecdf *out,
                        gg_error *err);
void gg_ecdf_clear(gg_ecdf *ecdf);

/* The share of runs with a value <= x. */
double gg_ecdf_at(const gg_ecdf *ecdf, double x);

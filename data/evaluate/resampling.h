/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is measured of resamples of a ranking, on all processors.
 */
#pragma once

#include "data/evaluate/ranking.h"

/* Fills the values that are measured of a ranking; called by several threads at a time. */
typedef void (*gg_measure_fn)(const gg_ranking *ranking, const void *context, double *values);

/* `n` (at least 1) rankings of the same queries, resampled alike: the area under the ROC of ranking
 * r in resample b is drawn[r * resamples + b]. Errors: GG_E_NOMEM. */
gg_status gg_resample_areas(const gg_ranking *rankings, size_t n, uint64_t seed, uint32_t resamples,
                            double *drawn, gg_error *err);

/* `n` (at least 1) rankings of the same queries, resampled alike: value m of ranking r in resample
 * b, 0 .. resamples - 1, is drawn[(r * n_values + m) * resamples + b], the same whatever the number
 * of threads. Errors: GG_E_NOMEM. */
gg_status gg_resample_measure(const gg_ranking *rankings, size_t n, uint64_t seed,
                              uint32_t resamples, gg_measure_fn measure, const void *context,
                              size_t n_values, double *drawn, gg_error *err);

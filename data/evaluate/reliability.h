/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reliability tables: forecast probabilities of error, in bins, beside what was observed. Bins are
 * closed on the right, the first on the left as well. Forecasts outside [0, 1] count as its ends.
 */
#pragma once

#include "data/evaluate/ranking.h"
#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_MAX_BINS = 100 };

typedef enum gg_binning {
    GG_EQUAL_WIDTH, /* B bins between k / B and (k + 1) / B */
    GG_EQUAL_MASS   /* between the k/B-quantiles (type 7) of the forecasts; equal edges merge */
} gg_binning;

typedef struct gg_reliability_bin {
    double low;
    double high;
    double count;
    double forecast; /* mean; NAN in an empty bin */
    double observed; /* share of wrong answers; NAN in an empty bin */
} gg_reliability_bin;

/* Sorts the queries of a ranking by forecast, which its values are, into `wanted` bins (1 ..
 * GG_MAX_BINS). Returns how many there are: fewer than wanted only where edges merge. */
size_t gg_reliability(const gg_ranking *ranking, gg_binning binning, size_t wanted,
                      gg_reliability_bin bins[GG_MAX_BINS]);

/* Expected calibration error: sum over bins of count / n |forecast - observed|. */
double gg_calibration_error(const gg_reliability_bin *bins, size_t n_bins);
GG_C_END

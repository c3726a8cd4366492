/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Order statistics and bootstrap intervals of a sample that may hold infinities.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_STATISTICS_H
#define GOAGAP_EXPERIMENTS_REPORT_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

enum { GG_BOOTSTRAP_RESAMPLES = 1000 };

/* Resampling of samples of n values. All samples of one size share the same resamples, so equal
 * data have equal intervals wherever they stand in a report. */
typedef struct gg_bootstrap {
    size_t n;
    uint32_t *picks; /* GG_BOOTSTRAP_RESAMPLES x n indices, of the last moderate n */
    double *means;   /* GG_BOOTSTRAP_RESAMPLES, scratch */
} gg_bootstrap;

/* Releases what a bootstrap holds; a zeroed one is ready for use. */
void gg_bootstrap_clear(gg_bootstrap *bootstrap);

/* 95 % percentile interval of the mean of `n` values; both ends are the value itself for n = 1 and
 * NAN for n = 0. Errors: GG_E_NOMEM. */
gg_status gg_bootstrap_mean(gg_bootstrap *bootstrap, const double *values, size_t n, double *low,
                            double *high, gg_error *err);

/* Sorts ascending. */
void gg_sort(double *values, size_t n);

/* The q-quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan,
 * NumPy's default); NAN for n = 0. */
double gg_quantile(const double *sorted, size_t n, double q);

/* Arithmetic mean; NAN for n = 0. */
double gg_mean(const double *values, size_t n);

#endif

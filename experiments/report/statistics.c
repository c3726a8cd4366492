/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/statistics.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"

/* Part of every published interval. */
enum { BOOTSTRAP_SEED = 1 };

/* Resamples of larger samples are drawn when they are used: 16 MB is enough to keep. */
enum { LARGEST_KEPT = 4096 };

void gg_bootstrap_clear(gg_bootstrap *bootstrap) {
    gg_free(bootstrap->picks);
    gg_free(bootstrap->means);
    *bootstrap = (gg_bootstrap){0};
}

static gg_status prepare(gg_bootstrap *bootstrap, size_t n, gg_error *err) {
    if (bootstrap->means == NULL)
        bootstrap->means = gg_alloc(GG_BOOTSTRAP_RESAMPLES, sizeof *bootstrap->means);
    if (bootstrap->means == NULL || n > UINT32_MAX)
        return gg_fail(err, GG_E_NOMEM, "bootstrap of %zu values: out of memory", n);
    if (n > LARGEST_KEPT || (bootstrap->picks != NULL && bootstrap->n == n))
        return GG_OK;
    gg_free(bootstrap->picks);
    bootstrap->picks = gg_alloc(n * GG_BOOTSTRAP_RESAMPLES, sizeof *bootstrap->picks);
    if (bootstrap->picks == NULL)
        return gg_fail(err, GG_E_NOMEM, "bootstrap of %zu values: out of memory", n);
    bootstrap->n = n;
    gg_rng rng = gg_rng_start(BOOTSTRAP_SEED, 0, GG_STREAM_BOOTSTRAP);
    for (size_t k = 0; k < n * GG_BOOTSTRAP_RESAMPLES; k++)
        bootstrap->picks[k] = gg_rng_next_below(&rng, (uint32_t)n);
    return GG_OK;
}

gg_status gg_bootstrap_mean(gg_bootstrap *bootstrap, const double *values, size_t n, double *low,
                            double *high, gg_error *err) {
    *low = *high = n == 1 ? values[0] : NAN;
    if (n < 2)
        return GG_OK;
    gg_status status = prepare(bootstrap, n, err);
    if (status != GG_OK)
        return status;
    const uint32_t *kept = n <= LARGEST_KEPT ? bootstrap->picks : NULL;
    gg_rng rng = gg_rng_start(BOOTSTRAP_SEED, 0, GG_STREAM_BOOTSTRAP);
    for (size_t b = 0; b < GG_BOOTSTRAP_RESAMPLES; b++) {
        double sum = 0.0;
        for (size_t k = 0; k < n; k++)
            sum += values[kept != NULL ? *kept++ : gg_rng_next_below(&rng, (uint32_t)n)];
        bootstrap->means[b] = sum / (double)n;
    }
    gg_sort(bootstrap->means, GG_BOOTSTRAP_RESAMPLES);
    *low = gg_quantile(bootstrap->means, GG_BOOTSTRAP_RESAMPLES, 0.025);
    *high = gg_quantile(bootstrap->means, GG_BOOTSTRAP_RESAMPLES, 0.975);
    return GG_OK;
}

void gg_sort(double *values, size_t n) {
    gsl_sort(values, 1, n);
}

double gg_quantile(const double *sorted, size_t n, double q) {
    if (n == 0)
        return NAN;
    if (isfinite(sorted[n - 1]) && isfinite(sorted[0]))
        return gsl_stats_quantile_from_sorted_data(sorted, 1, n, q);
    /* Interpolating towards an infinity would be 0 * inf at an exact order statistic. */
    double position = q * (double)(n - 1);
    size_t below = (size_t)position;
    double part = position - (double)below;
    if (part == 0.0 || below + 1 == n)
        return sorted[below];
    return isinf(sorted[below + 1]) ? sorted[below + 1]
                                    : sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

double gg_mean(const double *values, size_t n) {
    /* GSL's running mean would make NAN of an infinity. */
    for (size_t k = 0; k < n; k++)
        if (isinf(values[k]))
            return values[k];
    return n == 0 ? NAN : gsl_stats_mean(values, 1, n);
}

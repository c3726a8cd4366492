/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/statistics/statistics.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"

/* Resamples of larger samples are drawn anew for each statistic: 128 MB are enough to keep. */
enum { LARGEST_KEPT = 1 << 16 };

void gg_bootstrap_clear(gg_bootstrap *bootstrap) {
    gg_free(bootstrap->picks);
    gg_free(bootstrap->means);
    gg_free(bootstrap->sums);
    gg_free(bootstrap->counts);
    *bootstrap = (gg_bootstrap){0};
}

static gg_status no_memory(size_t n, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "bootstrap of %zu values: out of memory", n);
}

gg_status gg_bootstrap_begin(gg_bootstrap *bootstrap, size_t most, gg_error *err) {
    bootstrap->n = 0;
    if (most > UINT32_MAX)
        return no_memory(most, err);
    if (bootstrap->means == NULL)
        bootstrap->means = gg_alloc(GG_BOOTSTRAP_RESAMPLES, sizeof *bootstrap->means);
    if (most > bootstrap->room || bootstrap->sums == NULL || bootstrap->counts == NULL) {
        gg_free(bootstrap->sums);
        gg_free(bootstrap->counts);
        bootstrap->sums = gg_alloc(most, sizeof *bootstrap->sums);
        bootstrap->counts = gg_alloc(most, sizeof *bootstrap->counts);
        bootstrap->room = most;
    }
    return bootstrap->means != NULL && bootstrap->sums != NULL && bootstrap->counts != NULL
               ? GG_OK
               : no_memory(most, err);
}

void gg_bootstrap_add(gg_bootstrap *bootstrap, bool same_cluster, double value) {
    if (!same_cluster || bootstrap->n == 0) {
        bootstrap->sums[bootstrap->n] = 0.0;
        bootstrap->counts[bootstrap->n++] = 0.0;
    }
    bootstrap->sums[bootstrap->n - 1] += value;
    bootstrap->counts[bootstrap->n - 1] += 1.0;
}

static gg_status keep_picks(gg_bootstrap *bootstrap, gg_error *err) {
    size_t n = bootstrap->n;
    if (n > LARGEST_KEPT || (bootstrap->picks != NULL && bootstrap->kept == n))
        return GG_OK;
    gg_free(bootstrap->picks);
    bootstrap->kept = 0;
    bootstrap->picks = gg_alloc(n * GG_BOOTSTRAP_RESAMPLES, sizeof *bootstrap->picks);
    if (bootstrap->picks == NULL)
        return no_memory(n, err);
    bootstrap->kept = n;
    gg_rng rng = gg_rng_start(GG_BOOTSTRAP_SEED, 0, GG_STREAM_BOOTSTRAP);
    for (size_t k = 0; k < n * GG_BOOTSTRAP_RESAMPLES; k++)
        bootstrap->picks[k] = (uint16_t)gg_rng_next_below(&rng, (uint32_t)n);
    return GG_OK;
}

gg_status gg_bootstrap_end(gg_bootstrap *bootstrap, double *low, double *high, gg_error *err) {
    size_t n = bootstrap->n;
    *low = *high = NAN;
    if (n < 2)
        return GG_OK;
    GG_TRY(keep_picks(bootstrap, err));
    const uint16_t *kept = n <= LARGEST_KEPT ? bootstrap->picks : NULL;
    gg_rng rng = gg_rng_start(GG_BOOTSTRAP_SEED, 0, GG_STREAM_BOOTSTRAP);
    for (size_t b = 0; b < GG_BOOTSTRAP_RESAMPLES; b++) {
        double sum = 0.0, count = 0.0;
        for (size_t k = 0; k < n; k++) {
            uint32_t pick = kept != NULL ? *kept++ : gg_rng_next_below(&rng, (uint32_t)n);
            sum += bootstrap->sums[pick];
            count += bootstrap->counts[pick];
        }
        bootstrap->means[b] = sum / count;
    }
    gg_sort(bootstrap->means, GG_BOOTSTRAP_RESAMPLES);
    *low = gg_quantile(bootstrap->means, GG_BOOTSTRAP_RESAMPLES, 0.025);
    *high = gg_quantile(bootstrap->means, GG_BOOTSTRAP_RESAMPLES, 0.975);
    return GG_OK;
}

gg_status gg_bootstrap_mean(gg_bootstrap *bootstrap, const double *values, size_t n, double *low,
                            double *high, gg_error *err) {
    GG_TRY(gg_bootstrap_begin(bootstrap, n, err));
    for (size_t k = 0; k < n; k++)
        gg_bootstrap_add(bootstrap, false, values[k]);
    return gg_bootstrap_end(bootstrap, low, high, err);
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

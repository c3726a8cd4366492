/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/statistics/statistics.h"

#include <assert.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"

void gg_bootstrap_clear(gg_bootstrap *bootstrap) {
    for (size_t k = 0; k < GG_BOOTSTRAP_KEPT; k++)
        gg_free(bootstrap->kept[k].picks);
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

/* Resamples of `n` clusters; NULL when memory is short. */
static const uint16_t *picks_of(gg_bootstrap *bootstrap, size_t n) {
    for (size_t k = 0; k < GG_BOOTSTRAP_KEPT; k++)
        if (bootstrap->kept[k].n == n)
            return bootstrap->kept[k].picks;
    size_t at = bootstrap->next;
    bootstrap->next = (at + 1) % GG_BOOTSTRAP_KEPT;
    gg_free(bootstrap->kept[at].picks);
    bootstrap->kept[at].n = 0;
    uint16_t *picks = gg_alloc(n * GG_BOOTSTRAP_RESAMPLES, sizeof *picks);
    bootstrap->kept[at].picks = picks;
    if (picks == NULL)
        return NULL;
    bootstrap->kept[at].n = n;
    gg_rng rng = gg_rng_start(GG_BOOTSTRAP_SEED, 0, GG_STREAM_BOOTSTRAP);
    for (size_t k = 0; k < n * GG_BOOTSTRAP_RESAMPLES; k++)
        picks[k] = (uint16_t)gg_rng_next_below(&rng, (uint32_t)n);
    return picks;
}

/* Puts clusters that follow each other together until there are few enough. */
static void condense(gg_bootstrap *bootstrap) {
    size_t n = bootstrap->n, together = (n - 1) / GG_BOOTSTRAP_CLUSTERS + 1;
    for (size_t k = 0; together > 1 && k < n; k++) {
        double sum = bootstrap->sums[k], count = bootstrap->counts[k];
        bool first = k % together == 0;
        bootstrap->sums[k / together] = first ? sum : bootstrap->sums[k / together] + sum;
        bootstrap->counts[k / together] = first ? count : bootstrap->counts[k / together] + count;
    }
    bootstrap->n = (n - 1) / together + 1;
}

static bool all_equal(const double *values, size_t n) {
    for (size_t k = 1; k < n; k++)
        if (values[k] != values[0])
            return false;
    return true;
}

/* Resamples side by side, as each waits for its own sum; the order of each sum is that of its
 * picks. */
enum { LANES = 8 };

static void add_up(const uint16_t *picks, size_t n, const double *values, double sums[LANES]) {
    double sum[LANES] = {0};
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < LANES; j++)
            sum[j] += values[picks[j * n + k]];
    for (size_t j = 0; j < LANES; j++)
        sums[j] = sum[j];
}

gg_status gg_bootstrap_end(gg_bootstrap *bootstrap, double *low, double *high, gg_error *err) {
    static_assert(GG_BOOTSTRAP_RESAMPLES % LANES == 0, "resamples fill the lanes");
    *low = *high = NAN;
    if (bootstrap->n < 2)
        return GG_OK;
    condense(bootstrap);
    size_t n = bootstrap->n;
    const uint16_t *picks = picks_of(bootstrap, n);
    if (picks == NULL)
        return no_memory(n, err);
    /* Counts are whole numbers: a sum of equal ones is exact. */
    bool same = all_equal(bootstrap->counts, n);
    for (size_t b = 0; b < GG_BOOTSTRAP_RESAMPLES; b += LANES) {
        double sums[LANES], counts[LANES];
        add_up(picks + b * n, n, bootstrap->sums, sums);
        if (!same)
            add_up(picks + b * n, n, bootstrap->counts, counts);
        for (size_t j = 0; j < LANES; j++)
            bootstrap->means[b + j] =
                sums[j] / (same ? bootstrap->counts[0] * (double)n : counts[j]);
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

/* Bits in the order of the numbers: of negative ones all are turned, of others the sign. */
static uint64_t key_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key) {
    double value;
    key = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    memcpy(&value, &key, sizeof value);
    return value;
}

enum { RADIX = 256, DIGITS = 8 };

/* One digit after the other, from the last on; the keys end in `keys` or in `other`. */
static const uint64_t *sort_keys(uint64_t *keys, uint64_t *other, size_t n) {
    for (size_t d = 0; d < DIGITS; d++) {
        size_t first[RADIX] = {0}, at = 0;
        for (size_t k = 0; k < n; k++)
            first[keys[k] >> 8 * d & (RADIX - 1)]++;
        if (first[keys[0] >> 8 * d & (RADIX - 1)] == n)
            continue;
        for (size_t r = 0; r < RADIX; r++) {
            size_t count = first[r];
            first[r] = at;
            at += count;
        }
        for (size_t k = 0; k < n; k++)
            other[first[keys[k] >> 8 * d & (RADIX - 1)]++] = keys[k];
        uint64_t *swapped = keys;
        keys = other;
        other = swapped;
    }
    return keys;
}

void gg_sort(double *values, size_t n) {
    uint64_t *keys = n > RADIX ? gg_alloc(n, 2 * sizeof *keys) : NULL;
    if (keys == NULL) {
        gsl_sort(values, 1, n);
        return;
    }
    for (size_t k = 0; k < n; k++)
        keys[k] = key_of(values[k]);
    const uint64_t *sorted = sort_keys(keys, keys + n, n);
    for (size_t k = 0; k < n; k++)
        values[k] = value_of(sorted[k]);
    gg_free(keys);
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

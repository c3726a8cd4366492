/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Percentile bootstrap of the measures of an uncertainty, and of what a threshold does.
 */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "data/evaluate/evaluate_uncertainty.h"
#include "data/evaluate/resampling.h"
#include "models/base/alloc.h"

static const double LOWER = 0.025, UPPER = 0.975;

/* Sorts the values that are defined; `values` may be reordered. */
static void interval(double *values, size_t n, gg_estimate *estimate) {
    size_t kept = 0;
    for (size_t k = 0; k < n; k++)
        if (!isnan(values[k]))
            values[kept++] = values[k];
    if (kept == 0 || isnan(estimate->value))
        return;
    gsl_sort(values, 1, kept);
    estimate->low = gsl_stats_quantile_from_sorted_data(values, 1, kept, LOWER);
    estimate->high = gsl_stats_quantile_from_sorted_data(values, 1, kept, UPPER);
}

/* The `n_values` (GG_N_METRICS at most) values that `compute` finds of each ranking, with their
 * intervals. */
static gg_status estimate(const gg_ranking *rankings, size_t n, gg_measure_fn compute,
                          const void *context, size_t n_values, uint64_t seed, uint32_t resamples,
                          gg_estimate *estimates, gg_error *err) {
    double values[GG_N_METRICS];
    for (size_t k = 0; k < n; k++) {
        compute(&rankings[k], context, values);
        for (size_t m = 0; m < n_values; m++)
            estimates[k * n_values + m] = (gg_estimate){values[m], NAN, NAN};
    }
    if (resamples == 0)
        return GG_OK;
    double *drawn = gg_alloc(resamples, n * n_values * sizeof *drawn);
    if (drawn == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %u resamples", resamples);
    gg_status status =
        gg_resample_measure(rankings, n, seed, resamples, compute, context, n_values, drawn, err);
    for (size_t m = 0; status == GG_OK && m < n * n_values; m++)
        interval(drawn + m * resamples, resamples, &estimates[m]);
    gg_free(drawn);
    return status;
}

static void metrics_of(const gg_ranking *r, const void *n_bins, double *values) {
    gg_metrics_compute(r, *(const size_t *)n_bins, values);
}

gg_status gg_metrics_estimate_all(const gg_ranking *rankings, size_t n, size_t n_bins,
                                  uint64_t seed, uint32_t resamples, gg_estimate *estimates,
                                  gg_error *err) {
    return estimate(rankings, n, metrics_of, &n_bins, GG_N_METRICS, seed, resamples, estimates,
                    err);
}

gg_status gg_metrics_estimate(gg_ranking *ranking, size_t n_bins, uint64_t seed, uint32_t resamples,
                              gg_estimate estimates[GG_N_METRICS], gg_error *err) {
    return gg_metrics_estimate_all(ranking, 1, n_bins, seed, resamples, estimates, err);
}

/* Share offloaded, and accuracy. Values are 0 for queries that are kept and 1 for the others. */
static void use_of(const gg_ranking *r, const void *context, double *values) {
    (void)context;
    double away = 0.0, right = 0.0;
    for (size_t g = 0; g < r->n_groups; g++) {
        const gg_rank_group *group = &r->groups[g];
        bool is_away = group->value > 0.0;
        away += is_away ? group->count : 0.0;
        right += is_away ? group->llm_correct : group->count - group->wrong;
    }
    values[0] = away / r->count;
    values[1] = r->has_llm ? right / r->count : NAN;
}

gg_status gg_offloading_estimate(const double *score, const uint8_t *wrong,
                                 const uint8_t *llm_correct, size_t n, double threshold,
                                 uint64_t seed, uint32_t resamples, gg_estimate *offloaded,
                                 gg_estimate *accuracy, gg_error *err) {
    gg_ranking ranking;
    gg_estimate both[2];
    double *away = gg_alloc(n, sizeof *away);
    if (away == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu queries", n);
    for (size_t i = 0; i < n; i++)
        away[i] = score[i] > threshold;
    gg_status status = gg_ranking_init(&ranking, away, wrong, llm_correct, n, err);
    gg_free(away);
    GG_TRY(status);
    status = estimate(&ranking, 1, use_of, NULL, 2, seed, resamples, both, err);
    gg_ranking_clear(&ranking);
    *offloaded = both[0];
    *accuracy = both[1];
    return status;
}

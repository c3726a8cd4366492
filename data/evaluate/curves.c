/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/curves.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "data/evaluate/ranking_copy.h"
#include "data/evaluate/resampling.h"
#include "models/base/alloc.h"

void gg_risk_curve(const gg_ranking *r, double values[GG_CURVE_POINTS]) {
    double below = 0.0, wrong = 0.0;
    size_t g = 0;
    for (size_t c = 0; c < GG_CURVE_POINTS; c++) {
        double position = (double)(c + 1) / GG_CURVE_POINTS * r->count;
        while (g < r->n_groups && below + r->groups[g].count < position) {
            below += r->groups[g].count;
            wrong += r->groups[g++].wrong;
        }
        bool inside = g < r->n_groups && r->groups[g].count > 0.0;
        double part = inside ? (position - below) / r->groups[g].count : 0.0;
        values[c] = (wrong + (inside ? part * r->groups[g].wrong : 0.0)) / position;
    }
}

void gg_roc_curve(const gg_ranking *r, double values[GG_CURVE_POINTS]) {
    double right = r->count - r->wrong, flagged = 0.0, found = 0.0;
    size_t g = r->n_groups;
    for (size_t c = 0; c < GG_CURVE_POINTS; c++) {
        double wanted = (double)(c + 1) / GG_CURVE_POINTS * right, part = 0.0;
        while (g > 0) {
            const gg_rank_group *group = &r->groups[g - 1];
            double group_right = group->count - group->wrong;
            if (flagged + group_right >= wanted) {
                part = group_right > 0.0 ? group->wrong * ((wanted - flagged) / group_right) : 0.0;
                break;
            }
            flagged += group_right;
            found += group->wrong;
            g--;
        }
        values[c] = right > 0.0 && r->wrong > 0.0 ? (found + part) / r->wrong : NAN;
    }
}

/* 95 % percentile interval of the values that are known, which are reordered. */
static void percentiles(double *values, size_t n, double *low, double *high) {
    size_t kept = 0;
    for (size_t k = 0; k < n; k++)
        if (!isnan(values[k]))
            values[kept++] = values[k];
    *low = *high = NAN;
    if (kept == 0)
        return;
    gsl_sort(values, 1, kept);
    *low = gsl_stats_quantile_from_sorted_data(values, 1, kept, 0.025);
    *high = gsl_stats_quantile_from_sorted_data(values, 1, kept, 0.975);
}

static gg_status no_memory(uint32_t resamples, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory for %u resamples", resamples);
}

/* Measures, then the risks, then the ROC. */
enum { RISK = GG_N_METRICS, ROC = RISK + GG_CURVE_POINTS, N_ORDER = ROC + GG_CURVE_POINTS };

static void measure_order(const gg_ranking *r, const void *n_bins, double *values) {
    gg_metrics_compute(r, *(const size_t *)n_bins, values);
    gg_risk_curve(r, values + RISK);
    gg_roc_curve(r, values + ROC);
}

static void find_intervals(double *drawn, uint32_t resamples, gg_estimate *metrics, gg_band *risk,
                           gg_band *roc) {
    for (size_t m = 0; m < GG_N_METRICS; m++)
        if (!isnan(metrics[m].value))
            percentiles(drawn + m * resamples, resamples, &metrics[m].low, &metrics[m].high);
    for (size_t c = 0; c < GG_CURVE_POINTS; c++) {
        percentiles(drawn + (RISK + c) * resamples, resamples, &risk->low[c], &risk->high[c]);
        percentiles(drawn + (ROC + c) * resamples, resamples, &roc->low[c], &roc->high[c]);
    }
}

gg_status gg_order_estimate(const gg_ranking *r, size_t n_bins, uint64_t seed, uint32_t resamples,
                            gg_estimate metrics[GG_N_METRICS], gg_band *risk, gg_band *roc,
                            gg_error *err) {
    double values[GG_N_METRICS];
    gg_status status = GG_OK;
    double *drawn = gg_alloc(resamples, N_ORDER * sizeof *drawn);
    if (drawn == NULL)
        return no_memory(resamples, err);
    gg_metrics_compute(r, n_bins, values);
    for (size_t m = 0; m < GG_N_METRICS; m++)
        metrics[m] = (gg_estimate){values[m], NAN, NAN};
    if (resamples > 0)
        status =
            gg_resample_measure(r, 1, seed, resamples, measure_order, &n_bins, N_ORDER, drawn, err);
    if (status == GG_OK)
        find_intervals(drawn, resamples, metrics, risk, roc);
    gg_free(drawn);
    return status;
}

gg_status gg_auroc_compare(const gg_ranking *rankings, size_t n, uint64_t seed, uint32_t resamples,
                           gg_estimate *auroc, gg_estimate *behind, gg_error *err) {
    size_t best = 0;
    double *drawn = gg_alloc(resamples, (n + 1) * sizeof *drawn);
    if (drawn == NULL)
        return no_memory(resamples, err);
    double *lag = drawn + n * resamples;
    for (size_t k = 0; k < n; k++) {
        auroc[k].value = gg_ranking_area(&rankings[k], rankings[k].times);
        best = auroc[k].value > auroc[best].value ? k : best;
    }
    gg_status status = gg_resample_areas(rankings, n, seed, resamples, drawn, err);
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        behind[k].value = auroc[best].value - auroc[k].value;
        for (uint32_t b = 0; b < resamples; b++)
            lag[b] = drawn[best * resamples + b] - drawn[k * resamples + b];
        percentiles(lag, resamples, &behind[k].low, &behind[k].high);
    }
    for (size_t k = 0; status == GG_OK && k < n; k++)
        percentiles(drawn + k * resamples, resamples, &auroc[k].low, &auroc[k].high);
    gg_free(drawn);
    return status;
}

void gg_share_interval(double found, double count, double *low, double *high) {
    const double z = 1.959963984540054;
    double p = found / count, centre = (p + z * z / (2.0 * count)) / (1.0 + z * z / count);
    double half =
        z / (1.0 + z * z / count) * sqrt(p * (1.0 - p) / count + z * z / (4.0 * count * count));
    *low = count > 0.0 ? fmax(0.0, centre - half) : NAN;
    *high = count > 0.0 ? fmin(1.0, centre + half) : NAN;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/curves.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

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

gg_status gg_curve_band(gg_ranking *r, gg_curve_fn curve, uint64_t seed, uint32_t resamples,
                        double low[GG_CURVE_POINTS], double high[GG_CURVE_POINTS], gg_error *err) {
    double *drawn = gg_alloc(resamples, GG_CURVE_POINTS * sizeof *drawn);
    double values[GG_CURVE_POINTS];
    if (drawn == NULL)
        return no_memory(resamples, err);
    for (uint32_t b = 0; b < resamples; b++) {
        gg_ranking_resample(r, seed, b);
        curve(r, values);
        for (size_t c = 0; c < GG_CURVE_POINTS; c++)
            drawn[c * resamples + b] = values[c];
    }
    for (size_t c = 0; c < GG_CURVE_POINTS; c++)
        percentiles(drawn + c * resamples, resamples, &low[c], &high[c]);
    if (resamples > 0)
        gg_ranking_restore(r);
    gg_free(drawn);
    return GG_OK;
}

/* Mann-Whitney, equal values count one half. */
static double area_of(const gg_ranking *r) {
    double wins = 0.0, right_below = 0.0, right = r->count - r->wrong;
    for (size_t g = 0; g < r->n_groups; g++) {
        double group_right = r->groups[g].count - r->groups[g].wrong;
        wins += r->groups[g].wrong * (right_below + 0.5 * group_right);
        right_below += group_right;
    }
    return right > 0.0 && r->wrong > 0.0 ? wins / (r->wrong * right) : NAN;
}

gg_status gg_auroc_compare(gg_ranking *rankings, size_t n, uint64_t seed, uint32_t resamples,
                           gg_estimate *auroc, gg_estimate *behind, gg_error *err) {
    size_t best = 0;
    double *drawn = gg_alloc(resamples, (n + 1) * sizeof *drawn);
    if (drawn == NULL)
        return no_memory(resamples, err);
    double *lag = drawn + n * resamples;
    for (size_t k = 0; k < n; k++) {
        auroc[k].value = area_of(&rankings[k]);
        best = auroc[k].value > auroc[best].value ? k : best;
        for (uint32_t b = 0; b < resamples; b++) {
            gg_ranking_resample(&rankings[k], seed, b);
            drawn[k * resamples + b] = area_of(&rankings[k]);
        }
        if (resamples > 0)
            gg_ranking_restore(&rankings[k]);
    }
    for (size_t k = 0; k < n; k++) {
        behind[k].value = auroc[best].value - auroc[k].value;
        for (uint32_t b = 0; b < resamples; b++)
            lag[b] = drawn[best * resamples + b] - drawn[k * resamples + b];
        percentiles(lag, resamples, &behind[k].low, &behind[k].high);
    }
    for (size_t k = 0; k < n; k++)
        percentiles(drawn + k * resamples, resamples, &auroc[k].low, &auroc[k].high);
    gg_free(drawn);
    return GG_OK;
}

void gg_share_interval(double found, double count, double *low, double *high) {
    const double z = 1.959963984540054;
    double p = found / count, centre = (p + z * z / (2.0 * count)) / (1.0 + z * z / count);
    double half =
        z / (1.0 + z * z / count) * sqrt(p * (1.0 - p) / count + z * z / (4.0 * count * count));
    *low = count > 0.0 ? fmax(0.0, centre - half) : NAN;
    *high = count > 0.0 ? fmin(1.0, centre + half) : NAN;
}

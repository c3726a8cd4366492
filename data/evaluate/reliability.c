/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/reliability.h"

#include <math.h>

static double clip(double p) {
    return p < 0.0 ? 0.0 : p > 1.0 ? 1.0 : p;
}

/* Walks up the order statistics of a ranking, which must be asked for in ascending order. */
typedef struct walker {
    const gg_ranking *ranking;
    size_t group;
    double before; /* queries in the groups below */
} walker;

/* Forecast number `index` from below. */
static double order_statistic(walker *w, double index) {
    const gg_rank_group *groups = w->ranking->groups;
    while (w->group + 1 < w->ranking->n_groups && w->before + groups[w->group].count <= index)
        w->before += groups[w->group++].count;
    return clip(groups[w->group].value);
}

/* The k/B-quantile by whole-number arithmetic, so that no rounding moves a forecast that is an edge
 * to the bin above. */
static double quantile(walker *w, size_t k, size_t n_bins) {
    size_t last = (size_t)w->ranking->count - 1;
    size_t at = k * last / n_bins, rest = k * last % n_bins;
    double low = order_statistic(w, (double)at);
    if (rest == 0)
        return low;
    walker above = *w;
    double high = order_statistic(&above, (double)(at + 1));
    return low + (high - low) * ((double)rest / (double)n_bins);
}

static size_t equal_mass(const gg_ranking *ranking, size_t wanted, gg_reliability_bin *bins) {
    walker w = {.ranking = ranking};
    size_t n = 0;
    double low = quantile(&w, 0, wanted);
    for (size_t k = 1; k <= wanted; k++) {
        double high = quantile(&w, k, wanted);
        if (high > low || (k == wanted && n == 0)) {
            bins[n++] = (gg_reliability_bin){.low = low, .high = high};
            low = high;
        }
    }
    return n;
}

static size_t equal_width(size_t wanted, gg_reliability_bin *bins) {
    for (size_t k = 0; k < wanted; k++)
        bins[k] = (gg_reliability_bin){.low = (double)k / (double)wanted,
                                       .high = (double)(k + 1) / (double)wanted};
    return wanted;
}

size_t gg_reliability(const gg_ranking *ranking, gg_binning binning, size_t wanted,
                      gg_reliability_bin bins[GG_MAX_BINS]) {
    size_t n =
        binning == GG_EQUAL_WIDTH ? equal_width(wanted, bins) : equal_mass(ranking, wanted, bins);
    size_t b = 0;
    for (size_t g = 0; g < ranking->n_groups; g++) {
        const gg_rank_group *group = &ranking->groups[g];
        double p = clip(group->value);
        while (b + 1 < n && p > bins[b].high)
            b++;
        bins[b].count += group->count;
        bins[b].forecast += group->count * p;
        bins[b].observed += group->wrong;
    }
    for (b = 0; b < n; b++) {
        bins[b].forecast = bins[b].count > 0.0 ? bins[b].forecast / bins[b].count : NAN;
        bins[b].observed = bins[b].count > 0.0 ? bins[b].observed / bins[b].count : NAN;
    }
    return n;
}

double gg_calibration_error(const gg_reliability_bin *bins, size_t n_bins) {
    double error = 0.0, count = 0.0;
    for (size_t b = 0; b < n_bins; b++) {
        count += bins[b].count;
        if (bins[b].count > 0.0)
            error += bins[b].count * fabs(bins[b].forecast - bins[b].observed);
    }
    return count > 0.0 ? error / count : NAN;
}

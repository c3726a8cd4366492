/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reference kernel: float64 throughout, compensated sums, two passes over a row that is widened
 * a cache-sized tile at a time.
 */
#include "data/uncertainty/kernels/row_stats.h"

#include <math.h>

enum { TILE = 1024 };

static bool always(void) {
    return true;
}

/* Neumaier's compensated sum. */
typedef struct sum {
    double total, lost;
} sum;

static inline void add(sum *s, double term) {
    double total = s->total + term;
    if (fabs(s->total) >= fabs(term))
        s->lost += (s->total - total) + term;
    else
        s->lost += (term - total) + s->total;
    s->total = total;
}

static inline double value(const sum *s) {
    return s->total + s->lost;
}

static bool find_fault(gg_row_stats *stats, size_t at, double logit) {
    if (logit < INFINITY)
        return false;
    stats->fault = isnan(logit) ? GG_ROW_NAN : GG_ROW_INFINITE;
    stats->fault_at = at;
    return true;
}

/* Largest two, the list of the largest, and faults. */
static void rank_row(gg_dtype dtype, const void *row, size_t width, gg_top_list *top,
                     gg_row_stats *stats) {
    double tile[TILE];
    stats->max = stats->second = -INFINITY;
    for (size_t first = 0; first < width; first += TILE) {
        size_t n = width - first < TILE ? width - first : TILE;
        gg_widen(dtype, row, first, n, tile);
        for (size_t k = 0; k < n; k++) {
            double logit = tile[k];
            if (find_fault(stats, first + k, logit))
                return;
            if (logit > stats->max) {
                stats->second = stats->max;
                stats->max = logit;
            } else if (logit > stats->second) {
                stats->second = logit;
            }
            if (top != NULL && gg_top_list_wants(top, logit))
                gg_top_list_offer(top, logit, (int64_t)(first + k));
        }
    }
    if (stats->max == -INFINITY)
        stats->fault = GG_ROW_ALL_MASKED;
}

static void sum_row(gg_dtype dtype, const void *row, size_t width, double temperature, bool moments,
                    gg_row_stats *stats) {
    double tile[TILE];
    sum exp_sum = {0}, entropy_sum = {0}, square_sum = {0};
    for (size_t first = 0; first < width; first += TILE) {
        size_t n = width - first < TILE ? width - first : TILE;
        gg_widen(dtype, row, first, n, tile);
        for (size_t k = 0; k < n; k++) {
            /* The difference first: exact where it matters, and finite quotients at any scale. */
            double x = (tile[k] - stats->max) / temperature;
            double weight = exp(x);
            if (weight == 0.0)
                continue;
            add(&exp_sum, weight);
            if (!moments)
                continue;
            add(&entropy_sum, x * weight);
            add(&square_sum, weight * weight);
        }
    }
    stats->exp_sum = value(&exp_sum);
    if (moments) {
        stats->entropy_sum = value(&entropy_sum);
        stats->square_sum = value(&square_sum);
    }
}

static void compute(gg_dtype dtype, const void *row, size_t width, const gg_row_request *request,
                    gg_row_stats *stats) {
    *stats = (gg_row_stats){.fault = GG_ROW_SOUND,
                            .exp_sum = NAN,
                            .entropy_sum = NAN,
                            .square_sum = NAN,
                            .token_logit = NAN};
    if (request->top != NULL)
        request->top->count = 0;
    rank_row(dtype, row, width, request->top, stats);
    if (stats->fault != GG_ROW_SOUND)
        return;
    if (request->need >= GG_ROW_SUM)
        sum_row(dtype, row, width, request->temperature, request->need == GG_ROW_MOMENTS, stats);
    if (request->token >= 0) {
        double logit;
        gg_widen(dtype, row, (size_t)request->token, 1, &logit);
        stats->token_logit = (logit - stats->max) / request->temperature;
    }
    if (request->top != NULL)
        gg_top_list_sort(request->top);
}

#define INLINE static inline
#define VECTOR
#include "data/uncertainty/kernels/row_stats_rows.inc"

const gg_row_kernels gg_row_kernels_scalar = {.name = "scalar", .usable = always, .row = ROWS};

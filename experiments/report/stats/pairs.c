/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/pairs.h"

#include <math.h>

#include "models/base/alloc.h"

static const double EQUAL_S = 1e-12;

static double difference(double a, double b) {
    if (a == b || fabs(a - b) <= EQUAL_S)
        return 0.0;
    if (isinf(a) || isinf(b))
        return isinf(a) ? 1.0 : -1.0;
    double relative = (a - b) / (a + b);
    return fabs(relative) < 0.5 * GG_TIE ? 0.0 : relative;
}

static double ratio(double a, double b) {
    return a == b ? 1.0 : b == 0.0 ? INFINITY : a / b;
}

typedef struct scratch {
    double *differences;
    double *ratios;
} scratch;

static gg_status compare(const gg_summary *summary, const gg_lineup *lineup, gg_pair *pair,
                         scratch work, gg_error *err) {
    size_t n = 0;
    for (size_t i = lineup->first[pair->panel]; i < lineup->first[pair->panel + 1]; i++) {
        const gg_row *a = gg_lineup_row(summary, lineup, i, pair->a);
        const gg_row *b = gg_lineup_row(summary, lineup, i, pair->b);
        if (!gg_row_is_allowed(a) || !gg_row_is_allowed(b))
            continue;
        double d = difference(a->objective_s, b->objective_s);
        pair->wins += d < 0.0;
        pair->ties += d == 0.0;
        pair->losses += d > 0.0;
        work.differences[n] = d;
        work.ratios[n++] = ratio(a->objective_s, b->objective_s);
    }
    pair->compared = n;
    gg_sort(work.ratios, n);
    pair->median_ratio = gg_quantile(work.ratios, n, 0.5);
    return gg_signed_rank_test(work.differences, n, &pair->test, err);
}

gg_status gg_pairs_compute(const gg_summary *summary, const gg_lineup *lineup, gg_pairs *out,
                           gg_error *err) {
    size_t n = summary->n_strategies, most;
    *out = (gg_pairs){0};
    scratch work = {.differences = gg_alloc(lineup->n_instances, sizeof(double)),
                    .ratios = gg_alloc(lineup->n_instances, sizeof(double))};
    gg_status status = GG_OK;
    if (gg_size_multiply(n * (n - 1) / 2, summary->n_panels, &most) == 0)
        out->items = gg_alloc(most, sizeof *out->items);
    if (work.differences == NULL || work.ratios == NULL || out->items == NULL)
        status = gg_fail(err, GG_E_NOMEM, "paired comparisons: out of memory");
    for (size_t p = 0; status == GG_OK && p < summary->n_panels; p++)
        for (size_t a = 0; status == GG_OK && a < n; a++)
            for (size_t b = a + 1; status == GG_OK && b < n; b++) {
                gg_pair *pair = &out->items[out->count++];
                *pair = (gg_pair){.panel = p, .a = a, .b = b};
                status = compare(summary, lineup, pair, work, err);
            }
    gg_free(work.differences);
    gg_free(work.ratios);
    if (status != GG_OK)
        gg_pairs_clear(out);
    return status;
}

void gg_pairs_clear(gg_pairs *pairs) {
    gg_free(pairs->items);
    *pairs = (gg_pairs){0};
}

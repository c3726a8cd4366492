/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/pairs.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

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

/* The difference of one instance. */
typedef struct difference_of {
    const gg_row *row;
    double value;
} difference_of;

typedef struct scratch {
    difference_of *instances;
    double *draws;
    double *ratios;
} scratch;

static int compare_draws(const void *left, const void *right) {
    const difference_of *a = left, *b = right;
    int order = gg_compare_draws(a->row, b->row);
    if (order != 0)
        return order;
    GG_COMPARE(a->value, b->value);
    return 0;
}

/* Instances of one draw share users and channels: a test that counts them one by one is sure of
 * anything. Each draw speaks once, with the mean of its instances. */
static size_t mean_by_draw(scratch work, size_t n) {
    size_t draws = 0;
    if (n > 0)
        qsort(work.instances, n, sizeof *work.instances, compare_draws);
    for (size_t first = 0, end; first < n; first = end) {
        double sum = 0.0;
        for (end = first; end < n; end++) {
            if (gg_compare_draws(work.instances[first].row, work.instances[end].row) != 0)
                break;
            sum += work.instances[end].value;
        }
        work.draws[draws++] = sum / (double)(end - first);
    }
    return draws;
}

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
        work.instances[n] = (difference_of){a, d};
        work.ratios[n++] = ratio(a->objective_s, b->objective_s);
    }
    pair->compared = n;
    gg_sort(work.ratios, n);
    pair->median_ratio = gg_quantile(work.ratios, n, 0.5);
    pair->draws = mean_by_draw(work, n);
    GG_TRY(gg_signed_rank_test(work.draws, pair->draws, &pair->test, err));
    if (pair->test.n < GG_FEWEST_DRAWS)
        pair->test.p = NAN;
    return GG_OK;
}

gg_status gg_pairs_compute(const gg_summary *summary, const gg_lineup *lineup, gg_pairs *out,
                           gg_error *err) {
    size_t n = summary->n_strategies, most;
    *out = (gg_pairs){0};
    scratch work = {.instances = gg_alloc(lineup->n_instances, sizeof *work.instances),
                    .draws = gg_alloc(lineup->n_instances, sizeof(double)),
                    .ratios = gg_alloc(lineup->n_instances, sizeof(double))};
    gg_status status = GG_OK;
    if (gg_size_multiply(n * (n - 1) / 2, summary->n_panels, &most) == 0)
        out->items = gg_alloc(most, sizeof *out->items);
    if (work.instances == NULL || work.draws == NULL || work.ratios == NULL || out->items == NULL)
        status = gg_fail(err, GG_E_NOMEM, "paired comparisons: out of memory");
    for (size_t p = 0; status == GG_OK && p < summary->n_panels; p++)
        for (size_t a = 0; status == GG_OK && a < n; a++)
            for (size_t b = a + 1; status == GG_OK && b < n; b++) {
                gg_pair *pair = &out->items[out->count++];
                *pair = (gg_pair){.panel = p, .a = a, .b = b};
                status = compare(summary, lineup, pair, work, err);
            }
    gg_free(work.instances);
    gg_free(work.draws);
    gg_free(work.ratios);
    if (status != GG_OK)
        gg_pairs_clear(out);
    return status;
}

void gg_pairs_clear(gg_pairs *pairs) {
    gg_free(pairs->items);
    *pairs = (gg_pairs){0};
}

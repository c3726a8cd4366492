/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/gaps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

static const double EQUAL_S = 1e-12;

/* What the rows of one instance know together. */
typedef struct reference {
    double best_s;  /* smallest objective of a decision that respects tau; infinite without one */
    double bound_s; /* largest lower bound; 0 without one */
    bool proven;
    bool infeasible;
} reference;

int gg_compare_draws(const gg_row *a, const gg_row *b) {
    GG_COMPARE(a->seed, b->seed);
    GG_COMPARE(a->run, b->run);
    return 0;
}

static int compare_networks(const gg_row *a, const gg_row *b) {
    int order = gg_compare_draws(a, b);
    if (order != 0)
        return order;
    GG_COMPARE(a->n_users, b->n_users);
    GG_COMPARE(a->n_servers, b->n_servers);
    return strcmp(a->preset, b->preset);
}

static int compare_instances(const gg_row *a, const gg_row *b) {
    int order = compare_networks(a, b);
    if (order != 0)
        return order;
    GG_COMPARE(a->tau, b->tau);
    return strcmp(a->objective, b->objective);
}

static int compare(const void *left, const void *right) {
    const gg_row *a = *(const gg_row *const *)left, *b = *(const gg_row *const *)right;
    int order = compare_instances(a, b);
    if (order == 0)
        GG_COMPARE(a, b);
    return order;
}

static bool has_decision(const gg_row *row) {
    return strcmp(row->status, "infeasible") != 0 && strcmp(row->status, "failed") != 0 &&
           !isnan(row->objective_s);
}

static reference refer(const gg_row *const *unit, size_t count) {
    reference ref = {.best_s = INFINITY};
    for (size_t k = 0; k < count; k++) {
        const gg_row *row = unit[k];
        if (strcmp(row->status, "infeasible") == 0)
            ref.infeasible = true;
        if (!has_decision(row))
            continue;
        if (row->tau_violations == 0 && row->objective_s < ref.best_s)
            ref.best_s = row->objective_s;
        if (gg_row_is_held(row))
            continue;
        if (row->lower_bound_s > ref.bound_s)
            ref.bound_s = row->lower_bound_s;
        if (strcmp(row->status, "optimal") == 0)
            ref.proven = true;
    }
    return ref;
}

/* f / reference - 1, with the rules for zero and infinity. */
static double ratio(double f, double to) {
    if (fabs(f - to) <= EQUAL_S || f == to)
        return 0.0;
    return to > 0.0 ? f / to - 1.0 : INFINITY;
}

static gg_row_gap gap_of(const gg_row *row, const reference *ref) {
    gg_row_gap gap = {.kind = GG_GAP_NONE, .value = NAN, .low = NAN, .high = NAN, .best_s = NAN};
    if (!has_decision(row))
        return gap;
    double f = row->objective_s;
    gap.best_s = ref->best_s;
    gap.breaks_tau = row->tau_violations > 0;
    if (!ref->proven) {
        gap.kind = GG_GAP_INTERVAL;
        gap.low = ratio(f, ref->best_s);
        gap.high = ratio(f, ref->bound_s);
    } else if (ref->best_s == 0.0 && f > EQUAL_S) {
        gap.kind = GG_GAP_UNDEFINED;
    } else {
        gap.kind = GG_GAP_PROVEN;
        gap.value = ratio(f, ref->best_s);
    }
    return gap;
}

static void count_unit(const reference *ref, gg_gap_counts *counts) {
    counts->units++;
    counts->proven += ref->proven;
    counts->infeasible += ref->infeasible;
    counts->conflicts += ref->best_s < ref->bound_s * (1.0 - 1e-9) - EQUAL_S;
}

gg_status gg_gaps_compute(const gg_row *rows, size_t count, gg_row_gap *gaps, gg_gap_counts *counts,
                          gg_error *err) {
    *counts = (gg_gap_counts){0};
    const gg_row **order = gg_alloc(count, sizeof *order);
    if (order == NULL)
        return gg_fail(err, GG_E_NOMEM, "gaps of %zu rows: out of memory", count);
    for (size_t k = 0; k < count; k++)
        order[k] = &rows[k];
    qsort(order, count, sizeof *order, compare);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && compare_instances(order[first], order[end]) == 0;)
            end++;
        counts->draws += first == 0 || gg_compare_draws(order[first - 1], order[first]) != 0;
        counts->networks += first == 0 || compare_networks(order[first - 1], order[first]) != 0;
        reference ref = refer(order + first, end - first);
        count_unit(&ref, counts);
        for (size_t k = first; k < end; k++)
            gaps[order[k] - rows] = gap_of(order[k], &ref);
    }
    gg_free(order);
    return GG_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/row_set.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

gg_status gg_row_set_init(gg_row_set *set, const gg_results *results, const gg_row_gap *gaps,
                          gg_error *err) {
    *set = (gg_row_set){.results = results, .gaps = gaps};
    set->index = gg_alloc(results->count, sizeof *set->index);
    set->scratch = gg_alloc(results->count, sizeof *set->scratch);
    if (set->index == NULL || set->scratch == NULL)
        return gg_fail(err, GG_E_NOMEM, "statistics of %zu rows: out of memory", results->count);
    return GG_OK;
}

void gg_row_set_clear(gg_row_set *set) {
    gg_bootstrap_clear(&set->bootstrap);
    gg_free(set->index);
    gg_free(set->scratch);
    *set = (gg_row_set){0};
}

void gg_row_set_empty(gg_row_set *set) {
    set->n = 0;
    set->n_allowed = 0;
}

void gg_row_set_add(gg_row_set *set, const size_t *rows, size_t n) {
    memcpy(set->index + set->n, rows, n * sizeof *rows);
    set->n += n;
}

/* By seed and run, then by what else tells rows of one strategy apart, so that sums come out the
 * same however the rows were stored. */
static int compare(const void *left, const void *right, void *context) {
    const gg_row *rows = context;
    size_t i = *(const size_t *)left, j = *(const size_t *)right;
    const gg_row *a = &rows[i], *b = &rows[j];
    GG_COMPARE(a->seed, b->seed);
    GG_COMPARE(a->run, b->run);
    GG_COMPARE(a->n_users, b->n_users);
    GG_COMPARE(a->n_servers, b->n_servers);
    GG_COMPARE(a->tau, b->tau);
    int order = strcmp(a->preset, b->preset);
    if (order == 0)
        order = strcmp(a->objective, b->objective);
    if (order != 0)
        return order;
    GG_COMPARE(i, j);
    return 0;
}

void gg_row_set_by_draw(gg_row_set *set) {
    size_t sorted = 1;
    while (sorted < set->n &&
           compare(&set->index[sorted - 1], &set->index[sorted], set->results->rows) < 0)
        sorted++;
    /* Rows of one group mostly stand in this order. */
    if (sorted < set->n)
        qsort_r(set->index, set->n, sizeof *set->index, compare, set->results->rows);
}

gg_status gg_row_set_measure(gg_row_set *set, gg_gap_stats *gaps, gg_delay_stats *delays,
                             gg_error *err) {
    const gg_row *rows = set->results->rows;
    gg_row_set_by_draw(set);
    GG_TRY(gg_delay_stats_compute(rows, set->index, set->n, &set->bootstrap, set->scratch, delays,
                                  err));
    return gg_gap_stats_compute(rows, set->gaps, set->index, set->n, &set->bootstrap, set->scratch,
                                &set->n_allowed, gaps, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A set of rows that is gathered and then measured, with the memory that takes.
 */
#pragma once

#include "experiments/report/stats/group_stats.h"

typedef struct gg_row_set {
    const gg_results *results; /* borrowed */
    const gg_row_gap *gaps;    /* borrowed; of every row */
    size_t n;
    size_t *index;    /* numbers of the rows in the set */
    double *scratch;  /* after gg_row_set_measure: the proven gaps of decisions that respect tau,
                         sorted */
    size_t n_allowed; /* of them */
    gg_bootstrap bootstrap;
} gg_row_set;

/* An empty set. Clear with gg_row_set_clear, also after a failure. Errors: GG_E_NOMEM. */
gg_status gg_row_set_init(gg_row_set *set, const gg_results *results, const gg_row_gap *gaps,
                          gg_error *err);
void gg_row_set_clear(gg_row_set *set);

void gg_row_set_empty(gg_row_set *set);

/* Adds `n` rows that are not in the set. */
void gg_row_set_add(gg_row_set *set, const size_t *rows, size_t n);

/* Orders the rows: those of one draw side by side, however they were stored or added. */
void gg_row_set_by_draw(gg_row_set *set);

/* Measures what is in the set; the order in which rows were added does not matter. Errors:
 * GG_E_NOMEM. */
gg_status gg_row_set_measure(gg_row_set *set, gg_gap_stats *gaps, gg_delay_stats *delays,
                             gg_error *err);

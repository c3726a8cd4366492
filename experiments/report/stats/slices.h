/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a strategy's gap, delay and accuracy change along one axis of the grid.
 */
#pragma once

#include "experiments/report/stats/row_set.h"

typedef enum gg_along { GG_BY_USERS, GG_BY_SERVERS, GG_BY_TAU, GG_N_ALONG } gg_along;

/* "users", "servers", "tau". */
const char *gg_along_name(gg_along along);

/* All rows of a panel that agree in one axis and the strategy. */
typedef struct gg_slice {
    gg_along along;
    double at;
    size_t strategy;
    gg_gap_stats gaps;
    gg_delay_stats delays;
} gg_slice;

typedef struct gg_slices {
    size_t count;
    gg_slice *items;             /* ordered by axis, place, strategy */
    size_t n_places[GG_N_ALONG]; /* distinct values of each axis */
} gg_slices;

/* The slices of `n_groups` groups of one panel. `set` is used and left in any state. Release with
 * gg_slices_clear. Errors: GG_E_NOMEM. */
gg_status gg_slices_compute(const gg_group *groups, size_t n_groups, gg_row_set *set,
                            gg_slices *out, gg_error *err);
void gg_slices_clear(gg_slices *slices);

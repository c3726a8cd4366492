/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the decisions of several networks together cannot be below: of each network the polygon over
 * its lines, of all the sum at one price for accuracy. Points of fronts have bounds of their own,
 * but each at another price: they do not add up.
 */
#pragma once

#include "solvers/front/tradeoff.h"

/* From one vertex of a network's polygon to the next. */
typedef struct gg_floor_edge {
    double accuracy, objective_s; /* what they rise by */
} gg_floor_edge;

/* Sums over the networks, objectives per query. */
typedef struct gg_front_floor {
    double accuracy, objective_s; /* where the level part ends */
    gg_floor_edge *edges;
    size_t count, capacity;
    size_t next; /* the edge that gg_front_floor_at has come to */
} gg_front_floor;

/* Adds a network by the lines of its front; none of its decisions is more accurate than `most`.
 * Errors: GG_E_NOMEM. */
gg_status gg_front_floor_add(gg_front_floor *floor, const gg_tradeoff *front, double most,
                             size_t n_users, gg_error *err);

/* Before the first question. */
void gg_front_floor_sort(gg_front_floor *floor);

/* No decisions whose accuracies sum to `accuracy` or more have a smaller sum of objectives per
 * query. Asked by rising accuracy. */
double gg_front_floor_at(gg_front_floor *floor, double accuracy);
void gg_front_floor_clear(gg_front_floor *floor);

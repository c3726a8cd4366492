/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interference a server can meet: every value, where its disturbers are few, else a grid.
 */
#pragma once

#include "solvers/bound/box.h"

/* Release with gg_interference_values_clear. */
typedef struct gg_interference_values {
    size_t count;       /* >= 1 */
    double *power;      /* count, rising, in power units, within the box's range */
    uint32_t *optional; /* count: which of the optional disturbers make it, by bit */
    bool complete;      /* these are all values; else a grid, and any value between them occurs */
    uint32_t *bit;      /* n: a user's bit in `optional`; 0 for those that have none */
} gg_interference_values;

/* The values of server j over a box. May be cleared whatever comes out. Errors:
 * GG_E_NOMEM. */
gg_status gg_interference_values_init(gg_interference_values *values,
                                      const gg_bound_problem *problem, const gg_box *box, size_t j,
                                      gg_error *err);
void gg_interference_values_clear(gg_interference_values *values);

/* The most that user i, being on the server, can meet from values first..last: those in which i
 * itself disturbs are not its own. Negative when there is none. */
double gg_interference_met(const gg_interference_values *values, size_t first, size_t last,
                           size_t i);

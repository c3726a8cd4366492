/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reduced costs of many users at any interference, logarithm included, in one vector pass.
 */
#pragma once

#include <stddef.h>

/* Columns of one server's users, 64-byte aligned and padded to GG_LANES. */
typedef struct gg_load_columns {
    const double *signal; /* power units */
    const double *bits;   /* w_i D_i / B_j */
    const double *work;
    const double *base; /* what the multipliers charge; INFINITY in the padding */
} gg_load_columns;

/* r_i = load bits_i / log2(1 + signal_i per_disturbance) + per_work work_i + base_i,
 * from below: the logarithm is taken too large, by up to 2e-12 of itself and 2^-50, which makes the
 * quotient no more than gg_cost_factor's. */
typedef void (*gg_load_costs_fn)(double *r, const gg_load_columns *columns, double load,
                                 double per_disturbance, double per_work, size_t padded);

/* Every variant the processor runs, plain first; they agree bit for bit. */
const gg_load_costs_fn *gg_load_costs_all(size_t *count);

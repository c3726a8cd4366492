/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The innermost steps of the balance bound, over the columns of one server's users. What user x
 * would cost the server elsewhere is e = mu power - price; it chooses min(e, cap): a cap of 0 lets
 * it stay home, an infinite one does not.
 */
#pragma once

#include <stddef.h>

#include "solvers/bound/threshold_kernel.h"

/* Arrays are 64-byte aligned and padded to a multiple of GG_LANES (threshold_kernel.h). */
typedef struct gg_elsewhere {
    const double *power, *price, *cap;
} gg_elsewhere;

/* What users cost on the server, at the two ends of some levels of its interference: load factor[x]
 * + per_work work[x] + base[x]. */
typedef struct gg_costs {
    double load, per_work;
    const double *factor[2], *work, *base;
} gg_costs;

typedef struct gg_balance_kernels {
    /* q[end][x] = costs less min(e, cap), and what of it is below t[end]. Returns the sum of
     * min(e, cap). */
    double (*choose)(double *const q[2], const gg_costs *costs, const gg_elsewhere *users,
                     double mu, const double t[2], size_t padded, gg_below below[2]);
    /* The sum of the powers of those who are elsewhere, not q < t, and e < cap; and how many are
     * below t. */
    void (*disturbance)(double *const q[2], const double t[2], const gg_elsewhere *users, double mu,
                        size_t padded, gg_below loud[2]);
    /* The sum of min(e, cap), and of the powers of those with e < cap. */
    void (*outside)(const gg_elsewhere *users, double mu, size_t padded, double *sum,
                    double *power);
    const char *name;
} gg_balance_kernels;

/* The sets this processor runs, the slowest first; *count of them. The same bits whichever it is.
 */
const gg_balance_kernels *const *gg_balance_kernels_all(size_t *count);

/* The fastest of them. */
const gg_balance_kernels *gg_balance_kernels_best(void);

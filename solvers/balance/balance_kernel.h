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

/* The sum of min(e, cap), and what of q is below a threshold. */
typedef struct gg_choice {
    double others;
    gg_below below;
} gg_choice;

typedef struct gg_balance_kernels {
    /* q[x] = load factor[x] + per_work work[x] + base[x] - min(e, cap). */
    gg_choice (*choose)(double *q, double load, const double *factor, double per_work,
                        const double *work, const double *base, const gg_elsewhere *users,
                        double mu, double t, size_t padded);
    /* The sum of the powers of those who are elsewhere: not q < t, and e < cap. */
    double (*disturbance)(const double *q, double t, const gg_elsewhere *users, double mu,
                          size_t padded);
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

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The innermost step of the Lagrangian bound: the sum of the k smallest of many values, as the dual
 * max over t of (sum of the r below t) + (k - how many these are) t. Every t gives a valid lower
 * bound, so the search for the best t may stop early, and nothing is ever sorted.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* Arrays are 64-byte aligned and padded to a multiple of GG_LANES. */
enum { GG_LANES = 8 };

static inline size_t gg_padded(size_t count) {
    return (count + GG_LANES - 1) / GG_LANES * GG_LANES;
}

/* The sum of the values below a threshold, and how many they are. */
typedef struct gg_below {
    double sum, count;
} gg_below;

/* What the dual says at t about the sum of the `wanted` smallest. Where more are below t it takes
 * off the digits that huge ones among them may cost. */
static inline double gg_dual_at(gg_below below, double wanted, double t) {
    double rest = (wanted - below.count) * t;
    double lost = below.count > wanted ? 0x1p-50 * (fabs(below.sum) + fabs(rest)) : 0.0;
    return below.sum + rest - lost;
}

/* The values on both sides of a threshold: the greatest below it, and the least that is not;
 * infinite where there is none. */
typedef struct gg_beside {
    double under, over;
} gg_beside;

typedef struct gg_threshold_kernels {
    /* r[i] = weight[0] * a[i] + weight[1] * b[i] + weight[2] * work[i] + base[i]. */
    void (*reduced_costs)(double *r, const double weight[3], const double *a, const double *b,
                          const double *work, const double *base, size_t padded);
    /* The same, and at once what of them is below t. */
    gg_below (*price_below)(double *r, const double weight[3], const double *a, const double *b,
                            const double *work, const double *base, double t, size_t padded);
    gg_below (*below)(const double *r, double t, size_t padded);
    gg_beside (*beside)(const double *r, double t, size_t padded);
    const char *name;
} gg_threshold_kernels;

/* The sets this processor runs, the slowest first; *count of them. The same bits whichever it is.
 */
const gg_threshold_kernels *const *gg_threshold_kernels_all(size_t *count);

/* The fastest of them. */
const gg_threshold_kernels *gg_threshold_kernels_best(void);

/* Where a search starts, and where it leaves the next one to start. */
typedef struct gg_guess {
    double t;              /* the threshold; 0: none yet */
    double spacing;        /* about how far apart values near it are; 0: unknown */
    const gg_below *below; /* what lies below t, where that is known; else NULL */
    bool settles;          /* to the last: the values beside a threshold end the search */
} gg_guess;

/* A lower bound on the sum of the k smallest of r (0 < k < padded), the tighter the more passes
 * over r it may take; a bound above `enough` is not tightened. guess->t is, after the call, the
 * threshold used: where the search was to settle, and did, no more than k values are below it, and
 * at least k are not above it. */
double gg_sum_of_smallest(const gg_threshold_kernels *kernels, const double *r, size_t padded,
                          size_t k, int passes, double enough, gg_guess *guess);

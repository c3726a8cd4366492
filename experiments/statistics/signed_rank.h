/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wilcoxon's signed-rank test of paired samples.
 */
#pragma once

#include <stddef.h>

/* With fewer draws than this no two-sided signed-rank test can fall below 0.05. */
enum { GG_FEWEST_DRAWS = 6 };

#include "models/base/status.h"

/* Up to this many differences the test is exact. */
enum { GG_SIGNED_RANK_EXACT = 50 };

typedef struct gg_signed_rank {
    size_t n;        /* differences that are not 0 */
    double positive; /* W+: sum of the mid-ranks of |d| over d > 0 */
    double negative; /* W- */
    double p;        /* two-sided; NAN for n = 0 */
} gg_signed_rank;

/* Tests the `n` differences for a distribution symmetric about 0; zeros are dropped, equal sizes
 * share their mid-rank. Up to GG_SIGNED_RANK_EXACT differences p is that of all 2^n signs, ties
 * included (a convolution over doubled ranks); beyond, a normal with the variance corrected for
 * ties (GSL), without continuity correction. `differences` is reordered. Source: Hollander, Wolfe
 * and Chicken, Nonparametric Statistical Methods, 3rd ed., section 3.1. Errors: GG_E_NOMEM. */
gg_status gg_signed_rank_test(double *differences, size_t n, gg_signed_rank *out, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/threshold_kernel.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define KERNELS gg_threshold_kernels
#define VARIANT_FILE "solvers/bound/threshold_variant.inc"
#include "solvers/bound/kernel_variants.inc"

/* Between which thresholds the best one lies, and how many values are below them. */
typedef struct bracket {
    double low, high, low_count, high_count;
} bracket;

/* Widens from the guess while there is no bracket, then interpolates the counts: well for values of
 * one size, but such a search must not stall at an end. */
static double interpolate(const bracket *b, double at, double wanted, double *step, int pass) {
    if (isinf(b->low) || isinf(b->high)) {
        *step *= 4.0;
        return isinf(b->high) ? at + *step : at - *step;
    }
    double share = (wanted + 0.5 - b->low_count) / (b->high_count - b->low_count + 1.0);
    share = share < 0.1 ? 0.1 : share > 0.9 ? 0.9 : share;
    if (pass % 3 == 2)
        share = 0.5;
    return b->low + share * (b->high - b->low);
}

/* One of the values inside the bracket, found from another place every pass: whatever their sizes,
 * each pass halves those that are left, on average. False when none is left: the bound is exact. */
static bool pick_inside(const double *r, size_t padded, const bracket *b, int pass, double *at) {
    size_t start = (size_t)pass * 2654435761U % padded;
    for (size_t k = 0; k < padded; k++) {
        double value = r[start + k < padded ? start + k : start + k - padded];
        if (value > b->low && value < b->high) {
            *at = value;
            return true;
        }
    }
    return false;
}

/* So many passes suffice from a good guess. */
enum { INTERPOLATIONS = 8 };

double gg_sum_of_smallest(const gg_threshold_kernels *kernels, const double *r, size_t padded,
                          size_t k, int passes, double enough, const gg_below *at_guess,
                          double *t) {
    double wanted = (double)k, at = *t == 0.0 ? r[0] : *t;
    double best = -INFINITY, best_t = at;
    double step = fmax(fabs(at) * 0x1p-8 + fabs(r[0]) * 0x1p-22, 0x1p-32);
    bracket b = {-INFINITY, INFINITY, 0.0, (double)padded};
    for (int pass = 0; pass < passes; pass++) {
        bool known = pass == 0 && at_guess != NULL;
        gg_below found = known ? *at_guess : kernels->below(r, at, padded);
        double count = found.count, value = found.sum + (wanted - count) * at;
        if (value > best) {
            best = value;
            best_t = at;
        }
        if (count == wanted || best > enough)
            break;
        if (count < wanted) {
            b.low = at;
            b.low_count = count;
        } else {
            b.high = at;
            b.high_count = count;
        }
        double next = interpolate(&b, at, wanted, &step, pass);
        if (pass < INTERPOLATIONS && next > b.low && next < b.high)
            at = next;
        else if (!pick_inside(r, padded, &b, pass, &at))
            break;
    }
    *t = best_t;
    return best;
}

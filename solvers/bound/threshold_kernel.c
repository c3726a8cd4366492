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

/* Interpolates the counts: well for values of one size, but such a search must not stall at an end.
 */
static double interpolate(const bracket *b, double wanted, int pass) {
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

/* How far to step from the guess: as far as values near it seem to be apart, and ever farther. */
static double stride(const gg_guess *guess, double off, int pass, double blind) {
    double far = (double)(1 << pass);
    return far * (guess->spacing > 0.0 ? fabs(off) * guess->spacing : far * blind);
}

double gg_sum_of_smallest(const gg_threshold_kernels *kernels, const double *r, size_t padded,
                          size_t k, int passes, double enough, gg_guess *guess) {
    double wanted = (double)k, at = guess->t == 0.0 ? r[0] : guess->t;
    double best = -INFINITY, last = at, last_count = 0.0;
    double blind = fabs(at) * 0x1p-6 + fabs(r[0]) * 0x1p-20 + 0x1p-30;
    bracket b = {-INFINITY, INFINITY, 0.0, (double)padded};
    for (int pass = 0; pass < passes; pass++) {
        bool known = pass == 0 && guess->below != NULL;
        gg_below found = known ? *guess->below : kernels->below(r, at, padded);
        double count = found.count, value = gg_dual_at(found, wanted, at), settled = at, next;
        /* One too few or too many: the sum is exact with the value next to the threshold. */
        bool is_beside = guess->settles && fabs(count - wanted) == 1.0;
        if (is_beside) {
            gg_beside beside = kernels->beside(r, at, padded);
            settled = count < wanted ? beside.over : beside.under;
            if (count > wanted)
                found = kernels->below(r, settled, padded);
            value = gg_dual_at(found, wanted, settled);
        }
        if (value > best) {
            best = value;
            guess->t = settled;
        }
        if (count == wanted || is_beside || best > enough)
            break;
        if (count < wanted) {
            b.low = at;
            b.low_count = count;
        } else {
            b.high = at;
            b.high_count = count;
        }
        if (guess->settles && pass > 0 && count != last_count)
            guess->spacing = fabs(at - last) / fabs(count - last_count);
        last = at;
        last_count = count;
        if (pass >= INTERPOLATIONS)
            next = INFINITY;
        else if (isinf(b.high))
            next = at + stride(guess, wanted - count, pass, blind);
        else if (isinf(b.low))
            next = at - stride(guess, wanted - count, pass, blind);
        else
            next = interpolate(&b, wanted, pass);
        if (next > b.low && next < b.high) {
            at = next;
        } else if (!pick_inside(r, padded, &b, pass, &at)) {
            /* All that are not below the lower end, and below the upper one, are equal to it. */
            guess->t = guess->settles ? b.low : guess->t;
            break;
        }
    }
    return best;
}

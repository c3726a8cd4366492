/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arithmetic rounded outward: results that are certainly below, or above, the exact ones.
 *
 * No rounding mode is switched: compilers move operations across such switches, and libm and
 * valgrind do not honour them. Instead every result is moved outward by more than its operation
 * can have erred. One operation errs by at most 2^-52 |x| in any rounding mode (half of that to
 * nearest), or by less than the smallest normal number where it underflows, even if flushed to
 * zero; moving by 3 * 2^-52 |x| covers it and what the move itself rounds. A sum whose operands
 * were fused, or kept in longer registers, errs by less. Whatever is not a number bounds nothing:
 * it is -infinity below and +infinity above, so that no comparison can take it for a proof.
 */
#pragma once

#ifdef __FAST_MATH__
#error "proofs need IEEE arithmetic: build without -ffast-math"
#endif

#include <float.h>
#include <math.h>
#include <stddef.h>

/* For functions of loops over many numbers: compiled for wider registers, too, where the processor
 * has them. The operations and their order stay the same. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) &&                            \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GG__WIDE __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define GG__WIDE
#endif

/* Below the exact result of the one operation that yielded x. */
static inline double gg__below(double x) {
    double moved = x - (fabs(x) * 0x1.8p-51 + DBL_MIN);
    if (moved == moved)
        return moved;
    return x > 0.0 ? DBL_MAX : -INFINITY;
}

static inline double gg__above(double x) {
    return -gg__below(-x);
}

/* Below the exact result of at most four operations, the last of which yielded x, on magnitudes
 * that add up to at most `size`: faster than to move after each. */
static inline double gg__below_few(double x, double size) {
    double moved = x - (size * 0x1p-49 + 8.0 * DBL_MIN);
    return moved == moved ? moved : -INFINITY;
}

/* Of two numbers that are not NAN, which nothing here yields; faster than fmin and fmax. */
static inline double gg__lesser(double a, double b) {
    return a < b ? a : b;
}

static inline double gg__greater(double a, double b) {
    return a > b ? a : b;
}

/* gg__add_below(a, b) and gg__add_above(a, b); likewise for the other operations. */
#define GG__ROUNDED(operation, sign)                                                               \
    static inline double gg__##operation##_below(double a, double b) {                             \
        return gg__below(a sign b);                                                                \
    }                                                                                              \
    static inline double gg__##operation##_above(double a, double b) {                             \
        return gg__above(a sign b);                                                                \
    }
GG__ROUNDED(add, +)
GG__ROUNDED(sub, -)
GG__ROUNDED(mul, *)
GG__ROUNDED(div, /)
#undef GG__ROUNDED

/* Below the sum of `count` numbers: each of its additions errs by at most 2^-52 of the magnitudes
 * added so far, in any order; twice that covers the rounding of the magnitudes themselves. */
static inline double gg__sum_below(const double *numbers, size_t count) {
    enum { AT_ONCE = 4 };
    double sum[AT_ONCE] = {0.0}, magnitude[AT_ONCE] = {0.0};
    size_t whole = count - count % AT_ONCE;
    for (size_t k = 0; k < whole; k += AT_ONCE)
        for (size_t one = 0; one < AT_ONCE; one++) {
            sum[one] += numbers[k + one];
            magnitude[one] += fabs(numbers[k + one]);
        }
    for (size_t k = whole; k < count; k++) {
        sum[k - whole] += numbers[k];
        magnitude[k - whole] += fabs(numbers[k]);
    }
    double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    double size = (magnitude[0] + magnitude[1]) + (magnitude[2] + magnitude[3]);
    return gg__below(total - (double)(count + 2) * 0x1p-51 * size);
}

/* Above log2(1 + x) for x >= 0. libm's log1p errs by at most a few units in the last place (glibc
 * documents 2, to nearest); it is given 8. The constant is the first double above log2(e). */
static inline double gg__log2_1p_above(double x) {
    double natural = gg__mul_above(log1p(x), 1.0 + 0x1p-49);
    return gg__mul_above(natural, 0x1.71547652b82ffp+0);
}

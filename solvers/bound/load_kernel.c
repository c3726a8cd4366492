/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reduced costs of many users at any interference, logarithm included, in one vector pass.
 */
#include "solvers/bound/load_bound_internal.h"

typedef double lanes __attribute__((vector_size(64)));
typedef long long integers __attribute__((vector_size(64)));

/* log2(v) for v >= 1 to 1e-13 of itself: v = 2^e m with m between sqrt(1/2) and sqrt(2), and
 * ln(m) = 2 artanh((m - 1)/(m + 1)). */
__attribute__((always_inline)) static inline void log2_of(lanes *out, const lanes *in) {
    lanes v = *in;
    const long long root_half = 0x3fe6a09e667f3bcd;
    integers bits = (integers)v;
    integers exponent = (bits - root_half) >> 52;
    lanes m = (lanes)(bits - (exponent << 52));
    /* Small integers in the low bits of a double of fixed exponent become numbers by subtraction.
     */
    lanes e = (lanes)(exponent + 0x4338000000000000) - 6755399441055744.0;
    lanes s = (m - 1.0) / (m + 1.0);
    lanes q = s * s;
    lanes series =
        1.0 + q * (1.0 / 3 +
                   q * (1.0 / 5 +
                        q * (1.0 / 7 +
                             q * (1.0 / 9 +
                                  q * (1.0 / 11 + q * (1.0 / 13 + q * (1.0 / 15 + q / 17.0)))))));
    *out = e + s * series * (2.0 * 1.4426950408889634);
}

__attribute__((always_inline)) static inline void costs(double *r, const gg_load_columns *c,
                                                        double air, double per_disturbance,
                                                        double per_work, size_t padded) {
    lanes *out = __builtin_assume_aligned(r, 64);
    const lanes *signal = __builtin_assume_aligned(c->signal, 64);
    const lanes *bits = __builtin_assume_aligned(c->bits, 64);
    const lanes *work = __builtin_assume_aligned(c->work, 64);
    const lanes *base = __builtin_assume_aligned(c->base, 64);
    for (size_t b = 0; b < padded / GG_LANES; b++) {
        lanes inside = 1.0 + signal[b] * per_disturbance, log2_above;
        log2_of(&log2_above, &inside);
        log2_above = log2_above * (1.0 + 2e-12) + 0x1p-50;
        out[b] = air * bits[b] / log2_above + per_work * work[b] + base[b];
    }
}

#define VARIANT(suffix, attribute)                                                                 \
    attribute static void costs_##suffix(double *r, const gg_load_columns *c, double air,          \
                                         double per_disturbance, double per_work, size_t padded) { \
        costs(r, c, air, per_disturbance, per_work, padded);                                       \
    }

VARIANT(generic, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
VARIANT(avx512, __attribute__((target("avx512f,avx512dq"))))
#endif

const gg_load_costs_fn *gg_load_costs_all(size_t *count) {
    static const gg_load_costs_fn all[] = {
        costs_generic,
#if defined(__x86_64__)
        costs_avx2,
        costs_avx512
#endif
    };
    *count = 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        *count = 2;
    if (*count == 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        *count = 3;
#endif
    return all;
}

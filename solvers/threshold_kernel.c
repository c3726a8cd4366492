/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/threshold_kernel.h"

#include <math.h>

typedef double lanes __attribute__((vector_size(64)));
typedef long long lane_mask __attribute__((vector_size(64)));

/* Written once on eight lanes, compiled for each instruction set: the order of additions, and so
 * every bit of the result, is the same on all of them. */
__attribute__((always_inline)) static inline void
reduced_costs(double *r, double load, const double *a, double seconds_per_work, const double *work,
              const double *base, size_t padded) {
    lanes *out = __builtin_assume_aligned(r, 64);
    const lanes *factors = __builtin_assume_aligned(a, 64);
    const lanes *works = __builtin_assume_aligned(work, 64);
    const lanes *bases = __builtin_assume_aligned(base, 64);
    for (size_t b = 0; b < padded / GG_LANES; b++)
        out[b] = load * factors[b] + seconds_per_work * works[b] + bases[b];
}

__attribute__((always_inline)) static inline void below(const double *r, double t, size_t padded,
                                                        double *sum_of_minima, double *count) {
    const lanes *values = __builtin_assume_aligned(r, 64);
    const lanes limit = {t, t, t, t, t, t, t, t};
    const lanes one = {1, 1, 1, 1, 1, 1, 1, 1};
    lanes sum = {0}, below_limit = {0};
    for (size_t b = 0; b < padded / GG_LANES; b++) {
        lanes v = values[b];
        lane_mask is_below = v < limit;
        sum += (lanes)((is_below & (lane_mask)v) | (~is_below & (lane_mask)limit));
        below_limit += (lanes)(is_below & (lane_mask)one);
    }
    *sum_of_minima =
        ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
    *count = ((below_limit[0] + below_limit[4]) + (below_limit[1] + below_limit[5])) +
             ((below_limit[2] + below_limit[6]) + (below_limit[3] + below_limit[7]));
}

#define VARIANT(suffix, attribute)                                                                 \
    attribute static void reduced_costs_##suffix(double *r, double load, const double *a,          \
                                                 double seconds_per_work, const double *work,      \
                                                 const double *base, size_t padded) {              \
        reduced_costs(r, load, a, seconds_per_work, work, base, padded);                           \
    }                                                                                              \
    attribute static void below_##suffix(const double *r, double t, size_t padded,                 \
                                         double *sum_of_minima, double *count) {                   \
        below(r, t, padded, sum_of_minima, count);                                                 \
    }                                                                                              \
    static const gg_threshold_kernels kernels_##suffix = {reduced_costs_##suffix, below_##suffix,  \
                                                          #suffix};

VARIANT(generic, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
VARIANT(avx512, __attribute__((target("avx512f,avx512dq"))))
#endif

const gg_threshold_kernels *const *gg_threshold_kernels_all(size_t *count) {
    static const gg_threshold_kernels *const all[] = {
        &kernels_generic,
#if defined(__x86_64__)
        &kernels_avx2,
        &kernels_avx512
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

const gg_threshold_kernels *gg_threshold_kernels_best(void) {
    size_t count;
    const gg_threshold_kernels *const *all = gg_threshold_kernels_all(&count);
    return all[count - 1];
}

double gg_sum_of_smallest(const gg_threshold_kernels *kernels, const double *r, size_t padded,
                          size_t k, int passes, double *t) {
    double wanted = (double)k, others = (double)padded - wanted;
    double low = -INFINITY, high = INFINITY, low_count = 0.0, high_count = (double)padded;
    double at = *t == 0.0 ? r[0] : *t;
    double best = -INFINITY, best_t = at, step = 0.0;
    for (int pass = 0; pass < passes; pass++) {
        double sum, count;
        kernels->below(r, at, padded, &sum, &count);
        double value = sum - others * at;
        if (value > best) {
            best = value;
            best_t = at;
        }
        if (count == wanted)
            break;
        if (count < wanted) {
            low = at;
            low_count = count;
        } else {
            high = at;
            high_count = count;
        }
        if (isinf(low) || isinf(high)) {
            /* No bracket yet: widen from the guess. */
            step = step == 0.0 ? fabs(at) * 0x1p-6 + fabs(r[0]) * 0x1p-20 : 4.0 * step;
            if (step == 0.0)
                step = 0x1p-30;
            at = isinf(high) ? at + step : at - step;
        } else {
            /* Counts interpolate well, but must not stall at an end. */
            double share = (wanted + 0.5 - low_count) / (high_count - low_count + 1.0);
            share = fmin(fmax(share, 0.1), 0.9);
            if (pass % 3 == 2)
                share = 0.5;
            double next = low + share * (high - low);
            if (!(next > low && next < high))
                break;
            at = next;
        }
    }
    *t = best_t;
    return best;
}

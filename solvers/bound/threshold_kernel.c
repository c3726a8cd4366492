/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/threshold_kernel.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Eight sums, folded in one order: the same bits whatever the width of the registers. */
static double fold(const double lane[GG_LANES]) {
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
           ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

static void reduced_costs_generic(double *r, const double weight[3], const double *a,
                                  const double *b, const double *work, const double *base,
                                  size_t padded) {
    for (size_t k = 0; k < padded; k++)
        r[k] = (weight[0] * a[k] + weight[1] * b[k]) + (weight[2] * work[k] + base[k]);
}

static void below_generic(const double *r, double t, size_t padded, double *total, double *count) {
    double sum[GG_LANES] = {0};
    size_t below = 0;
    for (size_t k = 0; k < padded; k += GG_LANES)
        for (size_t lane = 0; lane < GG_LANES; lane++) {
            double value = r[k + lane];
            sum[lane] += value < t ? value : 0.0;
            below += value < t;
        }
    *total = fold(sum);
    *count = (double)below;
}

static const gg_threshold_kernels kernels_generic = {reduced_costs_generic, below_generic,
                                                     "generic"};

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void reduced_costs_avx2(double *r, const double weight[3],
                                                               const double *a, const double *b,
                                                               const double *work,
                                                               const double *base, size_t padded) {
    const __m256d first = _mm256_set1_pd(weight[0]), second = _mm256_set1_pd(weight[1]),
                  third = _mm256_set1_pd(weight[2]);
    for (size_t k = 0; k < padded; k += 4) {
        __m256d share = _mm256_add_pd(_mm256_mul_pd(first, _mm256_load_pd(a + k)),
                                      _mm256_mul_pd(second, _mm256_load_pd(b + k)));
        __m256d rest =
            _mm256_add_pd(_mm256_mul_pd(third, _mm256_load_pd(work + k)), _mm256_load_pd(base + k));
        _mm256_store_pd(r + k, _mm256_add_pd(share, rest));
    }
}

__attribute__((target("avx2"))) static void below_avx2(const double *r, double t, size_t padded,
                                                       double *total, double *count) {
    const __m256d limit = _mm256_set1_pd(t);
    __m256d low_sum = _mm256_setzero_pd(), high_sum = _mm256_setzero_pd();
    __m256i low_count = _mm256_setzero_si256(), high_count = _mm256_setzero_si256();
    for (size_t k = 0; k < padded; k += GG_LANES) {
        __m256d low = _mm256_load_pd(r + k), high = _mm256_load_pd(r + k + 4);
        __m256d low_below = _mm256_cmp_pd(low, limit, _CMP_LT_OQ);
        __m256d high_below = _mm256_cmp_pd(high, limit, _CMP_LT_OQ);
        low_sum = _mm256_add_pd(low_sum, _mm256_and_pd(low, low_below));
        high_sum = _mm256_add_pd(high_sum, _mm256_and_pd(high, high_below));
        /* A comparison yields -1 in every lane where it holds. */
        low_count = _mm256_sub_epi64(low_count, _mm256_castpd_si256(low_below));
        high_count = _mm256_sub_epi64(high_count, _mm256_castpd_si256(high_below));
    }
    double sum[GG_LANES];
    uint64_t counts[4];
    _mm256_storeu_pd(sum, low_sum);
    _mm256_storeu_pd(sum + 4, high_sum);
    _mm256_storeu_si256((__m256i *)counts, _mm256_add_epi64(low_count, high_count));
    *total = fold(sum);
    *count = (double)(counts[0] + counts[1] + counts[2] + counts[3]);
}

static const gg_threshold_kernels kernels_avx2 = {reduced_costs_avx2, below_avx2, "avx2"};

__attribute__((target("avx512f"))) static void
reduced_costs_avx512(double *r, const double weight[3], const double *a, const double *b,
                     const double *work, const double *base, size_t padded) {
    const __m512d first = _mm512_set1_pd(weight[0]), second = _mm512_set1_pd(weight[1]),
                  third = _mm512_set1_pd(weight[2]);
    for (size_t k = 0; k < padded; k += 8) {
        __m512d share = _mm512_add_pd(_mm512_mul_pd(first, _mm512_load_pd(a + k)),
                                      _mm512_mul_pd(second, _mm512_load_pd(b + k)));
        __m512d rest =
            _mm512_add_pd(_mm512_mul_pd(third, _mm512_load_pd(work + k)), _mm512_load_pd(base + k));
        _mm512_store_pd(r + k, _mm512_add_pd(share, rest));
    }
}

__attribute__((target("avx512f"))) static void
below_avx512(const double *r, double t, size_t padded, double *total, double *count) {
    const __m512d limit = _mm512_set1_pd(t);
    __m512d sums = _mm512_setzero_pd();
    unsigned below = 0;
    for (size_t k = 0; k < padded; k += GG_LANES) {
        __m512d value = _mm512_load_pd(r + k);
        __mmask8 is_below = _mm512_cmp_pd_mask(value, limit, _CMP_LT_OQ);
        sums = _mm512_add_pd(sums, _mm512_maskz_mov_pd(is_below, value));
        below += (unsigned)__builtin_popcount(is_below);
    }
    double sum[GG_LANES];
    _mm512_storeu_pd(sum, sums);
    *total = fold(sum);
    *count = (double)below;
}

static const gg_threshold_kernels kernels_avx512 = {reduced_costs_avx512, below_avx512, "avx512"};
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
        *count = __builtin_cpu_supports("avx512f") ? 3 : 2;
#endif
    return all;
}

const gg_threshold_kernels *gg_threshold_kernels_best(void) {
    size_t count;
    const gg_threshold_kernels *const *all = gg_threshold_kernels_all(&count);
    return all[count - 1];
}

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
                          size_t k, int passes, double enough, double *t) {
    double wanted = (double)k, at = *t == 0.0 ? r[0] : *t;
    double best = -INFINITY, best_t = at;
    double step = fmax(fabs(at) * 0x1p-8 + fabs(r[0]) * 0x1p-22, 0x1p-32);
    bracket b = {-INFINITY, INFINITY, 0.0, (double)padded};
    for (int pass = 0; pass < passes; pass++) {
        double sum, count;
        kernels->below(r, at, padded, &sum, &count);
        double value = sum + (wanted - count) * at;
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

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AVX2 with FMA: four float64 at once, for logits of 64 bits, and for the moments of all.
 */
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __x86_64__
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,fma,f16c")))
#define INLINE static inline VECTOR __attribute__((always_inline))

#define MOST_NEEDED GG_ROW_MOMENTS
typedef double real;
typedef __m256d vec;
typedef __m256d wide;
typedef __m256d flags;

enum { LANES = 4, WAYS = 2, STEPS = 1, DEGREE = 11, LOWEST_EXPONENT = -1021 };

/* (ln 2)^k / k!: 7e-15 of the value is left out. */
static const double exp2_terms[DEGREE] = {
    0x1.62e42fefa39efp-1,  0x1.ebfbdff82c58fp-3,  0x1.c6b08d704a0c0p-5,  0x1.3b2ab6fba4e77p-7,
    0x1.5d87fe78a6731p-10, 0x1.430912f86c787p-13, 0x1.ffcbfc588b0c7p-17, 0x1.62c0223a5c824p-20,
    0x1.b5253d395e7c4p-24, 0x1.e4cf5158b8ecap-28, 0x1.e8cac7351bb25p-32};
static const double ROUNDING_SHIFT = 0x1.8p52, LARGEST_REFERENCE = 0x1p50;

INLINE vec vec_set(double x) {
    return _mm256_set1_pd(x);
}

/* The second operand where they do not compare. */
INLINE vec vec_max(vec a, vec b) {
    return _mm256_max_pd(a, b);
}

INLINE vec vec_min(vec a, vec b) {
    return _mm256_min_pd(a, b);
}

INLINE vec vec_fma(vec a, vec b, vec c) {
    return _mm256_fmadd_pd(a, b, c);
}

INLINE vec vec_fms(vec a, vec b, vec c) {
    return _mm256_fmsub_pd(a, b, c);
}

INLINE unsigned vec_above(vec x, vec limit) {
    return (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(x, limit, _CMP_GT_OQ));
}

INLINE flags vec_unordered(vec a, vec b) {
    return _mm256_cmp_pd(a, b, _CMP_UNORD_Q);
}

INLINE flags flags_none(void) {
    return _mm256_setzero_pd();
}

INLINE flags flags_or(flags a, flags b) {
    return _mm256_or_pd(a, b);
}

INLINE bool flags_any(flags a) {
    return _mm256_movemask_pd(a) != 0;
}

INLINE vec vec_widen(gg_dtype dtype, const void *source, size_t at) {
    if (dtype == GG_F64)
        return _mm256_loadu_pd((const double *)source + at);
    if (dtype == GG_F32)
        return _mm256_cvtps_pd(_mm_loadu_ps((const float *)source + at));
    __m128i bits = _mm_loadl_epi64((const void *)((const uint16_t *)source + at));
    if (dtype == GG_F16)
        return _mm256_cvtps_pd(_mm_cvtph_ps(bits));
    return _mm256_cvtps_pd(_mm_castsi128_ps(_mm_slli_epi32(_mm_cvtepu16_epi32(bits), 16)));
}

/* 2^n, where `rounded` is n + ROUNDING_SHIFT. */
INLINE vec vec_step(vec rounded) {
    __m256i exponent = _mm256_slli_epi64(_mm256_castpd_si256(rounded), 52);
    return _mm256_castsi256_pd(_mm256_add_epi64(exponent, _mm256_castpd_si256(vec_set(1.0))));
}

INLINE double vec_largest(vec x) {
    __m128d m = _mm_max_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
    return _mm_cvtsd_f64(_mm_max_sd(m, _mm_unpackhi_pd(m, m)));
}

INLINE wide wide_set(double x) {
    return _mm256_set1_pd(x);
}

INLINE wide wide_add(wide a, wide b) {
    return _mm256_add_pd(a, b);
}

INLINE wide wide_scale(wide a, double factor) {
    return _mm256_mul_pd(a, _mm256_set1_pd(factor));
}

INLINE double wide_total(wide a) {
    double part[4];
    _mm256_storeu_pd(part, a);
    return (part[0] + part[1]) + (part[2] + part[3]);
}

INLINE wide wide_of(vec x) {
    return x;
}

#include "data/uncertainty/kernels/row_stats_vector.inc"

static VECTOR void row_f16(const void *row, size_t width, const gg_row_request *request,
                           gg_row_stats *stats) {
    compute(GG_F16, row, width, request, stats);
}

static VECTOR void row_bf16(const void *row, size_t width, const gg_row_request *request,
                            gg_row_stats *stats) {
    compute(GG_BF16, row, width, request, stats);
}

static VECTOR void row_f32(const void *row, size_t width, const gg_row_request *request,
                           gg_row_stats *stats) {
    compute(GG_F32, row, width, request, stats);
}

static VECTOR void row_f64(const void *row, size_t width, const gg_row_request *request,
                           gg_row_stats *stats) {
    compute(GG_F64, row, width, request, stats);
}

const gg_row_kernel gg__rows_avx2_double[GG_N_DTYPES] = {
    [GG_F16] = row_f16, [GG_BF16] = row_bf16, [GG_F32] = row_f32, [GG_F64] = row_f64};
#endif

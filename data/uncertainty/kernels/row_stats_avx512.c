/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AVX-512F: sixteen float32 at once, for sums and ranks of logits of up to 32 bits.
 */
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __x86_64__
#include <immintrin.h>

#define VECTOR __attribute__((target("avx512f")))
#define INLINE static inline VECTOR __attribute__((always_inline))

#define MOST_NEEDED GG_ROW_SUM
typedef float real;
typedef __m512 vec;
typedef __m512d wide;
typedef __mmask16 flags;

enum { LANES = 16, WAYS = 4, STEPS = 8, DEGREE = 3, LOWEST_EXPONENT = -125 };

/* Least largest relative error: 2.5e-8 before rounding. */
static const float exp2_terms[DEGREE] = {0x1.62e432p-4f, 0x1.ec0c32p-9f, 0x1.c6a004p-14f};
static const float ROUNDING_SHIFT = 0x1.8p23f;
static const double LARGEST_REFERENCE = 0x1p22 - 2048;

/* Bits of 2^(k / 8), less k / 8 of an exponent, which vec_step adds with the rest of n. */
static const int32_t step_bits[LANES] = {
    0x3f800000, 0x3f7b95c2, 0x3f7837f0, 0x3f75fed7, 0x3f7504f3, 0x3f75672a, 0x3f7744fd, 0x3f7ac0c7,
    0x3f800000, 0x3f7b95c2, 0x3f7837f0, 0x3f75fed7, 0x3f7504f3, 0x3f75672a, 0x3f7744fd, 0x3f7ac0c7};

INLINE vec vec_set(float x) {
    return _mm512_set1_ps(x);
}

/* The second operand where they do not compare. */
INLINE vec vec_max(vec a, vec b) {
    return _mm512_max_ps(a, b);
}

INLINE vec vec_min(vec a, vec b) {
    return _mm512_min_ps(a, b);
}

INLINE vec vec_fma(vec a, vec b, vec c) {
    return _mm512_fmadd_ps(a, b, c);
}

INLINE vec vec_fms(vec a, vec b, vec c) {
    return _mm512_fmsub_ps(a, b, c);
}

INLINE unsigned vec_above(vec x, vec limit) {
    return _mm512_cmp_ps_mask(x, limit, _CMP_GT_OQ);
}

INLINE flags vec_unordered(vec a, vec b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q);
}

INLINE flags flags_none(void) {
    return 0;
}

INLINE flags flags_or(flags a, flags b) {
    return (flags)(a | b);
}

INLINE bool flags_any(flags a) {
    return a != 0;
}

INLINE vec vec_widen(gg_dtype dtype, const void *source, size_t at) {
    if (dtype == GG_F32)
        return _mm512_loadu_ps((const float *)source + at);
    __m256i bits = _mm256_loadu_si256((const void *)((const uint16_t *)source + at));
    if (dtype == GG_F16)
        return _mm512_cvtph_ps(bits);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}

/* 2^(n / 8), where `rounded` is n + ROUNDING_SHIFT. */
INLINE vec vec_step(vec rounded) {
    __m512i n = _mm512_castps_si512(rounded);
    __m512i bits = _mm512_permutexvar_epi32(n, _mm512_loadu_si512(step_bits));
    return _mm512_castsi512_ps(_mm512_add_epi32(bits, _mm512_slli_epi32(n, 20)));
}

INLINE float vec_largest(vec x) {
    return _mm512_reduce_max_ps(x);
}

INLINE wide wide_set(double x) {
    return _mm512_set1_pd(x);
}

INLINE wide wide_add(wide a, wide b) {
    return _mm512_add_pd(a, b);
}

INLINE wide wide_scale(wide a, double factor) {
    return _mm512_mul_pd(a, _mm512_set1_pd(factor));
}

INLINE double wide_total(wide a) {
    return _mm512_reduce_add_pd(a);
}

INLINE __m256 upper_half(vec x) {
    return _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1));
}

INLINE wide wide_of(vec x) {
    return _mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(x)),
                         _mm512_cvtps_pd(upper_half(x)));
}

#include "data/uncertainty/kernels/row_stats_vector.inc"

/* The moments weigh small probabilities by their logarithms: too much for float32. */
INLINE void choose(gg_dtype dtype, const void *row, size_t width, const gg_row_request *request,
                   gg_row_stats *stats) {
    if (request->need <= MOST_NEEDED)
        compute(dtype, row, width, request, stats);
    else
        gg__rows_avx512_double[dtype](row, width, request, stats);
}

static VECTOR void row_f16(const void *row, size_t width, const gg_row_request *request,
                           gg_row_stats *stats) {
    choose(GG_F16, row, width, request, stats);
}

static VECTOR void row_bf16(const void *row, size_t width, const gg_row_request *request,
                            gg_row_stats *stats) {
    choose(GG_BF16, row, width, request, stats);
}

static VECTOR void row_f32(const void *row, size_t width, const gg_row_request *request,
                           gg_row_stats *stats) {
    choose(GG_F32, row, width, request, stats);
}

static void row_f64(const void *row, size_t width, const gg_row_request *request,
                    gg_row_stats *stats) {
    gg__rows_avx512_double[GG_F64](row, width, request, stats);
}

static bool usable(void) {
    return __builtin_cpu_supports("avx512f") && gg_row_kernels_avx2.usable();
}

const gg_row_kernels gg_row_kernels_avx512 = {
    .name = "avx512",
    .usable = usable,
    .row = {[GG_F16] = row_f16, [GG_BF16] = row_bf16, [GG_F32] = row_f32, [GG_F64] = row_f64},
};
#endif

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AVX2 with FMA: four float64 at once, for logits of 64 bits, and for the moments of all.
 */
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __x86_64__
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,fma,f16c")))
#define OP(name) _mm256_##name##_pd
typedef __m256d vec;
enum { LANES = 4, WAYS = 2 };
#include "data/uncertainty/kernels/row_stats_avx2.inc"
#include "data/uncertainty/kernels/row_stats_double.inc"

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
    return _mm256_castsi256_pd(_mm256_add_epi64(exponent, _mm256_castpd_si256(OP(set1)(1.0))));
}

INLINE double vec_largest(vec x) {
    __m128d m = _mm_max_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
    return _mm_cvtsd_f64(_mm_max_sd(m, _mm_unpackhi_pd(m, m)));
}

#include "data/uncertainty/kernels/row_stats_vector.inc"

#include "data/uncertainty/kernels/row_stats_rows.inc"

const gg_row_kernel gg__rows_avx2_double[GG_N_DTYPES] = ROWS;
#endif

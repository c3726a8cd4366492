/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AVX-512F: eight float64 at once, for logits of 64 bits, and for the moments of all.
 */
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __x86_64__
#include <immintrin.h>

#define VECTOR __attribute__((target("avx512f,avx2,f16c")))
#define OP(name) _mm512_##name##_pd
#define OP_MASK(name) _mm512_##name##_pd_mask
typedef __m512d vec;
typedef __mmask8 flags;
enum { LANES = 8, WAYS = 2 };
#include "data/uncertainty/kernels/row_stats_avx512.inc"
#include "data/uncertainty/kernels/row_stats_double.inc"

INLINE vec vec_widen(gg_dtype dtype, const void *source, size_t at) {
    if (dtype == GG_F64)
        return _mm512_loadu_pd((const double *)source + at);
    if (dtype == GG_F32)
        return _mm512_cvtps_pd(_mm256_loadu_ps((const float *)source + at));
    __m128i bits = _mm_loadu_si128((const void *)((const uint16_t *)source + at));
    if (dtype == GG_F16)
        return _mm512_cvtps_pd(_mm256_cvtph_ps(bits));
    return _mm512_cvtps_pd(_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16)));
}

/* 2^n, where `rounded` is n + ROUNDING_SHIFT. */
INLINE vec vec_step(vec rounded) {
    __m512i exponent = _mm512_slli_epi64(_mm512_castpd_si512(rounded), 52);
    return _mm512_castsi512_pd(_mm512_add_epi64(exponent, _mm512_castpd_si512(OP(set1)(1.0))));
}

INLINE double vec_largest(vec x) {
    return _mm512_reduce_max_pd(x);
}

#include "data/uncertainty/kernels/row_stats_vector.inc"

#include "data/uncertainty/kernels/row_stats_rows.inc"

const gg_row_kernel gg__rows_avx512_double[GG_N_DTYPES] = ROWS;
#endif

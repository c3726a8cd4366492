/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AVX-512F: sixteen float32 at once, for sums and ranks of logits of up to 32 bits.
 */
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __x86_64__
#include <immintrin.h>

#define VECTOR __attribute__((target("avx512f")))
#define OP(name) _mm512_##name##_ps
#define OP_MASK(name) _mm512_##name##_ps_mask
typedef __m512 vec;
typedef __mmask16 flags;
enum { LANES = 16, WAYS = 4 };
#include "data/uncertainty/kernels/row_stats_avx512.inc"
#include "data/uncertainty/kernels/row_stats_single.inc"

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

INLINE __m256 upper_half(vec x) {
    return _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1));
}

INLINE wide wide_of(vec x) {
    return _mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(x)),
                         _mm512_cvtps_pd(upper_half(x)));
}

#include "data/uncertainty/kernels/row_stats_vector.inc"

#define DOUBLE_ROWS gg__rows_avx512_double
#include "data/uncertainty/kernels/row_stats_rows.inc"

static bool usable(void) {
    return __builtin_cpu_supports("avx512f") && gg_row_kernels_avx2.usable();
}

const gg_row_kernels gg_row_kernels_avx512 = {.name = "avx512", .usable = usable, .row = ROWS};
#endif

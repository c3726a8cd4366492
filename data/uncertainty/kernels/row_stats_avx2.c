/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AVX2 with FMA and F16C: eight float32 at once, for sums and ranks of logits of up to 32 bits.
 */
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,fma,f16c")))
#define OP(name) _mm256_##name##_ps
typedef __m256 vec;
enum { LANES = 8, WAYS = 2 };
#include "data/uncertainty/kernels/row_stats_avx2.inc"
#include "data/uncertainty/kernels/row_stats_single.inc"

INLINE vec vec_widen(gg_dtype dtype, const void *source, size_t at) {
    if (dtype == GG_F32)
        return _mm256_loadu_ps((const float *)source + at);
    __m128i bits = _mm_loadu_si128((const void *)((const uint16_t *)source + at));
    if (dtype == GG_F16)
        return _mm256_cvtph_ps(bits);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}

/* 2^(n / 8), where `rounded` is n + ROUNDING_SHIFT. */
INLINE vec vec_step(vec rounded) {
    __m256i n = _mm256_castps_si256(rounded);
    __m256i bits = _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const void *)step_bits), n);
    return _mm256_castsi256_ps(_mm256_add_epi32(bits, _mm256_slli_epi32(n, 20)));
}

INLINE float vec_largest(vec x) {
    __m128 m = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_shuffle_ps(m, m, 1)));
}

INLINE wide wide_of(vec x) {
    return _mm256_add_pd(_mm256_cvtps_pd(_mm256_castps256_ps128(x)),
                         _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)));
}

#include "data/uncertainty/kernels/row_stats_vector.inc"

#define DOUBLE_ROWS gg__rows_avx2_double
#include "data/uncertainty/kernels/row_stats_rows.inc"

/* Compilers do not all know F16C by name. */
static bool usable(void) {
    unsigned a, b, c, d;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
}

const gg_row_kernels gg_row_kernels_avx2 = {.name = "avx2", .usable = usable, .row = ROWS};
#endif

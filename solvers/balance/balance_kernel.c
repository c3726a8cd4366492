/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/balance/balance_kernel.h"

#include <string.h>

#include "solvers/bound/threshold_kernel.h"

/* Eight sums, folded in one order: the same bits whatever the width of the registers. */
static double fold(const double lane[GG_LANES]) {
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
           ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

#define VARIANT generic
#define BYTES 16
#define ATTRIBUTE
#include "solvers/balance/balance_variant.inc"
#if defined(__x86_64__)
#define VARIANT avx2
#define BYTES 32
#define ATTRIBUTE __attribute__((target("avx2")))
#include "solvers/balance/balance_variant.inc"
#define VARIANT avx512
#define BYTES 64
#define ATTRIBUTE __attribute__((target("avx512f")))
#include "solvers/balance/balance_variant.inc"
#endif

const gg_balance_kernels *const *gg_balance_kernels_all(size_t *count) {
    static const gg_balance_kernels *const all[] = {
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

const gg_balance_kernels *gg_balance_kernels_best(void) {
    size_t count;
    const gg_balance_kernels *const *all = gg_balance_kernels_all(&count);
    return all[count - 1];
}

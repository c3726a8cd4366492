/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/balance/balance_kernel.h"

#include <string.h>

#include "solvers/bound/threshold_kernel.h"

/* Eight sums, folded in one order: the same bits whatever the width of the registers. */
static double fold(const double lane[GG_LANES]) {
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
           ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

#define KERNELS gg_balance_kernels
#define VARIANT_FILE "solvers/balance/balance_variant.inc"
#include "solvers/bound/kernel_variants.inc"

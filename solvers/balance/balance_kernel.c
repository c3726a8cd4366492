/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/balance/balance_kernel.h"

#include "solvers/bound/threshold_kernel.h"

#define KERNELS gg_balance_kernels
#define VARIANT_FILE "solvers/balance/balance_variant.inc"
#include "solvers/bound/kernel_variants.inc"

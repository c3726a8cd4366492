/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures of one row of logits straight from their definitions, in long double.
 */
#pragma once

#include "data/uncertainty/uncertainty.h"

enum { NAIVE_MAX_WIDTH = 4200 };

/* Of `n` logits, 2 <= n <= NAIVE_MAX_WIDTH; `token` is used by nll only. */
double naive_measure(gg_measure measure, const double *z, size_t n, double temperature,
                     size_t top_k, size_t token);

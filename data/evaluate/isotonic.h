/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Isotonic regression: the non-decreasing function that fits labels best in weighted least squares,
 * as scikit-learn's IsotonicRegression(out_of_bounds="clip") has it: points of weight 0 are
 * dropped, x closer than 1e-15 to the first of their group are pooled, pool adjacent violators
 * merges, knots that equal both neighbours are left out, and between knots the function is linear.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_isotonic {
    size_t n_knots;
    double *x; /* strictly increasing, owned */
    double *y; /* non-decreasing, owned */
} gg_isotonic;

/* Fits n points (x, y), finite; `weight` >= 0, or NULL for ones. The caller clears *fit. Errors:
 * GG_E_USAGE (no point of positive weight), GG_E_NOMEM. */
gg_status gg_isotonic_fit(const double *x, const double *y, const double *weight, size_t n,
                          gg_isotonic *fit, gg_error *err);
void gg_isotonic_clear(gg_isotonic *fit);

/* Linear between knots, constant beyond the ends. */
double gg_isotonic_at(const gg_isotonic *fit, double x);
GG_C_END

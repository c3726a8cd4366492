/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A straight line through measured points, by least squares.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

/* y = base + slope x, each with half the width of its 95 % interval (Student's t, independent
 * errors of one size) and the share of the variance of y that the line explains. */
typedef struct gg_line_fit {
    double base, slope;
    double base_half, slope_half; /* NAN where two points leave nothing over */
    double r_squared;             /* NAN where all y are the same */
} gg_line_fit;

/* Errors: GG_E_INPUT (fewer than two different x). */
gg_status gg_fit_line(const double *x, const double *y, size_t n, gg_line_fit *fit, gg_error *err);

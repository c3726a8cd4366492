/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/statistics/line_fit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

gg_status gg_fit_line(const double *x, const double *y, size_t n, gg_line_fit *fit, gg_error *err) {
    size_t different = 0;
    for (size_t k = 1; k < n; k++)
        different += x[k] != x[0];
    if (different == 0)
        return gg_fail(err, GG_E_INPUT, "a line wants points at two different loads at least");
    double base_variance, covariance, slope_variance, squares;
    gsl_fit_linear(x, 1, y, 1, n, &fit->base, &fit->slope, &base_variance, &covariance,
                   &slope_variance, &squares);
    double total = gsl_stats_tss(y, 1, n);
    fit->r_squared = total > 0.0 ? 1.0 - squares / total : NAN;
    double t = n > 2 ? gsl_cdf_tdist_Pinv(0.975, (double)n - 2.0) : NAN;
    fit->base_half = t * sqrt(base_variance);
    fit->slope_half = t * sqrt(slope_variance);
    return GG_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The measures of a distribution; nll is of a token.
 */
#pragma once

#include "data/uncertainty/uncertainty_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Probabilities are weight / total, largest first. */
typedef struct gg_outcomes {
    const double *weight;
    size_t count;
    double total;
} gg_outcomes;

double gg_measure_outcomes(gg_measure measure, const gg_outcomes *o);

/* Of a row of `width` logits. */
double gg_measure_stats(gg_measure measure, const gg_row_stats *stats, size_t width,
                        double temperature);
GG_C_END

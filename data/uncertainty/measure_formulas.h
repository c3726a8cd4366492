/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The measures of a distribution; nll is of a token.
 */
#ifndef GOAGAP_DATA_UNCERTAINTY_MEASURE_FORMULAS_H
#define GOAGAP_DATA_UNCERTAINTY_MEASURE_FORMULAS_H

#include "data/uncertainty/uncertainty_options.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/measure_formulas.h"

#include <math.h>

static double plogp(double p) {
    return p > 0.0 ? p * log(p) : 0.0;
}

double gg_measure_outcomes(gg_measure measure, const gg_outcomes *o) {
    double p1 = o->weight[0] / o->total;
    double p2 = o->count > 1 ? o->weight[1] / o->total : 0.0;
    double sum = 0.0;
    switch (measure) {
    case GG_MARGIN:
        return 1.0 - (p1 - p2);
    case GG_LEAST_CONFIDENCE:
        return 1.0 - p1;
    case GG_ENTROPY:
    case GG_NORMALISED_ENTROPY:
        for (size_t k = 0; k < o->count; k++)
            sum -= plogp(o->weight[k] / o->total);
        if (measure == GG_ENTROPY || o->count < 2)
            return sum;
        return sum / log((double)o->count);
    case GG_GINI:
        for (size_t k = 0; k < o->count; k++)
            sum += (o->weight[k] / o->total) * (o->weight[k] / o->total);
        return 1.0 - sum;
    case GG_NLL:
    case GG_N_MEASURES:
        break;
    }
    return NAN;
}

double gg_measure_stats(gg_measure measure, const gg_row_stats *s, size_t width,
                        double temperature) {
    double entropy = log(s->exp_sum) - s->entropy_sum / s->exp_sum;
    switch (measure) {
    case GG_MARGIN:
        return 1.0 - (1.0 - exp((s->second - s->max) / temperature)) / s->exp_sum;
    case GG_LEAST_CONFIDENCE:
        return 1.0 - 1.0 / s->exp_sum;
    case GG_ENTROPY:
        return entropy;
    case GG_NORMALISED_ENTROPY:
        return entropy / log((double)width);
    case GG_NLL:
        return log(s->exp_sum) - s->token_logit;
    case GG_GINI:
        return 1.0 - s->square_sum / (s->exp_sum * s->exp_sum);
    case GG_N_MEASURES:
        break;
    }
    return NAN;
}

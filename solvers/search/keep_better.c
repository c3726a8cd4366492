/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/keep_better.h"

#include <string.h>

gg_status gg_take_found(const gg_instance *in, gg_objective objective, const int32_t *found,
                        int32_t *best, double *objective_s, gg_error *err) {
    gg_metrics known, other;
    GG_TRY(gg_evaluate(in, objective, best, &known, err));
    GG_TRY(gg_evaluate(in, objective, found, &other, err));
    *objective_s = known.objective_s;
    if (other.objective_s > known.objective_s)
        return GG_OK;
    *objective_s = other.objective_s;
    memcpy(best, found, in->n_users * sizeof *best);
    return GG_OK;
}

gg_status gg_keep_better(const gg_instance *in, gg_objective objective, const int32_t *found,
                         int32_t *best, double *best_s, gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(in, objective, found, &metrics, err));
    if (metrics.tau_violations > 0 || !(metrics.objective_s < *best_s))
        return GG_OK;
    *best_s = metrics.objective_s;
    memcpy(best, found, in->n_users * sizeof *best);
    return GG_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/solver_util.h"

#include <string.h>

void gg_result_take(gg_result *result, gg_decision *decision) {
    result->status = GG_FEASIBLE;
    result->stop_reason = GG_STOP_DONE;
    result->assignment = decision->server;
    decision->server = NULL;
    gg_decision_clear(decision);
}

gg_status gg_take_found(const gg_instance *in, gg_objective objective, const int32_t *found,
                        int32_t *best, gg_error *err) {
    gg_metrics known, other;
    gg_status status = gg_evaluate(in, objective, best, &known, err);
    if (status == GG_OK)
        status = gg_evaluate(in, objective, found, &other, err);
    if (status == GG_OK && !(other.objective_s > known.objective_s))
        memcpy(best, found, in->n_users * sizeof *best);
    return status;
}

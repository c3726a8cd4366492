/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goa`: the paper's greedy offloading algorithm, mandatory users first (arXiv 2602.07958).
 */
#include "solvers/greedy/greedy_plans.h"
#include "solvers/search/solver_util.h"

static gg_status solve(const gg_instance *instance, const gg_solve_options *options,
                       gg_result *result, gg_error *err) {

    gg_decision decision;
    gg_status status = gg_decision_init(&decision, instance, err);
    if (status != GG_OK)
        return status;
    status = gg_plan_goa(&decision, options->goa_weights, gg_greedy_lazy, err);
    if (status == GG_OK)
        gg_result_take(result, &decision);
    gg_decision_clear(&decision);
    return status;
}

const gg_solver gg_solver_goa = {.name = "goa",
                                 .summary = "the published greedy algorithm",
                                 .may_violate_tau = false,
                                 .solve = solve};

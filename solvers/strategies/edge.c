/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `edge`: everybody offloads, each step the pair with the smallest Delta.
 */
#include "solvers/greedy/greedy_plans.h"
#include "solvers/search/solver_util.h"

static gg_status solve(const gg_instance *instance, const gg_solve_options *options,
                       gg_result *result, gg_error *err) {
    (void)options;
    gg_decision decision;
    gg_status status = gg_decision_init(&decision, instance, err);
    if (status != GG_OK)
        return status;
    status = gg_plan_edge(&decision, gg_greedy_lazy, err);
    if (status == GG_OK)
        gg_result_take(result, &decision);
    gg_decision_clear(&decision);
    return status;
}

const gg_solver gg_solver_edge = {.name = "edge",
                                  .summary = "everybody offloads, greedily",
                                  .may_violate_tau = false,
                                  .solve = solve};

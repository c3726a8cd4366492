/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `local`: nobody offloads.
 */
#include "solvers/search/solver_util.h"

static gg_status solve(const gg_instance *instance, const gg_solve_options *options,
                       gg_result *result, gg_error *err) {
    (void)options;
    gg_decision decision;
    gg_status status = gg_decision_init(&decision, instance, err);
    if (status == GG_OK)
        gg_result_take(result, &decision);
    return status;
}

const gg_solver gg_solver_local = {.name = "local",
                                   .summary = "everybody local; ignores tau",
                                   .may_violate_tau = true,
                                   .solve = solve};

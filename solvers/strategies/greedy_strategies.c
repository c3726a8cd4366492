/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `local`, `edge`, `dmin` and `goa`: the strategies of the paper's comparison (arXiv 2602.07958)
 * that are a single plan of the greedy assignment. goa takes mandatory users first.
 */
#include "solvers/greedy/greedy.h"
#include "solvers/solver.h"

static gg_status plan_local(gg_decision *decision, const gg_solve_options *options, gg_error *err) {
    (void)decision, (void)options, (void)err;
    return GG_OK;
}

static gg_status plan_edge(gg_decision *decision, const gg_solve_options *options, gg_error *err) {
    (void)options;
    return gg_plan_edge(decision, gg_greedy_lazy, err);
}

static gg_status plan_dmin(gg_decision *decision, const gg_solve_options *options, gg_error *err) {
    (void)options;
    return gg_plan_dmin(decision, gg_greedy_lazy, err);
}

static gg_status plan_goa(gg_decision *decision, const gg_solve_options *options, gg_error *err) {
    return gg_plan_goa(decision, options->goa_weights, gg_greedy_lazy, err);
}

const gg_solver gg_solver_local = {.name = "local",
                                   .summary = "everybody local; ignores tau",
                                   .may_violate_tau = true,
                                   .plan = plan_local};

const gg_solver gg_solver_edge = {
    .name = "edge", .summary = "everybody offloads, greedily", .plan = plan_edge};

const gg_solver gg_solver_dmin = {.name = "dmin",
                                  .summary = "whoever gains delay offloads; ignores alpha and tau",
                                  .may_violate_tau = true,
                                  .plan = plan_dmin};

const gg_solver gg_solver_goa = {
    .name = "goa", .summary = "the published greedy algorithm", .plan = plan_goa};

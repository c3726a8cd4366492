/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `exact`: the proven optimum, by branch and bound with the Lagrangian bound of solvers/EXACT.md.
 */
#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/search/iterated_search.h"
#include "solvers/tree/branch_and_bound.h"

enum { START_ITERATIONS = 10 };

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    double deadline_s = gg_now_s() + options->time_limit_s;
    const gg_iterations start = {.at_most = START_ITERATIONS,
                                 .deadline_s = deadline_s,
                                 .seed = options->seed,
                                 .run = options->run};
    result->assignment = gg_alloc(in->n_users, sizeof *result->assignment);
    if (result->assignment == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    const gg_bound_problem *problem = NULL;
    double incumbent_s;
    int64_t iterations;
    gg_metrics metrics;
    gg_status status = gg_bound_problem_new(in, options->objective, &problem, err);
    if (status == GG_OK)
        status = gg_iterate(in, options, start, result->assignment, &incumbent_s, &iterations, err);
    if (status == GG_OK)
        status = gg_evaluate(in, options->objective, result->assignment, &metrics, err);
    if (status != GG_OK) {
        gg_bound_problem_free(problem);
        return status;
    }
    gg_tree_search search = {.problem = problem,
                             .options = options,
                             .deadline_s = deadline_s,
                             .incumbent = result->assignment,
                             .incumbent_s = metrics.objective_s,
                             .lower_bound_s = INFINITY};
    if (options->certify && !problem->no_finite)
        status = gg_certificate_new(in->n_users, in->n_servers, problem->power_unit_w,
                                    &result->certificate, err);
    if (status == GG_OK) {
        result->multipliers = gg_alloc(in->n_users + in->n_servers, sizeof(double));
        if (result->multipliers == NULL)
            status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    }
    search.certificate = result->certificate;
    search.root_multipliers = result->multipliers;
    /* With nothing finite every decision costs the same: infinity. */
    if (isinf(search.incumbent_s) && !problem->no_finite) {
        search.lower_bound_s = 0.0;
        search.stop = GG_STOP_NODES;
    } else if (status == GG_OK && !problem->no_finite) {
        status = gg_branch_and_bound(&search, err);
    }
    if (search.certificate != NULL && search.certificate->n_nodes == 0) {
        gg_certificate_free(result->certificate);
        result->certificate = NULL;
    }
    result->has_lower_bound = true;
    result->lower_bound_s = search.lower_bound_s;
    result->nodes = search.nodes;
    result->stop_reason = search.stop;
    result->status = search.stop == GG_STOP_DONE ? GG_OPTIMAL : GG_BOUNDED;
    gg_bound_problem_free(problem);
    return status;
}

const gg_solver gg_solver_exact = {
    .name = "exact", .summary = "the proven optimum", .proves = true, .solve = solve};

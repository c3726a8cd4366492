/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `exact`: the proven optimum, by branch and bound with the Lagrangian bound of solvers/EXACT.md.
 */
#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/search/iterated_search.h"
#include "solvers/tree/branch_and_bound.h"

enum { START_ITERATIONS = 10 };

static gg_status search_tree(const gg_instance *in, const gg_solve_options *options,
                             const gg_bound_problem *problem, gg_tree_search *search,
                             gg_result *result, gg_error *err) {
    const gg_iterations start = {.at_most = START_ITERATIONS,
                                 .deadline_s = search->deadline_s,
                                 .seed = options->seed,
                                 .run = options->run};
    GG_TRY(gg_iterate(in, options, start, result->assignment, &search->incumbent_s, NULL, err));
    if (options->certify && !problem->no_finite)
        GG_TRY(gg_certificate_new(in->n_users, in->n_servers, problem->power_unit_w,
                                  &result->certificate, err));
    result->multipliers = gg_alloc(in->n_users + in->n_servers, sizeof(double));
    GG_NEED(result->multipliers, err, "out of memory for %zu users", in->n_users);
    search->certificate = result->certificate;
    search->root_multipliers = result->multipliers;
    /* With nothing finite every decision costs the same: infinity. */
    if (problem->no_finite)
        return GG_OK;
    if (isinf(search->incumbent_s)) {
        search->lower_bound_s = 0.0;
        search->stop = gg_stopped_by(search->deadline_s);
        if (search->stop == GG_STOP_DONE)
            search->stop = GG_STOP_NODES; /* the search for a finite decision gave up */
        return GG_OK;
    }
    return gg_branch_and_bound(search, err);
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    gg_tree_search search = {.options = options,
                             .deadline_s = gg_now_s() + options->time_limit_s,
                             .incumbent = result->assignment,
                             .lower_bound_s = INFINITY};
    GG_TRY(gg_bound_problem_new(in, options->objective, NULL, &search.problem, err));
    gg_status status = search_tree(in, options, search.problem, &search, result, err);
    if (result->certificate != NULL && result->certificate->n_nodes == 0) {
        gg_certificate_free(result->certificate);
        result->certificate = NULL;
    }
    result->has_lower_bound = true;
    result->lower_bound_s = search.lower_bound_s;
    result->nodes = search.nodes;
    result->stop_reason = search.stop;
    result->status = search.stop == GG_STOP_DONE ? GG_OPTIMAL : GG_BOUNDED;
    gg_bound_problem_free(search.problem);
    return status;
}

const gg_solver gg_solver_exact = {
    .name = "exact", .summary = "the proven optimum", .proves = true, .solve = solve};

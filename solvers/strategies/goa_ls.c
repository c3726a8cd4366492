/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goa-ls`: goa, then local search to a local optimum of the objective.
 */
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/greedy/greedy.h"
#include "solvers/search/finite_decision.h"
#include "solvers/search/iterated_search.h"

static gg_status start(const gg_instance *in, const gg_solve_options *options, int32_t *assignment,
                       gg_error *err) {
    gg_decision decision;
    GG_TRY(gg_decision_init(&decision, in, err));
    gg_status status = gg_plan_goa(&decision, options->goa_weights, gg_greedy_lazy, err);
    memcpy(assignment, decision.server, in->n_users * sizeof *assignment);
    gg_decision_clear(&decision);
    return status;
}

static gg_status improve(gg_search *search, const gg_instance *in, double deadline_s,
                         gg_result *result, gg_error *err) {
    bool finished = false;
    double *scratch = gg_alloc(in->n_servers + 1, sizeof *scratch);
    GG_NEED(scratch, err, "out of memory for %zu servers", in->n_servers);
    gg_search_load(search, result->assignment);
    gg_status status = gg_descend_to_finite(search, in, deadline_s, scratch, &finished, err);
    result->stop_reason = finished ? GG_STOP_DONE : gg_stopped_by(deadline_s);
    gg_free(scratch);
    return status;
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    double deadline_s = gg_now_s() + options->time_limit_s, objective_s;
    gg_search *search = NULL;
    GG_TRY(start(in, options, result->assignment, err));
    GG_TRY(gg_search_new(in, options->objective, &search, err));
    gg_status status = improve(search, in, deadline_s, result, err);
    if (status == GG_OK)
        status = gg_take_found(in, options->objective, gg_search_assignment(search),
                               result->assignment, &objective_s, err);
    gg_free(search);
    return status;
}

const gg_solver gg_solver_goa_ls = {
    .name = "goa-ls", .summary = "goa, then local search", .solve = solve};

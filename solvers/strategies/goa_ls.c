/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goa-ls`: goa, then local search to a local optimum of the objective.
 */
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/greedy/greedy.h"
#include "solvers/search/finite_decision.h"
#include "solvers/search/iterated_search.h"

static gg_status improve(gg_decision *decision, gg_search *search, double *scratch,
                         const gg_solve_options *options, gg_error *err) {
    const gg_instance *in = decision->instance;
    double objective_s;
    gg_search_load(search, decision->server);
    GG_TRY(gg_descend_to_finite(search, in, gg_now_s() + options->time_limit_s, scratch, err));
    return gg_take_found(in, options->objective, gg_search_assignment(search), decision->server,
                         &objective_s, err);
}

static gg_status plan(gg_decision *decision, const gg_solve_options *options, gg_error *err) {
    const gg_instance *in = decision->instance;
    gg_search *search = NULL;
    GG_TRY(gg_plan_goa(decision, options->goa_weights, gg_greedy_lazy, err));
    double *scratch = gg_alloc(in->n_servers + 1, sizeof *scratch);
    GG_NEED(scratch, err, "out of memory for %zu servers", in->n_servers);
    gg_status status = gg_search_new(in, options->objective, &search, err);
    if (status == GG_OK)
        status = improve(decision, search, scratch, options, err);
    gg_free(search);
    gg_free(scratch);
    return status;
}

const gg_solver gg_solver_goa_ls = {
    .name = "goa-ls", .summary = "goa, then local search", .plan = plan};

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `lagrangian`: a decision and a bound on all others, without a search: the root of `exact`, for
 * networks that are too large for more. Memory: 0.8 GB for 100,000 users and 16 servers.
 */
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/search/iterated_search.h"
#include "solvers/search/local_search.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/improving_box.h"

/* Kicks of the start, where they are cheap. */
enum { START_ITERATIONS = 20, FEW_USERS = 2000 };

typedef struct work {
    const gg_instance *in;
    const gg_solve_options *options;
    gg_result *result;
    const gg_bound_problem *problem;
    gg_search *search;
    double *scratch; /* M + 1 */
    double *roots;   /* N */
    double incumbent_s, deadline_s;
    gg_stop_reason stop;
    void *memory; /* of the arrays */
} work;

static gg_status start(work *w, gg_error *err) {
    const gg_record_array arrays[] = {GG_ARRAY(work, scratch, w->in->n_servers + 1),
                                      GG_ARRAY(work, roots, w->in->n_users)};
    const gg_iterations limits = {.at_most = w->in->n_users <= FEW_USERS ? START_ITERATIONS : 0,
                                  .deadline_s = w->deadline_s,
                                  .seed = w->options->seed,
                                  .run = w->options->run};
    w->memory = GG_ARRAYS_NEW(w, arrays);
    GG_NEED(w->memory, err, "out of memory for %zu users", w->in->n_users);
    GG_TRY(gg_bound_problem_new(w->in, w->options->objective, NULL, &w->problem, err));
    return gg_iterate(w->in, w->options, limits, w->result->assignment, &w->incumbent_s, NULL, err);
}

static gg_status use_fewer_servers(work *w, gg_error *err) {
    GG_TRY(gg_search_new(w->in, w->options->objective, &w->search, err));
    gg_search_load(w->search, w->result->assignment);
    GG_TRY(gg_close_servers(w->search, w->in, w->deadline_s, err));
    gg_descend(w->search, w->in, NULL, w->deadline_s, w->scratch);
    return gg_keep_better(w->in, w->options->objective, gg_search_assignment(w->search),
                          w->result->assignment, &w->incumbent_s, err);
}

/* What user i works for on server j, per load, at the least. */
static double work_at_load(const gg_bound_problem *p, size_t i, size_t j, const double *least) {
    return p->slow == NULL ? p->work[i] / p->instance->server_capacity_flops[j]
                           : gg_work(p, i, j) * least[j];
}

/* Two bounds at once, both of undisturbed users. Everybody's cheapest option alone; and, since user
 * i on server j costs at least n_j b_i with b_i = min over j of a_ij + W_i / C_j, by Cauchy's
 * inequality twice n_j sum b_i >= (sum sqrt(b_i))^2 on every server, and (sum over all who
 * offload)^2 / M on all together: of which the tangent at those who must is taken, to choose for
 * each of the others. */
static double undisturbed_s(const gg_bound_problem *p, double *root /* n */) {
    double alone_s = 0.0, must = 0.0, least[GG_BOUND_SERVERS_MAX];
    for (size_t j = 0; p->slow != NULL && j < p->m; j++)
        least[j] = gg_least_seconds(p, j);
    for (size_t i = 0; i < p->n; i++) {
        bool mandatory = gg_is_mandatory(p->instance, i);
        double least_s = mandatory ? INFINITY : p->local_s[i], shared = INFINITY;
        for (size_t j = 0; j < p->m; j++) {
            double factor = gg_cost_factor(p, i, j, 0.0);
            least_s = fmin(least_s, factor + gg_work(p, i, j) * gg_seconds_per_work(p, j, 1) +
                                        gg_fixed(p, i, j));
            shared = fmin(shared, factor + work_at_load(p, i, j, least));
        }
        alone_s += least_s;
        root[i] = sqrt(shared);
        must += mandatory ? root[i] : 0.0;
    }
    if (p->m == 0)
        return alone_s * (1.0 - 1e-10);
    double together_s = must * must / (double)p->m;
    for (size_t i = 0; i < p->n; i++)
        if (!gg_is_mandatory(p->instance, i))
            together_s += fmin(p->local_s[i], 2.0 * must * root[i] / (double)p->m);
    return fmax(alone_s, together_s) * (1.0 - 1e-10);
}

/* The bound that needs no ascent is kept where it is the better one: without a certificate. */
static gg_status bound_root(work *w, gg_error *err) {
    gg_result *result = w->result;
    gg_tree_search search = {.problem = w->problem,
                             .options = w->options,
                             .deadline_s = w->deadline_s,
                             .incumbent = result->assignment,
                             .incumbent_s = w->incumbent_s,
                             .root_only = true};
    if (w->options->certify)
        GG_TRY(gg_certificate_new(w->in->n_users, w->in->n_servers, w->problem->power_unit_w,
                                  &result->certificate, err));
    search.certificate = result->certificate;
    GG_TRY(gg_branch_and_bound(&search, err));
    w->incumbent_s = search.incumbent_s;
    w->stop = search.stop != GG_STOP_DONE ? search.stop : gg_stopped_by(w->deadline_s);
    result->nodes = search.nodes;
    if (search.lower_bound_s < result->lower_bound_s) {
        gg_certificate_free(result->certificate);
        result->certificate = NULL;
    }
    result->lower_bound_s = fmax(result->lower_bound_s, search.lower_bound_s);
    return GG_OK;
}

static gg_status run(work *w, gg_error *err) {
    GG_TRY(start(w, err));
    w->result->lower_bound_s =
        w->problem->no_finite ? INFINITY : undisturbed_s(w->problem, w->roots);
    if (w->problem->no_finite || isinf(w->incumbent_s))
        return GG_OK;
    GG_TRY(use_fewer_servers(w, err));
    if (w->options->node_limit > 0)
        return bound_root(w, err);
    w->stop = GG_STOP_NODES;
    return GG_OK;
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    work w = {.in = in,
              .options = options,
              .result = result,
              .deadline_s = gg_now_s() + options->time_limit_s};
    gg_status status = run(&w, err);
    result->has_lower_bound = true;
    result->lower_bound_s = fmin(result->lower_bound_s, w.incumbent_s);
    const bool proven = gg_within_gap(w.incumbent_s, result->lower_bound_s, options->gap);
    result->status = proven ? GG_OPTIMAL : w.stop != GG_STOP_DONE ? GG_BOUNDED : GG_FEASIBLE;
    result->stop_reason = result->status == GG_OPTIMAL    ? GG_STOP_DONE
                          : result->status == GG_FEASIBLE ? GG_STOP_IDLE
                                                          : w.stop;
    gg_free(w.search);
    gg_bound_problem_free(w.problem);
    gg_free(w.memory);
    return status;
}

const gg_solver gg_solver_lagrangian = {.name = "lagrangian",
                                        .summary = "a decision and a bound, for large networks",
                                        .proves = true,
                                        .solve = solve};

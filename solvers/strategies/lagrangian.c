/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `lagrangian`: a decision and a bound on all others, without a search: for networks that are too
 * large for `exact`. Memory: 180 MB in all for 100,000 users and 16 servers.
 */
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/bound/load_bound.h"
#include "solvers/search/iterated_search.h"
#include "solvers/search/local_search.h"
#include "solvers/tree/improving_box.h"

/* Kicks of the start, where they are cheap; steps of the ascent between two decisions; rounds of
 * both, and how many may pass without gain. */
enum { START_ITERATIONS = 20, FEW_USERS = 2000, STEPS = 50, ROUNDS_MAX = 40, PATIENCE = 4 };
static const double TOLERANCE = 1e-5, TEMPER_TOLERANCE = 1e-2, WORTH_IT = 1e-5, MUCH_BETTER = 0.02,
                    TEMPER_SHARE = 0.3;

typedef struct work {
    const gg_instance *in;
    const gg_solve_options *options;
    gg_result *result;
    const gg_bound_problem *problem;
    gg_load_bound *bound;
    gg_search *search;
    int32_t *trial;  /* N */
    double *scratch; /* M + 1 */
    double *roots;   /* N */
    double incumbent_s, start_s, deadline_s;
    void *memory; /* of the arrays */
} work;

static gg_status start(work *w, gg_error *err) {
    const gg_record_array arrays[] = {GG_ARRAY(work, trial, w->in->n_users),
                                      GG_ARRAY(work, scratch, w->in->n_servers + 1),
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

/* Takes over what the search stands at, improved, when it is the best. */
static gg_status descend_and_keep(work *w, gg_error *err) {
    gg_descend(w->search, w->in, w->deadline_s, w->scratch);
    return gg_keep_better(w->in, w->options->objective, gg_search_assignment(w->search),
                          w->result->assignment, &w->incumbent_s, err);
}

static gg_status use_fewer_servers(work *w, gg_error *err) {
    gg_search_load(w->search, w->result->assignment);
    GG_TRY(gg_close_servers(w->search, w->in, w->deadline_s, err));
    return descend_and_keep(w, err);
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

/* The decision that the multipliers suggest, improved: kept when it is the best. */
static gg_status decide(work *w, gg_error *err) {
    memcpy(w->trial, w->result->assignment, w->in->n_users * sizeof *w->trial);
    gg_load_decide(w->bound, w->trial);
    gg_search_load(w->search, w->trial);
    return descend_and_keep(w, err);
}

static void report(const work *w) {
    const gg_progress progress = {w->incumbent_s, w->result->lower_bound_s, w->result->nodes,
                                  gg_now_s() - w->start_s};
    if (w->options->progress != NULL)
        w->options->progress(w->options->progress_context, &progress);
}

static bool proven(const work *w) {
    return gg_within_gap(w->incumbent_s, w->result->lower_bound_s, w->options->gap);
}

/* Multipliers from the best decision, and from them another, as long as that is much better. */
static gg_status settle(work *w, gg_error *err) {
    double before_s;
    do {
        double now_s = gg_now_s();
        before_s = w->incumbent_s;
        gg_load_duals_from(w->bound, w->result->assignment, TEMPER_TOLERANCE * w->incumbent_s,
                           now_s + TEMPER_SHARE * (w->deadline_s - now_s));
        GG_TRY(decide(w, err));
        report(w);
    } while (w->incumbent_s < before_s * (1.0 - MUCH_BETTER) && !gg_time_is_up(w->deadline_s));
    return GG_OK;
}

static gg_status improve(work *w, gg_error *err) {
    double *best_s = &w->result->lower_bound_s, highest_s = -INFINITY;
    int idle = 0;
    GG_TRY(gg_load_bound_new(w->problem, &w->bound, err));
    GG_TRY(gg_search_new(w->in, w->options->objective, &w->search, err));
    GG_TRY(use_fewer_servers(w, err));
    GG_TRY(settle(w, err));
    for (int round = 0; round < ROUNDS_MAX && idle < PATIENCE && !proven(w) &&
                        w->result->nodes < w->options->node_limit && !gg_time_is_up(w->deadline_s);
         round++) {
        double before_s = w->incumbent_s;
        double bound_s = gg_load_ascend(w->bound, w->incumbent_s, STEPS, TOLERANCE * w->incumbent_s,
                                        w->deadline_s);
        idle = bound_s > highest_s + WORTH_IT * w->incumbent_s ? 0 : idle + 1;
        highest_s = fmax(highest_s, bound_s);
        *best_s = fmax(*best_s, bound_s);
        w->result->nodes++;
        GG_TRY(decide(w, err));
        report(w);
        if (w->incumbent_s < before_s * (1.0 - MUCH_BETTER))
            GG_TRY(settle(w, err));
    }
    return GG_OK;
}

static gg_status run(work *w, gg_error *err) {
    GG_TRY(start(w, err));
    w->result->lower_bound_s =
        w->problem->no_finite ? INFINITY : undisturbed_s(w->problem, w->roots);
    return w->problem->no_finite || isinf(w->incumbent_s) ? GG_OK : improve(w, err);
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    work w = {.in = in, .options = options, .result = result, .start_s = gg_now_s()};
    w.deadline_s = w.start_s + options->time_limit_s;
    gg_status status = run(&w, err);
    result->has_lower_bound = true;
    result->lower_bound_s = fmin(result->lower_bound_s, w.incumbent_s);
    const gg_stop_reason reason = gg_stopped_by(w.deadline_s);
    bool stopped = reason != GG_STOP_DONE || result->nodes >= options->node_limit;
    result->status = proven(&w) ? GG_OPTIMAL : stopped ? GG_BOUNDED : GG_FEASIBLE;
    result->stop_reason = result->status != GG_BOUNDED ? GG_STOP_DONE
                          : reason != GG_STOP_DONE     ? reason
                                                       : GG_STOP_NODES;
    gg_free(w.search);
    gg_free(w.bound);
    gg_bound_problem_free(w.problem);
    gg_free(w.memory);
    return status;
}

const gg_solver gg_solver_lagrangian = {.name = "lagrangian",
                                        .summary = "a decision and a bound, for large networks",
                                        .proves = true,
                                        .solve = solve};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/iterated_search.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/greedy/greedy.h"
#include "solvers/search/finite_decision.h"

gg_status gg_take_found(const gg_instance *in, gg_objective objective, const int32_t *found,
                        int32_t *best, double *objective_s, gg_error *err) {
    gg_metrics known, other;
    GG_TRY(gg_evaluate(in, objective, best, &known, err));
    GG_TRY(gg_evaluate(in, objective, found, &other, err));
    *objective_s = known.objective_s;
    if (other.objective_s > known.objective_s)
        return GG_OK;
    *objective_s = other.objective_s;
    memcpy(best, found, in->n_users * sizeof *best);
    return GG_OK;
}

gg_status gg_keep_better(const gg_instance *in, gg_objective objective, const int32_t *found,
                         int32_t *best, double *best_s, gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(in, objective, found, &metrics, err));
    if (metrics.tau_violations > 0 || !(metrics.objective_s < *best_s))
        return GG_OK;
    *best_s = metrics.objective_s;
    memcpy(best, found, in->n_users * sizeof *best);
    return GG_OK;
}

/* The least users that a kick moves, and the most where nothing else is asked for. */
enum { LEAST_KICKED = 2, MOST_KICKED = 7 };

/* The search and the best decision it has met. */
typedef struct iteration {
    const gg_instance *in;
    gg_search *search;
    gg_rng rng;
    uint32_t most_kicked;
    int32_t *goa; /* n: its decision */
    int32_t *best;
    double best_s;
    double *scratch; /* m + 1 */
    double start_s, deadline_s;
    int64_t done;
    void *memory; /* of the arrays */
} iteration;

static void keep(iteration *it) {
    double now_s = gg_search_objective_s(it->search);
    if (now_s < it->best_s) {
        it->best_s = now_s;
        memcpy(it->best, gg_search_assignment(it->search), it->in->n_users * sizeof *it->best);
    }
}

static void descend_and_keep(iteration *it) {
    gg_descend(it->search, it->in, NULL, it->deadline_s, it->scratch);
    keep(it);
}

static void report(const iteration *it, const gg_solve_options *options) {
    const gg_progress now = {it->best_s, -INFINITY, it->done, gg_now_s() - it->start_s};
    if (options->progress != NULL)
        options->progress(options->progress_context, &now);
}

/* Descends from a decision of another tau or objective too. Who must offload now goes where that
 * costs least, in the order of the users. */
static void start_from_known(iteration *it, const int32_t *known) {
    gg_search_load(it->search, known);
    for (size_t i = 0; i < it->in->n_users; i++) {
        int32_t at = gg_search_assignment(it->search)[i];
        if (gg_search_allows(it->search, i, at))
            continue;
        size_t best = 0;
        gg_search_try_moves(it->search, i, it->scratch);
        for (size_t option = 0; option <= it->in->n_servers; option++)
            if (gg_search_allows(it->search, i, (int32_t)option - 1) &&
                !(it->scratch[option] >= it->scratch[best] &&
                  gg_search_allows(it->search, i, (int32_t)best - 1)))
                best = option;
        if (gg_search_allows(it->search, i, (int32_t)best - 1))
            gg_search_move(it->search, i, (int32_t)best - 1);
        else
            return; /* nobody serves this user: the decision is of no use */
    }
    descend_and_keep(it);
}

static gg_status start_from_goa(iteration *it, gg_objective weights, gg_error *err) {
    gg_decision decision;
    GG_TRY(gg_decision_init(&decision, it->in, err));
    gg_status status = gg_plan_goa(&decision, weights, gg_greedy_lazy, err);
    gg_search_load(it->search, decision.server);
    memcpy(it->goa, decision.server, it->in->n_users * sizeof *it->goa);
    memcpy(it->best, decision.server, it->in->n_users * sizeof *it->best);
    gg_decision_clear(&decision);
    return status;
}

static gg_status iterate(iteration *it, const gg_solve_options *options, int64_t at_most,
                         double *objective_s, gg_error *err) {
    const gg_instance *in = it->in;
    const gg_record_array arrays[] = {GG_ARRAY(iteration, scratch, in->n_servers + 1),
                                      GG_ARRAY(iteration, goa, in->n_users)};
    bool finished;
    it->memory = GG_ARRAYS_NEW(it, arrays);
    GG_NEED(it->memory, err, "out of memory");
    GG_TRY(gg_search_new(in, options->objective, &it->search, err));
    GG_TRY(start_from_goa(it, options->goa_weights, err));
    GG_TRY(gg_descend_to_finite(it->search, in, it->deadline_s, it->scratch, &finished, err));
    keep(it);
    if (options->known != NULL)
        start_from_known(it, options->known);
    while (in->n_servers > 0 && it->done < at_most && !gg_time_is_up(it->deadline_s)) {
        gg_search_load(it->search, it->best);
        gg_kick(it->search, in, it->most_kicked - LEAST_KICKED + 1, &it->rng);
        descend_and_keep(it);
        it->done++;
        report(it, options);
    }
    GG_TRY(gg_take_found(in, options->objective, it->best, it->goa, objective_s, err));
    memcpy(it->best, it->goa, in->n_users * sizeof *it->best);
    return GG_OK;
}

gg_status gg_iterate(const gg_instance *in, const gg_solve_options *options, gg_iterations limits,
                     int32_t *best, double *objective_s, int64_t *done, gg_error *err) {
    iteration it = {.in = in,
                    .rng = gg_rng_start(limits.seed, limits.run, GG_STREAM_SOLVER_ILS),
                    .most_kicked = limits.most_kicked > 0 ? limits.most_kicked : MOST_KICKED,
                    .best = best,
                    .best_s = INFINITY,
                    .start_s = gg_now_s(),
                    .deadline_s = limits.deadline_s};
    gg_status status = iterate(&it, options, limits.at_most, objective_s, err);
    if (done != NULL)
        *done = it.done;
    gg_free(it.search);
    gg_free(it.memory);
    return status;
}

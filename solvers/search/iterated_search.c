/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/iterated_search.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/greedy/greedy_plans.h"
#include "solvers/search/finite_decision.h"
#include "solvers/search/solver_util.h"

enum { KICK_MIN = 2, KICK_SPREAD = 6 };

typedef struct walk {
    const gg_instance *in;
    gg_search *search;
    gg_rng rng;
    int32_t *goa; /* n: its decision */
    int32_t *best;
    double best_s;
    double *scratch; /* m + 1 */
    double deadline_s;
} walk;

/* A few random users go to random options they have. */
static void kick(walk *w) {
    uint32_t n = (uint32_t)w->in->n_users, options = (uint32_t)w->in->n_servers + 1;
    uint32_t kicks = KICK_MIN + gg_rng_next_below(&w->rng, KICK_SPREAD);
    for (uint32_t k = 0; k < kicks; k++) {
        size_t user = gg_rng_next_below(&w->rng, n);
        int32_t target = (int32_t)gg_rng_next_below(&w->rng, options) - 1;
        if (gg_search_allows(w->search, user, target))
            gg_search_move(w->search, user, target);
    }
}

static void keep(walk *w) {
    double now_s = gg_search_objective_s(w->search);
    if (now_s < w->best_s) {
        w->best_s = now_s;
        memcpy(w->best, gg_search_assignment(w->search), w->in->n_users * sizeof *w->best);
    }
}

static void descend_and_keep(walk *w) {
    gg_descend(w->search, w->in, w->deadline_s, w->scratch);
    keep(w);
}

/* Descends from a decision of another tau or objective too. Who must offload now goes where that
 * costs least, in the order of the users. */
static void start_from_known(walk *w, const int32_t *known) {
    gg_search_load(w->search, known);
    for (size_t i = 0; i < w->in->n_users; i++) {
        int32_t at = gg_search_assignment(w->search)[i];
        if (gg_search_allows(w->search, i, at))
            continue;
        size_t best = 0;
        gg_search_try_moves(w->search, i, w->scratch);
        for (size_t option = 0; option <= w->in->n_servers; option++)
            if (gg_search_allows(w->search, i, (int32_t)option - 1) &&
                !(w->scratch[option] >= w->scratch[best] &&
                  gg_search_allows(w->search, i, (int32_t)best - 1)))
                best = option;
        if (gg_search_allows(w->search, i, (int32_t)best - 1))
            gg_search_move(w->search, i, (int32_t)best - 1);
        else
            return; /* nobody serves this user: the decision is of no use */
    }
    descend_and_keep(w);
}

static gg_status start(walk *w, const gg_solve_options *options, gg_error *err) {
    gg_decision decision = {0};
    w->scratch = gg_alloc(w->in->n_servers + 1, sizeof(double));
    w->goa = gg_alloc(w->in->n_users, sizeof *w->goa);
    gg_status status =
        w->scratch == NULL || w->goa == NULL ? gg_fail(err, GG_E_NOMEM, "out of memory") : GG_OK;
    if (status == GG_OK)
        status = gg_search_new(w->in, options->objective, &w->search, err);
    if (status == GG_OK)
        status = gg_decision_init(&decision, w->in, err);
    if (status == GG_OK)
        status = gg_plan_goa(&decision, options->goa_weights, gg_greedy_lazy, err);
    if (status == GG_OK) {
        gg_search_load(w->search, decision.server);
        memcpy(w->goa, decision.server, w->in->n_users * sizeof *w->goa);
        memcpy(w->best, decision.server, w->in->n_users * sizeof *w->best);
    }
    gg_decision_clear(&decision);
    return status;
}

gg_status gg_iterate(const gg_instance *in, const gg_solve_options *options, gg_iterations limits,
                     int32_t *best, double *objective_s, int64_t *done, gg_error *err) {
    walk w = {.in = in,
              .rng = gg_rng_start(limits.seed, limits.run, GG_STREAM_SOLVER_ILS),
              .best = best,
              .best_s = INFINITY,
              .deadline_s = limits.deadline_s};
    *done = 0;
    gg_status status = start(&w, options, err);
    if (status == GG_OK)
        status = gg_descend_to_finite(w.search, in, w.deadline_s, w.scratch, err);
    if (status == GG_OK)
        keep(&w);
    if (status == GG_OK && options->known != NULL)
        start_from_known(&w, options->known);
    while (status == GG_OK && in->n_servers > 0 && *done < limits.at_most && !gg_stop_requested() &&
           !(isfinite(w.deadline_s) && gg_now_s() >= w.deadline_s)) {
        gg_search_load(w.search, w.best);
        kick(&w);
        descend_and_keep(&w);
        ++*done;
    }
    *objective_s = w.best_s;
    if (status == GG_OK)
        status = gg_take_found(in, options->objective, w.best, w.goa, err);
    if (status == GG_OK)
        memcpy(best, w.goa, in->n_users * sizeof *best);
    gg_search_free(w.search);
    gg_free(w.scratch);
    gg_free(w.goa);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goa-marginal`: greedy like goa, but Delta is the true change of the objective, the harm to users
 * already placed included. That Delta is not monotone, so every step looks at every pair.
 */
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/search/finite_decision.h"
#include "solvers/solver.h"

typedef struct marginal {
    const gg_instance *in;
    gg_search *search;
    double *change_s; /* m + 1 */
    double deadline_s;
    gg_stop_reason stop;
} marginal;

/* The pair with the smallest change among users at home that are mandatory, or are not. */
static double best_pair(marginal *g, bool mandatory, size_t *user, int32_t *server) {
    double best_s = INFINITY;
    for (size_t i = 0; i < g->in->n_users; i++) {
        if (gg_search_assignment(g->search)[i] != GG_LOCAL ||
            (gg_is_mandatory(g->in, i) != 0) != mandatory)
            continue;
        gg_search_try_moves(g->search, i, g->change_s);
        for (size_t j = 0; j < g->in->n_servers; j++)
            if (g->change_s[1 + j] < best_s) {
                best_s = g->change_s[1 + j];
                *user = i;
                *server = (int32_t)j;
            }
    }
    return best_s;
}

/* Time is up, or no server is of any use to who is left and every decision is infinite: each goes
 * where it costs least as things are, or just anywhere. */
static void place_the_rest(marginal *g) {
    for (size_t i = 0; i < g->in->n_users; i++) {
        size_t best = 0;
        if (!gg_is_mandatory(g->in, i) || gg_search_assignment(g->search)[i] != GG_LOCAL)
            continue;
        gg_search_try_moves(g->search, i, g->change_s);
        for (size_t j = 1; j < g->in->n_servers; j++)
            if (g->change_s[1 + j] < g->change_s[1 + best])
                best = j;
        gg_search_move(g->search, i, (int32_t)best);
    }
}

static gg_status place_mandatory(marginal *g, gg_error *err) {
    size_t user = 0;
    int32_t server = 0;
    while (g->stop == GG_STOP_DONE && isfinite(best_pair(g, true, &user, &server))) {
        gg_search_move(g->search, user, server);
        g->stop = gg_stopped_by(g->deadline_s);
    }
    place_the_rest(g);
    return gg_make_finite(g->search, g->in, err);
}

static void place_voluntary(marginal *g) {
    size_t user = 0;
    int32_t server = 0;
    while (g->stop == GG_STOP_DONE && best_pair(g, false, &user, &server) < 0.0) {
        gg_search_move(g->search, user, server);
        g->stop = gg_stopped_by(g->deadline_s);
    }
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    marginal g = {.in = in, .deadline_s = gg_now_s() + options->time_limit_s};
    GG_TRY(gg_search_new(in, options->objective, &g.search, err));
    g.change_s = gg_alloc(in->n_servers + 1, sizeof *g.change_s);
    gg_status status = g.change_s != NULL
                           ? place_mandatory(&g, err)
                           : gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    if (status == GG_OK) {
        place_voluntary(&g);
        result->stop_reason = g.stop;
        memcpy(result->assignment, gg_search_assignment(g.search),
               in->n_users * sizeof *result->assignment);
    }
    gg_free(g.search);
    gg_free(g.change_s);
    return status;
}

const gg_solver gg_solver_goa_marginal = {.name = "goa-marginal",
                                          .summary = "greedy on the true change of the objective",
                                          .solve = solve};

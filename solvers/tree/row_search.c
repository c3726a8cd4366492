/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/row_search.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/search/search_state.h"

enum { KICK_MIN = 2, KICK_SPREAD = 5 };

typedef struct walk {
    const gg_bound_problem *p;
    gg_search *search;
    gg_rng rng;
    double *change_s; /* m + 1 */
    double best_s;
    int32_t *best; /* n */
} walk;

static int32_t place_of(const walk *w, size_t user) {
    return gg_search_assignment(w->search)[user];
}

static double gain_of(const walk *w) {
    double gain = 0.0;
    for (size_t i = 0; i < w->p->n; i++)
        if (place_of(w, i) != GG_LOCAL)
            gain += w->p->row.gain[i];
    return gain;
}

/* What the sum of gains changes by when a user goes to `target`. */
static double gain_change(const walk *w, size_t user, int32_t target) {
    bool from = place_of(w, user) != GG_LOCAL, to = target != GG_LOCAL;
    return from == to ? 0.0 : to ? w->p->row.gain[user] : -w->p->row.gain[user];
}

/* Moves whoever lifts the gains most cheaply until the row holds; false when nobody can. */
static bool repair(walk *w) {
    for (double gain = gain_of(w); gain < w->p->row.required; gain = gain_of(w)) {
        double best = INFINITY;
        size_t user = 0;
        int32_t target = GG_LOCAL;
        for (size_t i = 0; i < w->p->n; i++) {
            gg_search_try_moves(w->search, i, w->change_s);
            for (int32_t to = GG_LOCAL; to < (int32_t)w->p->m; to++) {
                double more = fmin(gain_change(w, i, to), w->p->row.required - gain);
                if (!(more > 0.0) || !(w->change_s[to + 1] / more < best))
                    continue;
                best = w->change_s[to + 1] / more;
                user = i;
                target = to;
            }
        }
        if (isinf(best))
            return false;
        gg_search_move(w->search, user, target);
    }
    return true;
}

static bool improves(double change_s, double objective_s) {
    return change_s < -1e-12 * objective_s;
}

/* The best move of a user that keeps the row. */
static bool move_user(walk *w, size_t user, double gain, double objective_s) {
    double best_s = 0.0;
    int32_t best = place_of(w, user);
    gg_search_try_moves(w->search, user, w->change_s);
    for (int32_t to = GG_LOCAL; to < (int32_t)w->p->m; to++)
        if (w->change_s[to + 1] < best_s && gain + gain_change(w, user, to) >= w->p->row.required) {
            best_s = w->change_s[to + 1];
            best = to;
        }
    if (!improves(best_s, objective_s))
        return false;
    gg_search_move(w->search, user, best);
    return true;
}

static bool swap_users(walk *w, size_t a, size_t b, double gain, double objective_s) {
    int32_t at_a = place_of(w, a), at_b = place_of(w, b);
    if (at_a == at_b ||
        gain + gain_change(w, a, at_b) + gain_change(w, b, at_a) < w->p->row.required ||
        !improves(gg_search_try_swap(w->search, a, b), objective_s))
        return false;
    gg_search_move(w->search, a, at_b);
    gg_search_move(w->search, b, at_a);
    return true;
}

/* Predictions may be off by their rounding: the number of changes is limited all the same. */
static void descend(walk *w, double deadline_s) {
    size_t n = w->p->n, left = 20 * n + 100;
    bool changed = true;
    while (changed && left > 0 && gg_now_s() < deadline_s && !gg_stop_requested()) {
        changed = false;
        for (size_t a = 0; a < n && left > 0; a++)
            if (move_user(w, a, gain_of(w), gg_search_measure_s(w->search))) {
                changed = true;
                left--;
            }
        double gain = gain_of(w), objective_s = gg_search_measure_s(w->search);
        for (size_t a = 0; a < n && !changed; a++)
            for (size_t b = 0; b < a && !changed; b++)
                changed = swap_users(w, a, b, gain, objective_s);
        left -= left > 0;
    }
}

static void keep(walk *w) {
    double now_s = gg_search_objective_s(w->search);
    if (!(now_s < w->best_s) || gain_of(w) < w->p->row.required)
        return;
    w->best_s = now_s;
    memcpy(w->best, gg_search_assignment(w->search), w->p->n * sizeof *w->best);
}

static void kick(walk *w) {
    uint32_t n = (uint32_t)w->p->n, options = (uint32_t)w->p->m + 1;
    uint32_t kicks = KICK_MIN + gg_rng_next_below(&w->rng, KICK_SPREAD);
    for (uint32_t k = 0; k < kicks; k++) {
        size_t user = gg_rng_next_below(&w->rng, n);
        int32_t target = (int32_t)gg_rng_next_below(&w->rng, options) - 1;
        if (gg_search_allows(w->search, user, target))
            gg_search_move(w->search, user, target);
    }
}

gg_status gg_row_search(const gg_bound_problem *p, gg_iterations limits, int32_t *decision,
                        double *objective_s, gg_error *err) {
    walk w = {.p = p,
              .rng = gg_rng_start(limits.seed, limits.run, GG_STREAM_SOLVER_ILS),
              .change_s = gg_alloc(p->m + 1, sizeof(double)),
              .best_s = INFINITY,
              .best = decision};
    gg_status status = gg_search_new(p->instance, p->objective, &w.search, err);
    if (status == GG_OK && w.change_s == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for a search over %zu users", p->n);
    for (int64_t k = 0; status == GG_OK && k <= limits.at_most; k++) {
        gg_search_load(w.search, decision);
        if (k > 0)
            kick(&w);
        if (repair(&w)) {
            keep(&w);
            descend(&w, limits.deadline_s);
            keep(&w);
        }
        if (gg_stop_requested() || gg_now_s() >= limits.deadline_s)
            break;
    }
    *objective_s = w.best_s;
    gg_search_free(w.search);
    gg_free(w.change_s);
    return status;
}

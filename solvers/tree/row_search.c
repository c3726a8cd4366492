/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/row_search.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "models/delay.h"
#include "solvers/bound/offload_row.h"
#include "solvers/search/local_search.h"

enum { KICK_SPREAD = 5 };

/* Descent under a row. */
typedef struct row_descent {
    const gg_bound_problem *p;
    gg_search *search;
    gg_rng rng;
    double *change_s; /* m + 1 */
    double best_s;
    int32_t *best; /* n */
} row_descent;

static int32_t place_of(const row_descent *d, size_t user) {
    return gg_search_assignment(d->search)[user];
}

static double gain_of(const row_descent *d) {
    double gain = 0.0;
    for (size_t i = 0; i < d->p->n; i++)
        if (place_of(d, i) != GG_LOCAL)
            gain += d->p->row.gain[i];
    return gain;
}

/* What the sum of gains changes by when a user goes to `target`. */
static double gain_change(const row_descent *d, size_t user, int32_t target) {
    bool from = place_of(d, user) != GG_LOCAL, to = target != GG_LOCAL;
    return from == to ? 0.0 : to ? d->p->row.gain[user] : -d->p->row.gain[user];
}

/* Moves whoever lifts the gains most cheaply until the row holds; false when nobody can. */
static bool repair(row_descent *d) {
    for (double gain = gain_of(d); gain < d->p->row.required; gain = gain_of(d)) {
        double best = INFINITY;
        size_t user = 0;
        int32_t target = GG_LOCAL;
        for (size_t i = 0; i < d->p->n; i++) {
            gg_search_try_moves(d->search, i, d->change_s);
            for (int32_t to = GG_LOCAL; to < (int32_t)d->p->m; to++) {
                double more = fmin(gain_change(d, i, to), d->p->row.required - gain);
                if (!(more > 0.0) || !(d->change_s[to + 1] / more < best))
                    continue;
                best = d->change_s[to + 1] / more;
                user = i;
                target = to;
            }
        }
        if (isinf(best))
            return false;
        gg_search_move(d->search, user, target);
    }
    return true;
}

/* The best move of a user that keeps the row. */
static bool move_user(row_descent *d, size_t user, double gain, double objective_s) {
    double best_s = 0.0;
    int32_t best = place_of(d, user);
    gg_search_try_moves(d->search, user, d->change_s);
    for (int32_t to = GG_LOCAL; to < (int32_t)d->p->m; to++)
        if (d->change_s[to + 1] < best_s && gain + gain_change(d, user, to) >= d->p->row.required) {
            best_s = d->change_s[to + 1];
            best = to;
        }
    if (!gg_improves(best_s, objective_s))
        return false;
    gg_search_move(d->search, user, best);
    return true;
}

static bool swap_users(row_descent *d, size_t a, size_t b, double gain, double objective_s) {
    int32_t at_a = place_of(d, a), at_b = place_of(d, b);
    if (at_a == at_b ||
        gain + gain_change(d, a, at_b) + gain_change(d, b, at_a) < d->p->row.required ||
        !gg_improves(gg_search_try_swap(d->search, a, b), objective_s))
        return false;
    gg_search_move(d->search, a, at_b);
    gg_search_move(d->search, b, at_a);
    return true;
}

/* Predictions may be off by their rounding: the number of changes is limited all the same. */
static void descend(row_descent *d, double deadline_s) {
    size_t n = d->p->n, left = 20 * n + 100;
    bool changed = true;
    while (changed && left > 0 && !gg_time_is_up(deadline_s)) {
        changed = false;
        for (size_t a = 0; a < n && left > 0; a++)
            if (move_user(d, a, gain_of(d), gg_search_measure_s(d->search))) {
                changed = true;
                left--;
            }
        double gain = gain_of(d), objective_s = gg_search_measure_s(d->search);
        for (size_t a = 0; a < n && !changed; a++)
            for (size_t b = 0; b < a && !changed; b++)
                changed = swap_users(d, a, b, gain, objective_s);
        left -= left > 0;
    }
}

static void keep(row_descent *d) {
    double now_s = gg_search_objective_s(d->search);
    if (!(now_s < d->best_s) || gain_of(d) < d->p->row.required)
        return;
    d->best_s = now_s;
    memcpy(d->best, gg_search_assignment(d->search), d->p->n * sizeof *d->best);
}

gg_status gg_row_search(const gg_bound_problem *p, gg_iterations limits, int32_t *decision,
                        double *objective_s, gg_error *err) {
    row_descent d = {.p = p,
                     .rng = gg_rng_start(limits.seed, limits.run, GG_STREAM_SOLVER_ILS),
                     .best_s = INFINITY,
                     .best = decision};
    GG_TRY(gg_search_new(p->instance, p->objective, &d.search, err));
    d.change_s = gg_alloc(p->m + 1, sizeof(double));
    for (int64_t k = 0; d.change_s != NULL && k <= limits.at_most; k++) {
        gg_search_load(d.search, decision);
        if (k > 0)
            gg_kick(d.search, p->instance, KICK_SPREAD, &d.rng);
        if (repair(&d)) {
            keep(&d);
            descend(&d, limits.deadline_s);
            keep(&d);
        }
        if (gg_time_is_up(limits.deadline_s))
            break;
    }
    *objective_s = d.best_s;
    gg_free(d.search);
    GG_NEED(d.change_s, err, "out of memory for a search over %zu users", p->n);
    gg_free(d.change_s);
    return GG_OK;
}

/* Local delays are positive: whom the price pays to stay keeps this little. Such a user is best
 * local whatever the others do. */
static const double LEAST_S = 1e-15;

/* Weights and prices become part of what the users send, compute and wait. */
static void put_prices(const gg_bound_problem *p, gg_instance *in) {
    const double joule = gg_objective_joule(p->objective);
    for (size_t i = 0; i < p->n; i++) {
        double weight = gg_weight(in, p->objective, i);
        double local_s = fmax(gg_row_local_s(p, i, p->row.price_s), LEAST_S);
        in->payload_bits[i] =
            gg_price_of_second(weight, joule, in->tx_power_w[i]) * in->payload_bits[i];
        if (in->output_tokens != NULL)
            in->output_tokens[i] *= weight;
        if (in->prefill_s != NULL)
            in->prefill_s[i] *= weight;
        if (in->gate_delay_s != NULL)
            in->gate_delay_s[i] *= gg_home_price(in, weight, joule, i);
        /* Keeps the work at the edge, which is in proportion to both. */
        in->local_capacity_flops[i] =
            weight * in->local_delay_s[i] * in->local_capacity_flops[i] / local_s;
        in->local_delay_s[i] = local_s;
    }
}

gg_status gg_priced_search(const gg_bound_problem *p, gg_iterations limits, int32_t *decision,
                           gg_error *err) {
    const gg_solve_options options = {.objective = GG_UNIFORM,
                                      .goa_weights = GG_UNIFORM,
                                      .time_limit_s = INFINITY,
                                      .memory_limit_bytes = SIZE_MAX,
                                      .node_limit = INT64_MAX,
                                      .known = decision};
    double objective_s;
    gg_instance *in = NULL;
    int32_t *best = gg_alloc(p->n, sizeof *best);
    gg_status status = best != NULL ? gg_instance_copy(p->instance, &in, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", p->n);
    if (status == GG_OK) {
        put_prices(p, in);
        status = gg_iterate(in, &options, limits, best, &objective_s, NULL, err);
    }
    if (status == GG_OK)
        memcpy(decision, best, p->n * sizeof *best);
    gg_free(best);
    gg_instance_free(in);
    return status;
}

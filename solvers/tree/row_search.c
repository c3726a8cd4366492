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
    const gg_instance *in; /* the problem's, or with prices */
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

/* Whether the decision as it stands is one to look from: it meets the row, or the price of what it
 * lacks is in its costs. */
static bool counts(const row_descent *d) {
    return d->p->row.relaxed || gain_of(d) >= d->p->row.required;
}

static void keep(row_descent *d) {
    double now_s = gg_search_objective_s(d->search);
    if (!(now_s < d->best_s) || !counts(d))
        return;
    d->best_s = now_s;
    memcpy(d->best, gg_search_assignment(d->search), d->p->n * sizeof *d->best);
}

static gg_status search(row_descent *d, gg_iterations limits, gg_error *err) {
    const gg_gain_floor floor = {d->p->row.gain, d->p->row.required};
    GG_TRY(gg_search_new(d->in, d->p->row.relaxed ? GG_UNIFORM : d->p->objective, &d->search, err));
    for (int64_t k = 0; k <= limits.at_most && !(k > 0 && gg_time_is_up(limits.deadline_s)); k++) {
        gg_search_load(d->search, d->best);
        if (k > 0)
            gg_kick(d->search, d->in, KICK_SPREAD, &d->rng);
        if (!counts(d) && !repair(d))
            continue;
        keep(d);
        gg_descend(d->search, d->in, d->p->row.relaxed ? NULL : &floor, limits.deadline_s,
                   d->change_s);
        keep(d);
    }
    return GG_OK;
}

gg_status gg_row_search(const gg_bound_problem *p, gg_iterations limits, int32_t *decision,
                        double *objective_s, gg_error *err) {
    row_descent d = {.p = p,
                     .in = p->instance,
                     .rng = gg_rng_start(limits.seed, limits.run, GG_STREAM_SOLVER_ILS),
                     .change_s = gg_alloc(p->m + 1, sizeof(double)),
                     .best_s = INFINITY,
                     .best = decision};
    gg_instance *priced = NULL;
    GG_NEED(d.change_s, err, "out of memory for a search over %zu users", p->n);
    gg_status status = p->row.relaxed ? gg_instance_copy(p->instance, &priced, err) : GG_OK;
    if (priced != NULL) {
        put_prices(p, priced);
        d.in = priced;
    }
    if (status == GG_OK)
        status = search(&d, limits, err);
    *objective_s = d.best_s;
    gg_free(d.search);
    gg_free(d.change_s);
    gg_instance_free(priced);
    return status;
}

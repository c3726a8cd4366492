/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/local_search.h"

#include <math.h>

#include "models/base/timer.h"

enum { KICK_MIN = 2 };

void gg_kick(gg_search *search, const gg_instance *in, uint32_t spread, gg_rng *rng) {
    uint32_t n = (uint32_t)in->n_users, options = (uint32_t)in->n_servers + 1;
    uint32_t kicks = KICK_MIN + gg_rng_next_below(rng, spread);
    for (uint32_t k = 0; k < kicks; k++) {
        size_t user = gg_rng_next_below(rng, n);
        int32_t target = (int32_t)gg_rng_next_below(rng, options) - 1;
        if (gg_search_allows(search, user, target))
            gg_search_move(search, user, target);
    }
}

typedef struct descent {
    gg_search *search;
    const gg_instance *instance;
    const gg_gain_floor *floor;
    double deadline_s;
    double *change_s;   /* M + 1 */
    double objective_s; /* of the state, as a number */
    double spare;       /* its gains above the floor */
} descent;

static double spare_gain(const descent *d) {
    if (d->floor == NULL)
        return 0.0;
    double gain = 0.0;
    for (size_t i = 0; i < d->instance->n_users; i++)
        if (gg_search_assignment(d->search)[i] != GG_LOCAL)
            gain += d->floor->gain[i];
    return gain - d->floor->required;
}

/* What the gains change by when a user goes to `to`. */
static double gain_change(const descent *d, size_t user, int32_t to) {
    bool stays = (gg_search_assignment(d->search)[user] == GG_LOCAL) == (to == GG_LOCAL);
    if (d->floor == NULL || stays)
        return 0.0;
    return to == GG_LOCAL ? -d->floor->gain[user] : d->floor->gain[user];
}

/* Keeps the change just made when the renewed sums confirm that it improves. */
static bool confirm(descent *d) {
    double now_s = gg_search_measure_s(d->search), spare = spare_gain(d);
    if (spare < 0.0 || !gg_improves(now_s - d->objective_s, d->objective_s))
        return false;
    d->objective_s = now_s;
    d->spare = spare;
    return true;
}

static bool move_user(descent *d, size_t user) {
    int32_t from = gg_search_assignment(d->search)[user];
    int32_t best = from;
    double best_s = 0.0;
    gg_search_try_moves(d->search, user, d->change_s);
    for (size_t option = 0; option <= d->instance->n_servers; option++)
        if (d->change_s[option] < best_s &&
            d->spare + gain_change(d, user, (int32_t)option - 1) >= 0.0) {
            best_s = d->change_s[option];
            best = (int32_t)option - 1;
        }
    if (!gg_improves(best_s, d->objective_s))
        return false;
    gg_search_move(d->search, user, best);
    if (confirm(d))
        return true;
    gg_search_move(d->search, user, from);
    return false;
}

static bool swap_users(descent *d, size_t a, size_t b) {
    int32_t at_a = gg_search_assignment(d->search)[a], at_b = gg_search_assignment(d->search)[b];
    if (d->spare + gain_change(d, a, at_b) + gain_change(d, b, at_a) < 0.0 ||
        !gg_improves(gg_search_try_swap(d->search, a, b), d->objective_s))
        return false;
    gg_search_move(d->search, a, at_b);
    gg_search_move(d->search, b, at_a);
    if (confirm(d))
        return true;
    gg_search_move(d->search, a, at_a);
    gg_search_move(d->search, b, at_b);
    return false;
}

/* Moves until a whole round over the users finds none; false when stopped. */
static bool descend_by_moves(descent *d) {
    size_t n = d->instance->n_users;
    size_t quiet = 0;
    for (size_t user = 0; quiet < n; user = user + 1 < n ? user + 1 : 0) {
        quiet = move_user(d, user) ? 0 : quiet + 1;
        if (user % 16 == 15 && gg_time_is_up(d->deadline_s))
            return false;
    }
    return true;
}

/* A round over all pairs; false when stopped. */
static bool swap_once(descent *d, bool *found) {
    *found = false;
    for (size_t a = 0; a < d->instance->n_users; a++) {
        for (size_t b = 0; (b = gg_search_next_swap(d->search, a, b)) < a; b++)
            *found = swap_users(d, a, b) || *found;
        if (a % 16 == 15 && a + 1 < d->instance->n_users && gg_time_is_up(d->deadline_s))
            return false;
    }
    return true;
}

bool gg_descend(gg_search *search, const gg_instance *instance, const gg_gain_floor *floor,
                double deadline_s, double *scratch) {
    descent d = {search, instance, floor, deadline_s, scratch, gg_search_measure_s(search), 0.0};
    d.spare = spare_gain(&d);
    bool found = instance->n_servers > 0;
    while (found) {
        if (!descend_by_moves(&d))
            return false;
        if (instance->n_users > GG_SWAP_USERS_MAX)
            return true;
        if (gg_time_is_up(deadline_s) || !swap_once(&d, &found))
            return false;
    }
    return true;
}

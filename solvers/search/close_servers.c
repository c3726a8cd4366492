/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/local_search.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "models/delay.h"

typedef struct closing {
    const gg_instance *in;
    gg_search *search;
    int32_t *best, *present, *trial, *chosen; /* N */
    uint8_t *closed;                          /* M */
    double *interference_w;                   /* M, of the present decision */
    double best_s, chosen_s, deadline_s;
} closing;

static void sum_interference(closing *c) {
    const gg_instance *in = c->in;
    memset(c->interference_w, 0, in->n_servers * sizeof(double));
    for (size_t i = 0; i < in->n_users; i++)
        for (size_t j = 0; c->present[i] != GG_LOCAL && j < in->n_servers; j++)
            if (c->present[i] != (int32_t)j)
                c->interference_w[j] += gg_disturbing_w(in, i, j);
}

/* Where user i goes when server `leaving` closes; `leaving` itself when nowhere. */
static int32_t refuge(const closing *c, size_t i, size_t leaving) {
    const gg_instance *in = c->in;
    double best_rate = 0.0;
    int32_t best = (int32_t)leaving;
    for (size_t j = 0; j < in->n_servers; j++) {
        if (c->closed[j] || j == leaving || !gg_search_allows(c->search, i, (int32_t)j))
            continue;
        double disturbance_w = c->interference_w[j] + gg_floor_w(in, j);
        double rate = in->bandwidth_hz[j] * log1p(gg_received_w(in, i, j) / disturbance_w);
        if (rate > best_rate) {
            best_rate = rate;
            best = (int32_t)j;
        }
    }
    return best;
}

static void judge_trial(closing *c) {
    gg_search_load(c->search, c->trial);
    double value_s = gg_search_objective_s(c->search);
    if (value_s < c->best_s) {
        c->best_s = value_s;
        memcpy(c->best, c->trial, c->in->n_users * sizeof *c->best);
    }
    if (value_s < c->chosen_s) {
        c->chosen_s = value_s;
        memcpy(c->chosen, c->trial, c->in->n_users * sizeof *c->chosen);
    }
}

/* Closes the server whose closing costs least; false when none can be. */
static bool close_one(closing *c) {
    size_t n = c->in->n_users, server = c->in->n_servers;
    double before_s = c->chosen_s = INFINITY;
    sum_interference(c);
    for (size_t j = 0; j < c->in->n_servers && !gg_time_is_up(c->deadline_s); j++) {
        if (c->closed[j])
            continue;
        for (size_t i = 0; i < n; i++)
            c->trial[i] = c->present[i] == (int32_t)j ? refuge(c, i, j) : c->present[i];
        judge_trial(c);
        if (c->chosen_s < before_s)
            server = j;
        before_s = c->chosen_s;
    }
    if (server == c->in->n_servers || gg_time_is_up(c->deadline_s))
        return false;
    c->closed[server] = 1;
    memcpy(c->present, c->chosen, n * sizeof *c->present);
    return true;
}

/* Everybody who offloads on one server. */
static void try_single(closing *c, size_t server, const int32_t *who) {
    for (size_t i = 0; i < c->in->n_users; i++) {
        bool stays = who[i] == GG_LOCAL || !gg_search_allows(c->search, i, (int32_t)server);
        c->trial[i] = stays ? who[i] : (int32_t)server;
    }
    judge_trial(c);
}

static void run(closing *c) {
    size_t n = c->in->n_users, m = c->in->n_servers;
    const int32_t *start = gg_search_assignment(c->search);
    c->best_s = gg_search_objective_s(c->search);
    memcpy(c->best, start, n * sizeof *c->best);
    memcpy(c->present, start, n * sizeof *c->present);
    for (size_t j = 0; j < m && !gg_time_is_up(c->deadline_s); j++)
        try_single(c, j, c->present);
    for (size_t left = m; left > 1 && close_one(c); left--)
        continue;
    gg_search_load(c->search, c->best);
}

gg_status gg_close_servers(gg_search *search, const gg_instance *in, double deadline_s,
                           gg_error *err) {
    size_t n = in->n_users, m = in->n_servers;
    const gg_record_array arrays[] = {
        GG_ARRAY(closing, best, n),   GG_ARRAY(closing, present, n),
        GG_ARRAY(closing, trial, n),  GG_ARRAY(closing, chosen, n),
        GG_ARRAY(closing, closed, m), GG_ARRAY(closing, interference_w, m),
    };
    closing *c = GG_RECORD_NEW(closing, arrays);
    GG_NEED(c, err, "out of memory for %zu users", n);
    c->in = in;
    c->search = search;
    c->deadline_s = deadline_s;
    run(c);
    gg_free(c);
    return GG_OK;
}

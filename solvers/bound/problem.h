/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance as the Lagrangian bound sees it: weighted costs and scaled powers. See
 * solvers/EXACT.md.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/instance.h"

/* A user's allowed servers are the bits of one word. */
enum { GG_BOUND_SERVERS_MAX = 64 };

/* What a decision must achieve besides a small objective: gains of its offloaded users that sum to
 * at least `required`. The bound charges a shortfall at a fixed price: f + price_s (required -
 * gains) never exceeds f where the row holds. */
typedef struct gg_offload_row {
    const double *gain; /* n, any sign, borrowed; NULL: no row */
    double required;
    double price_s; /* >= 0, seconds per unit of gain: where the search of a good price begins */
    bool relaxed;   /* no decision is refused: the objective is f + price_s (required - gains) */
} gg_offload_row;

/* Immutable after creation; shared by all nodes. Columns over users are server-major (j * n + i).
 */
typedef struct gg_bound_problem {
    const gg_instance *instance; /* borrowed */
    gg_objective objective;
    size_t n, m;
    double power_unit_w; /* powers below are in this unit, so that interference is about 1 */
    double *noise;       /* m, in power units: what disturbs a server whatever is decided */
    double *signal;      /* m x n: P_i g_ij */
    double *power;       /* m x n: what user i adds to the interference: the signal, or 0 where
                            interference is fixed */
    double *bits_s;      /* m x n: D_i / B_j, at what a second of sending costs: seconds at one
                            bit/s/Hz and load 1 */
    double *work;        /* n: w_i kappa tL_i CL_i; where `slow` is, m x n: of a server that serves
                            tokens w_i o_i */
    double *local_s;     /* n: tL_i, at what a second at home costs: w_i */
    double *air, *slow;  /* m x (n + 1), by load, of instances with curves: how many times longer a
                            user sends, seconds per unit of work; else NULL */
    double *fixed;       /* m x n: what user i costs there whatever the load; NULL: nothing */
    uint32_t *by_power;  /* m x n: users by rising power at the server */
    bool no_finite;      /* every decision is infinite */
    gg_offload_row row;
} gg_bound_problem;

/* `row` may be NULL: none. Errors: GG_E_INPUT (more than 64 servers, an objective that counts
 * energy where powers are not known), GG_E_NOMEM. */
gg_status gg_bound_problem_new(const gg_instance *instance, gg_objective objective,
                               const gg_offload_row *row, const gg_bound_problem **out,
                               gg_error *err);
void gg_bound_problem_free(const gg_bound_problem *problem);

/* What a decision makes of every server. */
typedef struct gg_server_sums {
    uint32_t load[GG_BOUND_SERVERS_MAX];
    double interference[GG_BOUND_SERVERS_MAX]; /* in power units */
} gg_server_sums;
gg_server_sums gg_server_sums_of(const gg_bound_problem *problem, const int32_t *assignment);

/* The cost of user i on server j is gg_air(load) gg_cost_factor(interference) + gg_work
 * gg_seconds_per_work(load) + gg_fixed. */

static inline double gg_air_share(const gg_bound_problem *p, size_t j, uint32_t load) {
    return p->air == NULL ? (double)load : p->air[j * (p->n + 1) + load];
}

static inline double gg_work(const gg_bound_problem *p, size_t i, size_t j) {
    return p->work[p->slow == NULL ? i : j * p->n + i];
}

static inline double gg_fixed(const gg_bound_problem *p, size_t i, size_t j) {
    return p->fixed == NULL ? 0.0 : p->fixed[j * p->n + i];
}

/* max(1/Cmax, load/C_j), of a server that serves tokens seconds a token. */
static inline double gg_seconds_per_work(const gg_bound_problem *p, size_t j, uint32_t load) {
    if (p->slow != NULL)
        return p->slow[j * (p->n + 1) + load];
    double alone = 1.0 / p->instance->max_user_capacity_flops;
    double shared = (double)load / p->instance->server_capacity_flops[j];
    return shared > alone ? shared : alone;
}

/* The last load up to which both functions of the load are straight from `load` on. */
uint32_t gg_straight_to(const gg_bound_problem *problem, size_t server, uint32_t load);

/* Both functions at a load between two, as branching has it; and the steepest line through 0 below
 * gg_seconds_per_work. */
double gg_air_between(const gg_bound_problem *problem, size_t server, double load);
double gg_seconds_between(const gg_bound_problem *problem, size_t server, double load);
double gg_least_seconds(const gg_bound_problem *problem, size_t server);

/* True when user i has a rate on server j in some decision. */
static inline bool gg_bound_usable(const gg_bound_problem *p, size_t i, size_t j) {
    const gg_instance *in = p->instance;
    return 1.0 + in->tx_power_w[i] * gg_gain(in, i, j) / gg_floor_w(in, j) > 1.0;
}

/* Cost factor of user i on server j per unit of load, at an interference: a lower bound on the
 * model's own arithmetic (which rounds 1 + SINR), concave in the interference all the same. */
static inline double gg_cost_factor(const gg_bound_problem *p, size_t i, size_t j,
                                    double interference) {
    double x = p->signal[j * p->n + i] / (interference + p->noise[j]);
    return p->bits_s[j * p->n + i] / (log1p(x) * 1.4426950408889634 + 0x1p-51);
}

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
    double *bits_s;      /* m x n: w_i D_i / B_j, seconds at one bit/s/Hz and load 1 */
    double *work;        /* n: w_i kappa tL_i CL_i */
    double *local_s;     /* n: w_i tL_i */
    uint32_t *by_power;  /* m x n: users by rising power at the server */
    bool no_finite;      /* every decision is infinite */
    gg_offload_row row;
} gg_bound_problem;

/* `row` may be NULL: none. Errors: GG_E_INPUT (more than 64 servers), GG_E_NOMEM. */
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

/* Seconds per unit of work on server j shared by `load` users: max(1/Cmax, load/C_j). */
static inline double gg_seconds_per_work(const gg_bound_problem *p, size_t j, uint32_t load) {
    double alone = 1.0 / p->instance->max_user_capacity_flops;
    double shared = (double)load / p->instance->server_capacity_flops[j];
    return shared > alone ? shared : alone;
}

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

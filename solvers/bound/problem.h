/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance as the Lagrangian bound sees it: weighted costs, scaled powers, and the part of the
 * solution space (a box) that a branch-and-bound node stands for. See solvers/EXACT.md.
 */
#ifndef GOAGAP_SOLVERS_BOUND_PROBLEM_H
#define GOAGAP_SOLVERS_BOUND_PROBLEM_H

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
    double price_s; /* >= 0, seconds per unit of gain */
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
    double *local_s;     /* n: w_i tL_i, and the price of a gain forgone (then of any sign) */
    uint32_t *by_power;  /* m x n: users by rising power at the server */
    bool no_finite;      /* every decision is infinite */
    gg_offload_row row;
    double offset_s; /* of every bound: what the row's price adds whatever is decided */
} gg_bound_problem;

/* Errors: GG_E_INPUT (more than 64 servers), GG_E_NOMEM. */
gg_status gg_bound_problem_new(const gg_instance *instance, gg_objective objective,
                               gg_bound_problem **out, gg_error *err);
void gg_bound_problem_free(gg_bound_problem *problem);

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

/* What a node stands for. All arrays live in one block after the struct. */
typedef struct gg_box {
    uint32_t *load_low, *load_high;               /* m */
    double *interference_low, *interference_high; /* m, in power units */
    uint64_t *servers;                            /* n: allowed servers, bit j */
    uint8_t *local;                               /* n: local allowed */
} gg_box;

size_t gg_box_bytes(const gg_bound_problem *problem);
/* Lays a box out over gg_box_bytes bytes of 8-byte aligned memory. */
void gg_box_place(gg_box *box, const gg_bound_problem *problem, void *memory);
void gg_box_copy(gg_box *to, const gg_box *from, const gg_bound_problem *problem);

/* Everything that tau and usable channels allow. */
void gg_box_root(gg_box *box, const gg_bound_problem *problem);

/* Tightens loads, interference and options against each other; false when nothing is left. */
bool gg_box_propagate(gg_box *box, const gg_bound_problem *problem);

/* True when an assignment lies in the box (its loads and interference included). */
bool gg_box_contains(const gg_box *box, const gg_bound_problem *problem, const int32_t *assignment);

/* True when every user has one option left; fills `assignment` (n). */
bool gg_box_is_point(const gg_box *box, const gg_bound_problem *problem, int32_t *assignment);

#endif

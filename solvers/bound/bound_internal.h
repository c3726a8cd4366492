/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The work space of the Lagrangian bound, shared by its evaluation, ascent and reduction.
 */
#pragma once

#include "solvers/bound/bound.h"
#include "solvers/bound/margins.h"
#include "solvers/bound/threshold_kernel.h"

enum { LOW, HIGH, N_ENDS };

/* One server's part of the bound over the loaded box. Columns are over the free users: those
 * allowed here that have another option too; forced users enter by their sums. */
typedef struct server_part {
    uint32_t n_free, n_forced;
    size_t padded;
    uint32_t *user;         /* n */
    double *factor[N_ENDS]; /* padded n: cost factors at the ends of the interference range */
    double *work;           /* padded n */
    double *power;          /* padded n */
    double *base;           /* padded n: what the multipliers charge */
    double forced_factor[N_ENDS], forced_work, forced_base;
    double interference[N_ENDS]; /* of the box: where the factors are taken */
    double *range[N_ENDS];       /* n + 1, by load: least and greatest interference */
    double *threshold[N_ENDS];   /* n + 1, by load: last ones used, the next starting guesses */
    uint32_t load;               /* last best load */
    int end;                     /* last best end */
    double value;                /* V_j there */
} server_part;

struct gg_bounder {
    const gg_bound_problem *p;
    const gg_box *box;
    const gg_threshold_kernels *kernels;
    server_part *parts;                 /* m */
    double *storage;                    /* the parts' columns */
    uint32_t *users;                    /* m x n */
    double *multipliers;                /* n + m, the present ones */
    double *best;                       /* n + m + 1: the row's price last */
    double *gradient, *direction;       /* n + m + 1 */
    double *scale;                      /* n + m + 1: of a step in each multiplier */
    double price[GG_BOUND_SERVERS_MAX]; /* of interference, marginal, in the decision last given */
    bool expects_prices;                /* steps are at least as long as suits them */
    double share[GG_BOUND_SERVERS_MAX]; /* how much of itself a lambda may change a step */
    double last_change[GG_BOUND_SERVERS_MAX]; /* wanted, of each lambda */
    double deadline_s;
    double target_s; /* of the last ascent */
    double mean_local_s;
    double ambition_s; /* how far above the best bound the ascent aims */
    double row_price_s;
    double row_gains;      /* sum of the magnitudes of the row's gains */
    double row_size_s;     /* of the magnitudes of what the row's price adds to a bound's terms */
    double *local_s;       /* n: w_i tL_i and the price of a gain forgone: of any sign */
    double offset_s;       /* of every bound: what the row's price adds whatever is decided */
    double *charge;        /* n: sum over servers of lambda p, less u */
    double *r;             /* padded n */
    double *enter, *leave; /* n x (m + 1): penalties of reduction, local first */
    double *values;        /* N_ENDS x (n + 1): V_j by load, of one server */
    double *used;          /* N_ENDS x (n + 1): thresholds of `values` */
    double *ranges;        /* m x N_ENDS x (n + 1): the parts' */
    double *thresholds;    /* m x N_ENDS x (n + 1): the parts' */
    float *frequency;      /* n x (m + 1) */
    float *paid_s;         /* n x m: costs of the options chosen, weighted like frequency */
    float vote; /* what a choice adds to its frequency now: grows instead of all decaying */
};

static inline bool gg__is_forced(const gg_box *box, size_t i) {
    return !box->local[i] && (box->servers[i] & (box->servers[i] - 1)) == 0;
}

/* The user's cheapest choice apart from the servers is its device: always where it has no other. */
static inline bool gg__stays_local(const gg_bounder *b, size_t i) {
    return b->box->local[i] && (b->box->servers[i] == 0 || b->local_s[i] < b->multipliers[i]);
}

/* How hard to look for the best threshold: enough for a step of the ascent, or for a claim. */
enum { GG__QUICK = 3, GG__TIGHT = 40 };

/* Below this many, loads are looked at one by one. */
enum { GG__INTERVAL_MIN = 4 };

/* Sets a server's ranges of interference over the loads of the box. */
void gg__set_ranges(gg_bounder *b, size_t j);

/* V_j at one load and end of its interference range; above `enough` it may be less tight. Infinite
 * where no decision has this load. Leaves the reduced costs in b->r and the threshold used in *t
 * (infinite where all or none are taken). */
double gg__server_value(gg_bounder *b, size_t j, uint32_t load, int end, int passes, double enough,
                        double *t);

/* A lower bound on V_j over all of the loads first..last (between kinks). */
double gg__interval_value(gg_bounder *b, size_t j, uint32_t first, uint32_t last, double enough);

/* Reduced costs of a server's users at a load and an interference, in b->r. */
void gg__price(gg_bounder *b, size_t j, uint32_t load, double interference);

/* The best load and end of server j and V_j there, over all loads or only those near the last best
 * one. */
void gg__minimise_server(gg_bounder *b, size_t j, bool all_loads, int passes);

/* The bound at the present multipliers, over all loads or only those near the last best ones. */
double gg__evaluate(gg_bounder *b, bool all_loads, int passes);

/* Interference multipliers become what interference costs at the margin in a decision, and steps
 * are no longer expected to suit another's. */
void gg__price_interference(gg_bounder *b, const int32_t *assignment, const gg__margins *margins);

/* The row's part in an ascent, all 0 where decisions are not held to one: its subgradient, what the
 * options chosen now fall short of it; the scale of steps in its price, by the gains that are not
 * decided; and such a step, which ends at 0. */
double gg__row_shortfall(const gg_bounder *b);
double gg__row_scale(const gg_bounder *b);
void gg__row_step(gg_bounder *b, double change_s);

/* Votes for the options that an ascent chooses: a new ascent's first, the next step's, and all made
 * shares again. */
void gg__clear_votes(gg_bounder *b);
void gg__open_votes(gg_bounder *b);
void gg__settle_votes(gg_bounder *b);

/* What is taken off a bound whose terms' magnitudes sum to `size_s`, the row's apart. */
double gg__claimed_rounding_s(const gg_bounder *b, double size_s);

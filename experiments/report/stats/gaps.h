/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The optimality gap of every row: how far its objective is from the best that exists for the same
 * instance, or, where no optimum is proven, the interval in which that gap lies.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "experiments/results/results.h"

typedef enum gg_gap_kind {
    GG_GAP_PROVEN,    /* the optimum f* is proven: value = f / f* - 1 */
    GG_GAP_INTERVAL,  /* only [lb, ub] is known: the gap is in [f / ub - 1, f / lb - 1] */
    GG_GAP_UNDEFINED, /* f* = 0 and f > 0: no ratio exists */
    GG_GAP_NONE       /* no decision to compare: infeasible or failed */
} gg_gap_kind;

typedef struct gg_row_gap {
    gg_gap_kind kind;
    double value;    /* of a proven gap; infinite for an infinite objective */
    double low;      /* interval only */
    double high;     /* interval only; infinite without a positive lower bound */
    double best_s;   /* what f is compared with: f*, or ub where it is not proven; infinite when no
                        decision of the instance respects tau, NAN without a decision */
    bool breaks_tau; /* the decision keeps a mandatory user local: cheaper than allowed */
} gg_row_gap;

/* How many instances the rows hold, and what is known of their optima. Instances are not
 * independent: a draw, one (seed, run), has all its users, channels and devices; a network is a
 * draw of a preset cut to N users and M servers; an instance is a network with an objective and a
 * tau. Presets share the random numbers of a draw, hence it is counted once for all of them. */
typedef struct gg_gap_counts {
    size_t draws;
    size_t networks;
    size_t units;      /* instances */
    size_t proven;     /* some strategy proved the optimum */
    size_t infeasible; /* no decision exists */
    size_t conflicts;  /* a decision lies below a proven bound: something is wrong */
} gg_gap_counts;

/* Orders rows by draw; 0 for two of the same one. */
int gg_compare_draws(const gg_row *a, const gg_row *b);

/* Gap of each of `count` rows into gaps[count]. Rows belong to the same instance when n_users,
 * n_servers, tau, objective, preset, run and seed agree. f* is the best objective among the
 * decisions that respect tau, in an instance for which some row that is not held to an accuracy has
 * status "optimal": within that row's tolerance it is the optimum. Equal within 1e-12 s is gap 0.
 * Errors: GG_E_NOMEM. */
gg_status gg_gaps_compute(const gg_row *rows, size_t count, gg_row_gap *gaps, gg_gap_counts *counts,
                          gg_error *err);

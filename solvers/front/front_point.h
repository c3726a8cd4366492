/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One point of a front: the least objective at an accuracy, or at a price for it.
 */
#pragma once

#include "solvers/bound/offload_row.h"
#include "solvers/front/tradeoff.h"

/* What all points of a front share. */
typedef struct gg__front_program {
    gg_instance in; /* the caller's arrays, tau lifted */
    const gg_tradeoff_options *options;
    const double *gain; /* n: what offloading adds to the sum of correct answers */
    double local;       /* that sum with every answer local */
    double deadline_s;
    bool stopped;  /* by a signal, at some point */
    bool unproven; /* a point was left so */
} gg__front_program;

/* A point with its sum of gains over all-local. */
typedef struct gg__front_found {
    gg_tradeoff_point point;
    double gain;
    double bound_s; /* of what was minimised, with the price where the row is relaxed; may be
                       -INFINITY */
} gg__front_found;

/* P(correct) of one user's answer: of the probabilities, or where there are none the flag. */
static inline double gg__front_correctness(const double *p, const uint8_t *flags, size_t i) {
    return p != NULL ? p[i] : (double)flags[i];
}

/* Sums of gains that differ by less are of one accuracy: what rounding may do to one. */
double gg__front_slack(const gg__front_program *program);

/* Minimises the objective where gains sum to what a row requires, but for the slack, or with it
 * relaxed, from a `known` decision, and fills a point that the caller then owns. Errors:
 * GG_E_SOLVER (no finite decision found), GG_E_INPUT (more than 64 servers), GG_E_NOMEM. */
gg_status gg__front_solve(gg__front_program *program, const gg_offload_row *row,
                          const int32_t *known, gg__front_found *to, gg_error *err);

/* Of a point that is kept. A price may have been most of a value, so that a gap of the value is a
 * large one of the objective: then the point's own accuracy is asked for. (Fronts of prices alone
 * need bounds at prices.) Where that fails nobody owns the point. Errors: as of
 * gg__front_solve. */
gg_status gg__front_settle(gg__front_program *program, const gg_offload_row *row,
                           gg__front_found *point, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One point of the accuracy-delay front: the smallest objective under a required accuracy, or with
 * a price on what is missing of it.
 */
#pragma once

#include "solvers/bound/offload_row.h"
#include "solvers/front/tradeoff.h"

/* What all points of a front share. */
typedef struct gg_tradeoff_program {
    gg_instance in; /* the caller's arrays, tau lifted */
    const gg_tradeoff_options *options;
    const double *gain; /* n: what offloading adds to the sum of correct answers */
    double local;       /* that sum with every answer local */
    double deadline_s;
    bool stopped;  /* by a signal, at some point */
    bool unproven; /* a point was left so */
} gg_tradeoff_program;

/* A point with its sum of gains over all-local. */
typedef struct gg_found {
    gg_tradeoff_point point;
    double gain;
} gg_found;

/* Minimises the objective under a row, or with it relaxed, from a `known` decision, and fills a
 * point that the caller then owns. Errors: GG_E_SOLVER (no finite decision found), GG_E_INPUT (more
 * than 64 servers), GG_E_NOMEM. */
gg_status gg_tradeoff_solve(gg_tradeoff_program *program, const gg_offload_row *row,
                            const int32_t *known, gg_found *to, gg_error *err);

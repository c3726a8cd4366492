/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the ascents of both bounds share: the marginal costs in a decision, where multipliers start
 * from, and how a step is deflected.
 */
#pragma once

#include <stdbool.h>

#include "solvers/bound/problem.h"

typedef struct gg__margins {
    gg_server_sums at;                     /* what a user to come finds */
    double per_user[GG_BOUND_SERVERS_MAX]; /* what it costs those present */
} gg__margins;

gg__margins gg__margins_of(const gg_bound_problem *problem, const int32_t *assignment);

/* The cost at the margin of user i's cheapest option: the device, for `local_s` (INFINITY: not
 * allowed), or one of `servers` (by bit), with interference at prices `lambda`, which charge i
 * `charge` over all servers. *where is the option, GG_LOCAL where nothing is cheaper. */
double gg__cheapest_option(const gg_bound_problem *problem, const gg__margins *margins,
                           const double *lambda, size_t i, double charge, double local_s,
                           uint64_t servers, int32_t *where);

/* The next direction from the last one, of which at least the share `memory` is kept, and the
 * gradient, such that no step undoes the last one; returns its norm in the metric of the scales. */
double gg__deflect(double *direction, const double *gradient, const double *scale, size_t size,
                   double memory);

/* An ascent's best bound so far, and how far above it a step aims. */
typedef struct gg__ambition {
    double best_s, reference_s; /* -INFINITY at first */
    double above_s;
    int since; /* steps without success */
} gg__ambition;

/* Aims anew after step number `step`: at a share of what is missing first, then higher after
 * success and lower after `patience` steps without any; true: the ascent goes back to its best. */
bool gg__ambition_revise(gg__ambition *ambition, int step, double target_s, int patience);

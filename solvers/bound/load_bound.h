/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Lagrangian bound of solvers/EXACT.md over all decisions at once, for many users: every load
 * is accounted for, but only a few of them are looked at.
 *
 * Two things differ from solvers/bound/bound.h.
 * - With n users on server j its interference lies between what the mandatory users cause that n of
 *   the strongest of them are not part of, and what all but the n weakest users cause: each load
 *   has its own range, far narrower than one for all.
 * - Loads a..b are bounded together: for a fixed threshold t the sum of min(0, r_i - t) over all
 * users is a concave function of the load along any falling line of interference, and of the
 *   interference at any load, so over a trapezoid around all (load, interference) of the group it
 *   is least at a corner.
 */
#pragma once

#include "solvers/bound/problem.h"

typedef struct gg_load_bound gg_load_bound;

/* Takes 8 (6.5 m + 6) bytes a user beside the problem's own 8 (2.5 m + 2): for 100,000 users and 16
 * servers 88 MB beside 34 MB. The problem must outlive it. Free with gg_free. Errors: GG_E_NOMEM.
 */
gg_status gg_load_bound_new(const gg_bound_problem *problem, gg_load_bound **out, gg_error *err);

/* Multipliers from a decision's marginal costs: where the ascent starts. Tolerance and
 * deadline as below. */
void gg_load_duals_from(gg_load_bound *bound, const int32_t *assignment, double tolerance_s,
                        double deadline_s);

/* The bound at the present multipliers: no decision costs less, as the judge computes it. It may be
 * lower than it could be by `tolerance_s`. -INFINITY when `deadline_s` (of gg_now_s) or a stop
 * comes first. */
double gg_load_bound_s(gg_load_bound *bound, double tolerance_s, double deadline_s);

/* Up to `steps` deflected subgradient steps that aim between the best bound and `target_s`; leaves
 * the best multipliers found. Returns the bound there, as gg_load_bound_s. */
double gg_load_ascend(gg_load_bound *bound, double target_s, int steps, double tolerance_s,
                      double deadline_s);

/* A decision by reduced costs: everybody where the multipliers, and the present loads of the bound
 * at the interference that `assignment` causes, make it cheapest; it replaces `assignment` (n). */
void gg_load_decide(gg_load_bound *bound, int32_t *assignment);

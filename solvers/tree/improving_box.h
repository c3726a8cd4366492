/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The box of everything that may still beat a known decision.
 */
#pragma once

#include "solvers/bound/bound.h"

/* Release with gg_improving_box_clear. */
typedef struct gg_improving_box {
    const gg_bound_problem *problem;
    gg_bounder *bounder;
    gg_box box;
    double lower_bound_s; /* no decision at all costs less than the lesser of this and the best
                             decision known */
    void *box_memory;
} gg_improving_box;

/* The instance must outlive it. `improving` may be cleared whatever comes out. Errors: GG_E_INPUT
 * (more servers than GG_BOUND_SERVERS_MAX), GG_E_NOMEM. */
gg_status gg_improving_box_init(gg_improving_box *improving, const gg_instance *instance,
                                gg_objective objective, gg_error *err);
void gg_improving_box_clear(gg_improving_box *improving);

/* The box of all decisions, and the bound at the root; `incumbent` (n) of value `incumbent_s` gives
 * the multipliers to start from. Nothing is fixed. False when there is no decision. */
bool gg_improving_box_root(gg_improving_box *improving, const int32_t *incumbent,
                           double incumbent_s);

/* Shrinks the box, from everything, to what may cost less than the incumbent, the incumbent
 * included: reduction by the bound, then (unless the bound has come within the relative `gap`)
 * probing, for a share of the time until `deadline_s` (of gg_now_s). *alive is false when nothing
 * is left: no decision costs less. The bound on the way counts. Errors: GG_E_NOMEM. */
gg_status gg_improving_box_shrink(gg_improving_box *improving, const int32_t *incumbent,
                                  double incumbent_s, double gap, double deadline_s, bool *alive,
                                  gg_error *err);

/* incumbent_s is proven within the relative `gap`. */
bool gg_within_gap(double incumbent_s, double lower_bound_s, double gap);

/* Shrinks `box` by probing, which tries parts of it on their own and cuts off those the bound
 * closes: the ends of every server's interference and load and every option of every user, pass
 * after pass while a pass still removes something and until `deadline_s` (of gg_now_s). False when
 * nothing that costs less than `threshold_s` is left. Errors: GG_E_NOMEM in *status. */
bool gg_probe(const gg_bound_problem *problem, gg_bounder *bounder, gg_box *box, double threshold_s,
              double deadline_s, gg_status *status, gg_error *err);

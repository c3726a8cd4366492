/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Lagrangian bound over a box: its value at given multipliers, the ascent that finds good ones,
 * and what a bound proves about the options left in the box. See solvers/EXACT.md.
 */
#pragma once

#include "solvers/bound/box.h"

typedef struct gg_bounder gg_bounder;

/* Work space for one problem, reused over boxes. The problem must outlive it. Free with
 * gg_free. Errors: GG_E_NOMEM. */
gg_status gg_bounder_new(const gg_bound_problem *problem, gg_bounder **out, gg_error *err);

/* Multipliers: n of the users' assignment rows, then m of the servers' interference. Borrowed;
 * gg_ascend and gg_duals_from write them. */
double *gg_bounder_multipliers(gg_bounder *bounder);

/* An ascent ends early when this moment (of gg_now_s) has passed or a stop was asked for; none at
 * first. */
void gg_bounder_deadline(gg_bounder *bounder, double deadline_s);

/* The price at which every bound charges what is missing of the problem's row, in seconds per unit
 * of gain: at first the row's own. Ascents seek the best one together with the multipliers. */
void gg_bounder_set_price(gg_bounder *bounder, double price_s);
double gg_bounder_price_s(const gg_bounder *bounder);

/* What an ascent of either bound leaves to the next in the same box, or a part of it: how far above
 * the best bound to aim, and what was missing. */
typedef struct gg_pace {
    double ambition_s, missing_s;
} gg_pace;
gg_pace gg_bounder_pace(const gg_bounder *bounder);
void gg_bounder_set_pace(gg_bounder *bounder, gg_pace pace);

/* From here on the bounder goes on as the other, of the same problem, would: what both make of a
 * box with the same multipliers, pace and price of the row is the same. */
void gg_bounder_resume(gg_bounder *bounder, const gg_bounder *as);

/* Takes over a box (borrowed until the next load). Multipliers stay. */
void gg_bounder_load(gg_bounder *bounder, const gg_box *box);

/* Multipliers from a decision's marginal costs, for the box loaded: the starting point at the root.
 */
void gg_duals_from(gg_bounder *bounder, const int32_t *assignment);

/* Takes these multipliers (n + m) over where they bound the box loaded better than the present
 * ones.
 */
void gg_offer_multipliers(gg_bounder *bounder, const double *multipliers);

/* From now on steps in an interference multiplier are at least as long as suits its marginal price
 * in the decision of gg_duals_from. In a box about as wide as the root's that would overshoot; in
 * a narrower one multipliers that fell there would not rise again. */
void gg_expect_marginal_prices(gg_bounder *bounder);

/* The bound at the present multipliers: no decision in the box costs less. Every load is examined.
 * INFINITY when the box is empty. */
double gg_bound_s(gg_bounder *bounder);

/* Raises the bound by up to `iterations` deflected subgradient steps towards `target_s`, and leaves
 * the best multipliers found, rounded to single precision (a certificate records them so). Returns
 * the bound there, all loads examined. */
double gg_ascend(gg_bounder *bounder, double target_s, int iterations);

/* Removes from `box` (the one loaded) what the bound at the present multipliers proves to cost at
 * least `threshold_s`: loads, interference ranges, options. `bound_s` is gg_bound_s there. False
 * when nothing is left. */
bool gg_reduce(gg_bounder *bounder, gg_box *box, double bound_s, double threshold_s);

/* What the last ascent chose, averaged with the most weight on its end. Borrowed. */
typedef struct gg_choices {
    const float *frequency; /* n x (m + 1), user-major, local first: how often each option was */
    const float *paid_s;    /* n x m: what users with a choice paid there, times how often */
    const double *local_s;  /* n: what they pay at home, the price of a gain forgone included */
} gg_choices;
gg_choices gg_bounder_choices(const gg_bounder *bounder);

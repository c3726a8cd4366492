/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Lagrangian bound of a box, rounded downward, and what it excludes. See solvers/EXACT.md.
 */
#pragma once

#include "solvers/checker/proof_box.h"

/* The work space of one replay. */
typedef struct gg__proof_bounder gg__proof_bounder;

/* Borrows the problem. Errors: GG_E_NOMEM. */
gg_status gg__proof_bounder_new(const gg__proof_problem *problem, gg__proof_bounder **out,
                                gg_error *err);
void gg__proof_bounder_free(gg__proof_bounder *bounder);

/* Below the cost G of every decision of the box, by one round's multipliers (N + M, as in a
 * certificate). Any finite multipliers of either sign make a valid bound. */
double gg__proof_bound(gg__proof_bounder *bounder, const gg__proof_box *box,
                       const float *multipliers, double power_unit_w);

/* Removes from the box bounded last what can only cost at least target_s: loads at the ends of
 * their ranges, ends of the interference ranges, users' options. False when nothing is left. */
bool gg__proof_reduce(gg__proof_bounder *bounder, gg__proof_box *box, double target_s);

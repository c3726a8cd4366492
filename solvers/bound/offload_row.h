/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row that a problem may hold decisions to: a required sum of gains of the offloaded users.
 * Its price is part of every bound; what the row leaves no choice about is settled in the box.
 */
#ifndef GOAGAP_SOLVERS_BOUND_OFFLOAD_ROW_H
#define GOAGAP_SOLVERS_BOUND_OFFLOAD_ROW_H

#include "solvers/bound/problem.h"

/* Adds a row to a problem that has none. */
void gg_bound_problem_require(gg_bound_problem *problem, const gg_offload_row *row);

/* Charges another price, in every bound taken from now on. */
void gg_row_set_price(gg_bound_problem *problem, double price_s);

/* Moves the price to where it should bound a box better: up where the blend of decisions that an
 * ascent ended in falls short of the row, down where it does more. `frequencies` and the `users`'
 * multipliers are those of its bounder; the latter follow. The bound was `slack_s` below what it
 * has to reach. */
void gg_row_move_price(gg_bound_problem *problem, const gg_box *box, const float *frequencies,
                       double slack_s, double *users);

/* What branch and bound minimises, of a decision whose objective by the judge is `objective_s`: the
 * same without a row, INFINITY where the row refuses the decision. */
double gg_row_objective_s(const gg_bound_problem *problem, const int32_t *assignment,
                          double objective_s);

/* The largest sum of the row's gains that the options of a box allow. */
double gg_most_gain(const gg_box *box, const gg_bound_problem *problem);

/* Makes options without which the row cannot be met any more the only ones; false when it cannot be
 * met at all. Sets *changed where it did. */
bool gg_row_tighten(gg_box *box, const gg_bound_problem *problem, bool *changed);

#endif

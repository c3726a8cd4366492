/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row that a problem may hold decisions to: a required sum of gains of the offloaded users.
 * Its price is part of every bound (bound.h); what the row leaves no choice about is settled in the
 * box.
 */
#pragma once

#include "solvers/bound/box.h"

/* Decisions that do not meet the row are refused. */
static inline bool gg_held_to_row(const gg_bound_problem *p) {
    return p->row.gain != NULL && !p->row.relaxed;
}

/* What user i costs at home, and the price of the gain that it forgoes there (of any sign). */
static inline double gg_row_local_s(const gg_bound_problem *p, size_t i, double price_s) {
    return p->row.gain == NULL ? p->local_s[i] : p->local_s[i] + price_s * p->row.gain[i];
}

/* What branch and bound minimises, of a decision whose objective by the judge is `objective_s`: the
 * same without a row, INFINITY where the row refuses the decision. */
double gg_row_objective_s(const gg_bound_problem *problem, const int32_t *assignment,
                          double objective_s);

/* The largest sum of the row's gains that the options of a box allow. */
double gg_most_gain(const gg_box *box, const gg_bound_problem *problem);

/* Makes options without which the row cannot be met any more the only ones; false when it cannot be
 * met at all. Sets *changed where it did. */
bool gg_row_tighten(gg_box *box, const gg_bound_problem *problem, bool *changed);

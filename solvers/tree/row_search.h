/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Good decisions that meet a row: repaired by what each unit of gain costs, then improved by moves,
 * swaps and kicks that never break it.
 */
#pragma once

#include "solvers/bound/problem.h"
#include "solvers/search/iterated_search.h"

/* `decision` (n) is where the search starts, whether it meets the problem's row or not, and holds
 * the best one found that does; *objective_s is its objective as sums have it, INFINITY when none
 * was found (then `decision` is left as it was). Errors: GG_E_NOMEM. */
gg_status gg_row_search(const gg_bound_problem *problem, gg_iterations limits, int32_t *decision,
                        double *objective_s, gg_error *err);

/* Good decisions for a problem whose row is relaxed: the price of a gain forgone becomes part of
 * the local delay of an instance like any other, on which the usual search runs. Replaces
 * `decision` (n) by the best one found, starting from it and from goa's. Errors: GG_E_NOMEM. */
gg_status gg_priced_search(const gg_bound_problem *problem, gg_iterations limits, int32_t *decision,
                           gg_error *err);

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
 * was found (then `decision` is left as it was). Of a relaxed row the price of a gain forgone is
 * part of the local delays and of *objective_s, and every decision counts. Errors: GG_E_NOMEM. */
gg_status gg_row_search(const gg_bound_problem *problem, gg_iterations limits, int32_t *decision,
                        double *objective_s, gg_error *err);

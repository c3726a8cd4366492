/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where branch and bound under a row begins: a good decision that meets the row, and the price at
 * which bounds are tightest, both found by searching left and right of the required gain.
 */
#pragma once

#include "solvers/bound/problem.h"
#include "solvers/search/iterated_search.h"

/* `decision` (n) is the best one known without the row and respects tau; `known` (n) is another
 * that does and meets the row, NULL: none. The best one found that meets the row replaces
 * `decision`; *value_s is its objective by the judge, INFINITY when none was found, and *price_s
 * the price, >= 0. Errors: GG_E_NOMEM. */
gg_status gg_row_start(const gg_bound_problem *problem, const int32_t *known, gg_iterations limits,
                       int32_t *decision, double *value_s, double *price_s, gg_error *err);

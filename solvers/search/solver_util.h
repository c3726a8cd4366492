/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small steps that several strategies share: handing a decision over as the result, keeping the
 * better of two.
 */
#ifndef GOAGAP_SOLVERS_SEARCH_SOLVER_UTIL_H
#define GOAGAP_SOLVERS_SEARCH_SOLVER_UTIL_H

#include "models/decision.h"
#include "solvers/solver.h"

/* Moves the decision's assignment into the result as a plain feasible one, and clears the decision.
 */
void gg_result_take(gg_result *result, gg_decision *decision);

/* Takes over what a search has found (n entries) unless the judge finds that dearer than `best`:
 * near rate zero the judge rounds what a search does not. Errors: GG_E_NOMEM. */
gg_status gg_take_found(const gg_instance *instance, gg_objective objective, const int32_t *found,
                        int32_t *best, gg_error *err);

#endif

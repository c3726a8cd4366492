/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small steps that several strategies share: handing a decision over as the result.
 */
#ifndef GOAGAP_SOLVERS_SOLVER_UTIL_H
#define GOAGAP_SOLVERS_SOLVER_UTIL_H

#include "models/decision.h"
#include "solvers/solver.h"

/* Moves the decision's assignment into the result as a plain feasible one, and clears the decision.
 */
void gg_result_take(gg_result *result, gg_decision *decision);

#endif

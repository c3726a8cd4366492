/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Good decisions for a problem whose row is relaxed: the price of a gain forgone becomes part of
 * the local delay of an instance like any other, on which the usual search runs.
 */
#pragma once

#include "solvers/bound/problem.h"
#include "solvers/search/iterated_search.h"

/* Replaces `decision` (n) by the best one found, starting from it and from goa's. Errors:
 * GG_E_NOMEM. */
gg_status gg_priced_search(const gg_bound_problem *problem, gg_iterations limits, int32_t *decision,
                           gg_error *err);

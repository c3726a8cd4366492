/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Levels where the program's optimum needs them: its cheapest decision is found among a list of
 * all that matter, and gets a level of its own until it is dear enough.
 */
#pragma once

#include "solvers/program/enumeration.h"
#include "solvers/program/level_domain.h"

/* Adds levels until the program's optimum is at least (1 - target) of the true one, or nothing
 * helps; a target of 1 adds none. `list` holds the decisions of the box that may cost less than
 * `incumbent_s`. *error is how far the optimum then lies below, as a share. Errors: GG_E_NOMEM. */
gg_status gg_level_fit(gg_level_domain *domain, const gg_bound_problem *problem,
                       const gg_enumeration *list, double incumbent_s, double target, double *error,
                       gg_error *err);

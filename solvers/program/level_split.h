/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Levels that hold for every decision: the one that may lose most is split until none loses much.
 */
#pragma once

#include "solvers/program/level_domain.h"

/* What is known of the optimum's value. */
typedef struct gg_level_stakes {
    double incumbent_s, lower_bound_s;
} gg_level_stakes;

/* Splits server j's one level, the worst first, until no decision loses more than `target` (a
 * share) or there are at_most levels; fewer levels are a coarsening of more. *error rises to the
 * share that some decision may still lose. Errors: GG_E_NOMEM. */
gg_status gg_level_split(gg_level_domain *domain, const gg_bound_problem *problem,
                         const gg_box *box, size_t j, const gg_level_stakes *stakes, size_t at_most,
                         double target, double *error, gg_error *err);

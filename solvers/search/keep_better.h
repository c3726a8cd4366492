/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What several strategies share: keeping the better of two decisions, as the judge has it.
 */
#pragma once

#include "solvers/solver.h"

/* Takes over what a search has found (n entries) unless the judge finds that dearer than `best`:
 * near rate zero the judge rounds what a search does not. *objective_s is the judge's, of what is
 * left in `best`. Errors: GG_E_NOMEM. */
gg_status gg_take_found(const gg_instance *instance, gg_objective objective, const int32_t *found,
                        int32_t *best, double *objective_s, gg_error *err);

/* Takes `found` over where it respects tau and the judge finds it cheaper than *best_s. Errors:
 * GG_E_NOMEM. */
gg_status gg_keep_better(const gg_instance *instance, gg_objective objective, const int32_t *found,
                         int32_t *best, double *best_s, gg_error *err);

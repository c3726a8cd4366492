/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Iterated local search: kick a few users of the best decision known, descend, keep what is better.
 */
#pragma once

#include "solvers/solver.h"

/* When to stop. */
typedef struct gg_iterations {
    int64_t at_most;
    double deadline_s; /* of gg_now_s; INFINITY: none */
    uint64_t seed;
    uint32_t run;
    uint32_t most_kicked; /* users that a kick moves, at most; 0: the usual 7 */
} gg_iterations;

/* Starts from goa's decision and, where that is better, from options->known. The best decision
 * found goes to `best` (n), its objective by the judge to *objective_s, the iterations done to
 * *done (NULL: not wanted). The first descent is always made. Errors: GG_E_NOMEM.
 */
gg_status gg_iterate(const gg_instance *instance, const gg_solve_options *options,
                     gg_iterations limits, int32_t *best, double *objective_s, int64_t *done,
                     gg_error *err);

/* Takes over what a search has found (n entries) unless the judge finds that dearer than `best`:
 * near rate zero the judge rounds what a search does not. *objective_s is the judge's, of what is
 * left in `best`. Errors: GG_E_NOMEM. */
gg_status gg_take_found(const gg_instance *instance, gg_objective objective, const int32_t *found,
                        int32_t *best, double *objective_s, gg_error *err);

/* Takes `found` over where it respects tau and the judge finds it cheaper than *best_s. Errors:
 * GG_E_NOMEM. */
gg_status gg_keep_better(const gg_instance *instance, gg_objective objective, const int32_t *found,
                         int32_t *best, double *best_s, gg_error *err);

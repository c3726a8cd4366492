/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether what a solution file says is true: every number recomputed from the instance by the judge
 * alone, every certificate replayed.
 */
#pragma once

#include <stdbool.h>

#include "experiments/solution/solution.h"

/* Hears of everything that is wrong: which entry (SIZE_MAX: the solution as a whole), which field,
 * and why. */
typedef void (*gg_finding_fn)(void *context, size_t entry, const char *field, const char *reason);

/* Verifies one solution against its instance, whose threshold is taken to be the solution's. *found
 * is the number of findings. Errors: GG_E_NOMEM. */
gg_status gg_verify_solution(const gg_instance *instance, const gg_solution *solution,
                             gg_finding_fn report, void *context, size_t *found, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A test's hook into branch and bound: a decision that must never be lost.
 */
#pragma once

#include "solvers/bound/box.h"

typedef struct gg_planted {
    const int32_t *decision; /* n */
    double objective_s;
    bool lost; /* out: it left the boxes although cheaper than the threshold */
} gg_planted;

/* Whether it is in a box. `planted` may be NULL. */
static inline bool gg__planted_in(const gg_planted *planted, const gg_box *box,
                                  const gg_bound_problem *problem) {
    return planted != NULL && gg_box_contains(box, problem, planted->decision);
}

/* It may only disappear from a box whose bound reaches it. */
static inline void gg__planted_check(gg_planted *planted, const gg_box *box,
                                     const gg_bound_problem *problem, bool was_inside, bool alive,
                                     double threshold_s) {
    if (was_inside && planted->objective_s < threshold_s &&
        (!alive || !gg__planted_in(planted, box, problem)))
        planted->lost = true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How often a decision's users are answered correctly, by flags or by probabilities.
 */
#pragma once

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* Expected accuracy of a decision: the mean over users of what answers them. */
double gg_expected_accuracy(const gg_instance *instance, const double *p_slm, const double *p_llm,
                            const int32_t *assignment);

/* P(correct) of one user's answer: of the probabilities, or where there are none the flag. */
static inline double gg_correctness(const double *p, const uint8_t *flags, size_t i) {
    return p != NULL ? p[i] : (double)flags[i];
}
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Thresholds above which a query is offloaded (score > threshold, strictly), chosen on queries
 * whose outcome is known, and what a threshold does to a set of queries. A threshold holds for the
 * queries it was chosen on: always report what it realises on others as well.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
/* Candidates of gg_threshold_for_accuracy: 0, 0.005, ..., 1. */
enum { GG_THRESHOLD_STEPS = 200 };

/* What a threshold does. */
typedef struct gg_offloading {
    size_t n;
    double offloaded;  /* share of the queries */
    double accuracy;   /* share of right answers; NAN without a large model */
    double kept_wrong; /* share of wrong answers among those kept; NAN when none is kept */
} gg_offloading;

/* Applies a threshold to n queries; llm_correct may be NULL. */
gg_offloading gg_offloading_at(const double *score, const uint8_t *wrong,
                               const uint8_t *llm_correct, size_t n, double threshold);

/* The largest candidate whose accuracy on these queries is at least `target`: no other offloads
 * fewer. `p` are probabilities of a wrong answer. False when none reaches the target; *best is the
 * best accuracy of any candidate. */
bool gg_threshold_for_accuracy(const double *p, const uint8_t *wrong, const uint8_t *llm_correct,
                               size_t n, double target, double *threshold, double *best);

/* The smallest score above which at most the share `rate` of the n queries lies; -INFINITY when all
 * may be offloaded. Errors: GG_E_NOMEM. */
gg_status gg_threshold_for_rate(const double *score, size_t n, double rate, double *threshold,
                                gg_error *err);

/* Split conformal: the ceil((m + 1)(1 - error))-th smallest score of the m right answers, INFINITY
 * when there are fewer. A new query that the model answers rightly is kept with probability at
 * least 1 - error, whatever the distribution. Errors: GG_E_NOMEM. */
gg_status gg_threshold_conformal(const double *score, const uint8_t *wrong, size_t n, double error,
                                 double *threshold, gg_error *err);
GG_C_END

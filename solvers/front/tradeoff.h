/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exact accuracy-delay front: for every accuracy that decisions reach, the smallest objective
 * at which they do. tau plays no part: it is one way to buy accuracy, the front is the best one.
 *
 * A user's contribution to the accuracy depends on whether it offloads alone, so a required
 * accuracy is one linear row over users. Supported points minimise delay less a price for accuracy;
 * between them branch and bound closes what the row's price leaves.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
typedef struct gg_tradeoff_options {
    gg_objective objective;
    const double *p_slm; /* n: P(correct) when local; NULL: the instance's flags */
    const double *p_llm; /* n: when offloaded; both or none */
    size_t n_levels;     /* accuracies asked for, ends included; 0: every one (flags only) */
    bool supported_only; /* instead: every point that minimises delay less a price for accuracy, as
                            far as the gap tells them apart */
    double target;       /* one more accuracy; NAN: none */
    double gap;          /* relative tolerance of "proven" */
    double time_limit_s; /* for the whole front; INFINITY: none */
    int64_t node_limit;  /* for each point */
    uint64_t seed;
    size_t threads; /* of each point's search; 0: one for each core. Nothing but the time changes */
} gg_tradeoff_options;

gg_tradeoff_options gg_tradeoff_options_init(void);

typedef struct gg_tradeoff_point {
    int32_t *assignment;  /* n, owned */
    double accuracy;      /* expected, of the decision */
    double objective_s;   /* of the decision, by the judge */
    double lower_bound_s; /* no decision that meets `required` has a smaller objective */
    double required;      /* the accuracy asked for, <= accuracy */
    double total_delay_s; /* unweighted */
    bool proven;          /* objective and bound within the gap */
    bool supported;       /* known to minimise delay less a price for accuracy */
    int64_t nodes;
} gg_tradeoff_point;

/* No decision, of whatever accuracy, has a smaller objective - price accuracy. */
typedef struct gg_tradeoff_line {
    double price_s;
    double bound_s; /* of any sign */
} gg_tradeoff_line;

/* Points by rising accuracy and objective, none dominated by another of them; a line for each price
 * that was tried, by rising price, the first of them 0. */
typedef struct gg_tradeoff {
    size_t count;
    gg_tradeoff_point *points;
    bool complete; /* every accuracy was asked for, and every point is proven */
    bool stopped;  /* by a signal */
    size_t n_lines;
    gg_tradeoff_line *lines;
} gg_tradeoff;

/* Computes the front. Clear with gg_tradeoff_clear. Errors: GG_E_INPUT (no flags and no
 * probabilities, more than 64 servers), GG_E_USAGE (every level asked for with probabilities,
 * unless supported_only), GG_E_SOLVER (no finite decision of the highest accuracy), GG_E_NOMEM. */
gg_status gg_tradeoff_compute(const gg_instance *instance, const gg_tradeoff_options *options,
                              gg_tradeoff *out, gg_error *err);
void gg_tradeoff_clear(gg_tradeoff *front);

/* Expected accuracy of a decision: the mean over users of what answers them, by flags or by
 * probabilities. */
double gg_expected_accuracy(const gg_instance *instance, const double *p_slm, const double *p_llm,
                            const int32_t *assignment);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The judge: evaluates a finished assignment from the instance alone, straight from the model's
 * formulas. It shares no arithmetic with the decision state the solvers work on.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* Sums over users. Delays are those at decision time except where "measured"; infinite when some
 * user has no usable channel. NAN marks what is not known. */
typedef struct gg_metrics {
    double objective_s;   /* in J where the objective is energy alone */
    double total_delay_s; /* local + comm + comp, unweighted */
    double local_delay_s;
    double comm_delay_s;
    double comp_delay_s;           /* of offloaded queries, the gate included */
    double measured_total_delay_s; /* NAN without edge_delay_ref_s */
    double measured_comp_delay_s;  /* NAN without edge_delay_ref_s */
    double accuracy;               /* share of right answers in hindsight, by the recorded flags;
                                      NAN without them */
    double expected_accuracy;      /* the same given what is known when deciding: mean of the
                                      P(correct); NAN without them */
    size_t n_offloaded;
    size_t tau_violations; /* mandatory users that stay local */
    double gate_delay_s;   /* of offloaded users, in comp_delay_s */
    double energy_j;       /* of the devices, sending and computing; NAN without device_power_w */
} gg_metrics;

/* Sums of probabilities may be off by their rounding: an expected accuracy meets another one that
 * is no more than this above it. */
#define GG_ACCURACY_SLACK 1e-12

/* Evaluates `assignment` (N entries in -1 .. M-1). Time O(N M). Errors: GG_E_INPUT for an entry out
 * of range, or energy without device_power_w; GG_E_NOMEM. */
gg_status gg_evaluate(const gg_instance *instance, gg_objective objective,
                      const int32_t *assignment, gg_metrics *metrics, gg_error *err);

/* Delay of every user, at decision time (N entries). Errors as gg_evaluate. */
gg_status gg_evaluate_user_delays(const gg_instance *instance, const int32_t *assignment,
                                  double *delay_s, gg_error *err);
GG_C_END

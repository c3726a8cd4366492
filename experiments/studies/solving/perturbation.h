/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What misestimated inputs cost: strategies decide on disturbed copies of an instance, and their
 * decisions are scored on the true one.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "solvers/solver.h"

/* Standard deviations of the errors, all independent. */
typedef struct gg_perturbation {
    double gain_db; /* of each gain: normal in decibels */
    double alpha;   /* of each alpha: normal, the result clipped to [0, 1] */
    double delay;   /* of each local delay: normal in its logarithm; the edge's work follows it */
} gg_perturbation;

/* Parses "gain=3dB,alpha=0.05,delay=10%"; any of the three may be missing, not all. Errors:
 * GG_E_USAGE. */
gg_status gg_perturbation_parse(const char *text, gg_perturbation *out, gg_error *err);

/* A disturbed copy of an instance, with errors in alpha, gain and local_delay_s that are a function
 * of seed, trial, user and server alone. The caller owns it. Errors: GG_E_NOMEM. */
gg_status gg_perturb(const gg_instance *instance, const gg_perturbation *by, uint64_t seed,
                     uint32_t trial, gg_instance **out, gg_error *err);

/* One strategy's decisions, scored on the true instance. Its degradation in a trial is f / f0 - 1
 * with f0 what it reaches when told the truth; NAN where that is no number. */
typedef struct gg_robustness {
    const char *solver;
    double objective_s;         /* f0; NAN: infeasible */
    double *degradation;        /* a number a trial, owned */
    double mean, median, worst; /* over the trials with a degradation; NAN: none */
    size_t unknown;             /* trials without */
    double mean_violations;     /* users above the true tau that stay local, a trial */
    bool bounded;               /* a limit stopped some proof */
} gg_robustness;

typedef struct gg_perturbation_study {
    const gg_instance *instance; /* borrowed */
    gg_objective objective;
    gg_perturbation by;
    uint64_t seed;
    size_t n_trials; /* done: fewer than asked for after a signal */
    size_t n_solvers;
    gg_robustness *solvers;
} gg_perturbation_study;

/* Every strategy meets the same disturbed instances. Clear with gg_perturbation_clear. Errors as
 * gg_solve. */
gg_status gg_perturbation_compute(const gg_instance *instance, const gg_perturbation *by,
                                  size_t n_trials, const gg_solver *const *solvers,
                                  size_t n_solvers, const gg_solve_options *options,
                                  gg_perturbation_study *out, gg_error *err);
void gg_perturbation_clear(gg_perturbation_study *study);

/* At most 80 columns. Errors: GG_E_NOMEM. */
gg_status gg_perturbation_print(const gg_perturbation_study *study, FILE *stream, gg_error *err);

/* NULL when memory is short; the caller releases it with json_decref. */
json_t *gg_perturbation_json(const gg_perturbation_study *study);

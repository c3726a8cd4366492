/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mean accuracy-delay front over the networks of a plan.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_PARETO_PLAN_H
#define GOAGAP_EXPERIMENTS_CLI_PARETO_PLAN_H

#include <stdio.h>

#include "solvers/tradeoff.h"

/* Computes the front of every network and writes, for each preset and each accuracy in steps of
 * GG_PARETO_STEP that all its networks reach, the mean over them of the smallest delay per query:
 * columns preset, delay_per_query_s, accuracy, lower_bound_s (mean of the proven bounds of the
 * objective per query), networks. *proven is false when a limit left a point unproven. Errors as
 * gg_plan_read, gg_experiment_open, gg_unit_draw, gg_tradeoff_compute. */
gg_status gg_pareto_plan(const char *path, const char *dataset, const gg_tradeoff_options *options,
                         FILE *stream, bool *proven, gg_error *err);

#define GG_PARETO_STEP 0.01

#endif

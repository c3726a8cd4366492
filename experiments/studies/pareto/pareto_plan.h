/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay front of a plan's networks together.
 */
#pragma once

#include <stdio.h>

#include "solvers/front/tradeoff.h"

/* Computes the front of every network and writes, for each preset, the least mean delay per query
 * for each mean accuracy that decisions of all its networks reach: the vertices of the lower convex
 * hull, about 0.1 % of accuracy apart. No strategy's means lie beyond it. Columns preset,
 * delay_per_query_s, accuracy, lower_bound_s (mean of the proven bounds of the objective per query
 * at these points), networks. *proven is false when a limit left a point unproven. Errors as
 * gg_plan_read, gg_experiment_open, gg_unit_draw, gg_tradeoff_compute. */
gg_status gg_pareto_plan(const char *path, const char *dataset, const gg_tradeoff_options *options,
                         FILE *stream, bool *proven, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One unit of an experiment: draws its instance and lets strategies solve it, a row each.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_UNIT_H
#define GOAGAP_EXPERIMENTS_BATCH_UNIT_H

#include "experiments/batch/experiment.h"
#include "experiments/batch/results.h"

/* A row that only says which instance and strategy it is about: status "failed", everything
 * measured NAN or 0. */
void gg_unit_blank_row(const gg_experiment *experiment, const gg_unit *unit,
                       const gg_solver *solver, gg_row *row);

/* Draws the unit's instance; the caller owns *out. Errors as gg_scenario_draw. */
gg_status gg_unit_draw(const gg_experiment *experiment, const gg_unit *unit, gg_instance **out,
                       gg_error *err);

/* Lets one strategy solve the instance and fills its row. *assignment is the decision (one entry a
 * user; gg_free it) or NULL where there is none or plan->assignments is off. A strategy's error is
 * a row of status "failed" with its reason. */
void gg_unit_solve(const gg_experiment *experiment, const gg_unit *unit,
                   const gg_instance *instance, const gg_solver *solver, gg_row *row,
                   int16_t **assignment);

#endif

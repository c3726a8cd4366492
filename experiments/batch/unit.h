/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One unit of an experiment: draws its network and lets strategies solve it, a row for each
 * objective, tau and strategy.
 */
#pragma once

#include "experiments/planning/experiment.h"
#include "experiments/results/results.h"

/* Row number `index` of the unit saying only what it is about: status "failed", everything measured
 * NAN or 0. */
void gg_unit_blank_row(const gg_experiment *experiment, const gg_unit *unit, size_t index,
                       gg_row *row);

/* Draws the unit's network; the caller owns *out. Errors as gg_scenario_draw. */
gg_status gg_unit_draw(const gg_experiment *experiment, const gg_unit *unit, gg_instance **out,
                       gg_error *err);

/* Decisions of the strategies to whose accuracy others are held, at one objective and tau: solved
 * once where rows follow each other. Zero-initialise; clear with gg_references_clear. */
typedef struct gg_references {
    size_t instance; /* of the unit, objectives times tau */
    gg_result *of;   /* a strategy each, as far as known; NULL: none is */
    size_t count;
} gg_references;

void gg_references_clear(gg_references *references);

/* Fills row number `index`: sets the network's tau and has the strategy decide. *assignment is the
 * decision (one entry a user; gg_free it) or NULL where there is none or plan->assignments is off.
 * A strategy's error is a row of status "failed" with its reason. */
void gg_unit_solve(const gg_experiment *experiment, const gg_unit *unit, size_t index,
                   gg_instance *network, gg_references *references, gg_row *row,
                   int16_t **assignment);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The instance behind a row of the results: results hold decisions, not networks, but a network is
 * a function of preset, seed, run and queries.
 */
#pragma once

#include <stdio.h>

#include "experiments/results/results.h"
#include "models/instance.h"

typedef struct gg_redraw gg_redraw;

/* Where instances come from: the plan at `plan_path` with `dataset` in place of its own (both may
 * be NULL), else the shipped presets, if the results used nothing else. The caller frees *out.
 * Errors: GG_E_INPUT (not the plan of these results; the plan itself), GG_E_IO, GG_E_NOMEM. */
gg_status gg_redraw_open(const gg_results *results, const char *plan_path, const char *dataset,
                         gg_redraw **out, gg_error *err);
void gg_redraw_free(gg_redraw *redraw);

/* Draws the instance of a row; *out is NULL where its preset or queries are not at hand. The caller
 * frees *out. Errors: GG_E_NOMEM and others of gg_scenario_draw. */
gg_status gg_redraw_instance(gg_redraw *redraw, const gg_row *row, gg_instance **out,
                             gg_error *err);

/* The dataset that the plan's queries came from, and in *uncertainty which of its uncertainties is
 * alpha; NULL without a plan, or where queries came from the presets. */
const char *gg_redraw_dataset(const gg_redraw *redraw, const char **uncertainty);

/* Why instances cannot be drawn again; NULL if they can. */
const char *gg_redraw_obstacle(const gg_redraw *redraw);

/* Writes the commands that draw the row's instance and solve it, for a shell: one line. Where the
 * plan is not at hand and queries came from a dataset, DATA.h5 stands for it. */
void gg_redraw_command(const gg_redraw *redraw, const gg_row *row, FILE *stream);

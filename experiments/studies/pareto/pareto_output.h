/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay plane as a table for people, as JSON, as CSV and as a picture.
 */
#pragma once

#include <stdio.h>

#include "experiments/studies/pareto/pareto_study.h"

/* What is shown, and what was asked about it. */
typedef struct gg_pareto_view {
    const gg_instance *instance;
    const gg_pareto_study *study;
    gg_objective objective;
    double target_accuracy; /* NAN: not asked */
    double target_delay_s;  /* objective per query; NAN: not asked */
} gg_pareto_view;

/* At most 80 columns wide. Errors: GG_E_NOMEM. */
gg_status gg_pareto_print(const gg_pareto_view *view, FILE *stream, gg_error *err);
gg_status gg_pareto_write_json(const gg_pareto_view *view, FILE *stream, gg_error *err);

/* A row a point; the report draws delay_per_query_s and accuracy of such a file. */
void gg_pareto_write_csv(const gg_pareto_view *view, FILE *stream);

void gg_pareto_draw(const gg_pareto_view *view, FILE *stream);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables beside a report: one writer a file.
 */
#pragma once

#include <stdio.h>

#include "experiments/report/compared/study.h"

typedef struct gg_report_table {
    const char *name;
    void (*write)(const gg_study *study, FILE *stream);
    bool fair; /* only where a strategy is held to another's accuracy */
} gg_report_table;

/* The gap at equal accuracy, a line a panel. */
void gg_csv_fair(const gg_study *study, FILE *stream);
void gg_latex_fair(const gg_study *study, FILE *stream);

/* LaTeX with booktabs: each strategy over all cells, every cell (longtable), and the subject
 * against every other strategy. */
void gg_latex_panels(const gg_study *study, FILE *stream);
void gg_latex_gaps(const gg_study *study, FILE *stream);
void gg_latex_pairs(const gg_study *study, FILE *stream);

/* Those of a study with published means, and with an evaluated dataset. */
enum { GG_N_PUBLISHED_TABLES = 2, GG_N_UNCERTAINTY_TABLES = 2 };
extern const gg_report_table gg_published_tables[GG_N_PUBLISHED_TABLES];
extern const gg_report_table gg_uncertainty_tables[GG_N_UNCERTAINTY_TABLES];

/* What summary.json has of both. */
struct json_t;
struct json_t *gg_json_of_scorecard(const gg_scorecard *card);
struct json_t *gg_json_of_ranking(const gg_evaluation *evaluation);

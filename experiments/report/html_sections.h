/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sections of the report's page. Each writes one <section>; user-made text is escaped.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_HTML_SECTIONS_H
#define GOAGAP_EXPERIMENTS_REPORT_HTML_SECTIONS_H

#include <stdio.h>

#include "experiments/report/summary.h"

/* `tables` is the folder of the CSV files the section links, or NULL. */

/* The distributions of the gap, a panel for each preset and objective. */
void gg_html_ecdf_section(FILE *stream, const gg_summary *summary, const char *tables);

/* The gap of each strategy in each cell of the grid. */
void gg_html_gap_section(FILE *stream, const gg_summary *summary, const char *tables);

/* Accuracy, and what the delay is made of. */
void gg_html_delay_section(FILE *stream, const gg_summary *summary, const char *tables);

/* Reasons of failed solves; nothing where none failed. */
void gg_html_failure_section(FILE *stream, const gg_summary *summary);

/* What was run, on what. */
void gg_html_experiment_section(FILE *stream, const gg_summary *summary);

/* How every number is defined. */
void gg_html_definition_section(FILE *stream, const gg_summary *summary);

/* "<a href=...>name</a>" to a table, where there are tables. */
void gg_html_table_link(FILE *stream, const char *tables, const char *name);

#endif

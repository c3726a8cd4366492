/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sections of the report's page. Each writes one <section>, or nothing where there is nothing
 * to say; user-made text is escaped.
 */
#pragma once

#include <stdio.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/report.h"

/* A page being written. */
typedef struct gg_page {
    FILE *stream;
    const gg_study *study;
    const gg_report_links *links;
} gg_page;

void gg_html_changes_section(const gg_page *page);
void gg_html_plane_section(const gg_page *page);
void gg_html_distance_section(const gg_page *page);
void gg_html_fair_section(const gg_page *page);
void gg_html_growth_section(const gg_page *page);
void gg_html_cells_section(const gg_page *page);
void gg_html_delay_section(const gg_page *page);
void gg_html_runtime_section(const gg_page *page);
void gg_html_mistakes_section(const gg_page *page);
void gg_html_worst_section(const gg_page *page);
void gg_html_pairs_section(const gg_page *page);
void gg_html_published_section(const gg_page *page);
void gg_html_uncertainty_section(const gg_page *page);
void gg_html_failure_section(const gg_page *page);
void gg_html_experiment_section(const gg_page *page);
void gg_html_definition_section(const gg_page *page);

/* <section id> with its heading. */
void gg_html_open_section(const gg_page *page, const char *id, const char *heading);
void gg_html_close_section(const gg_page *page);

/* "Data: <a href=...>name</a>." where there are tables. */
void gg_html_table_link(const gg_page *page, const char *name);

/* The figures of these kinds (NULL after the last) for all panels, as cards; false where none has
 * anything to show. */
bool gg_html_figures(const gg_page *page, const gg_figure *const *kinds);

/* Escaped text. */
void gg_html_put(const gg_page *page, const char *text);

/* "paper-bits, weighted objective". */
void gg_html_put_panel(const gg_page *page, const gg_panel *panel);

/* <td> with a number; with a share of 1 as a bar behind it. */
void gg_html_number_cell(const gg_page *page, gg_number number);
void gg_html_share_cell(const gg_page *page, double share);

/* "<div class=scroll><table><caption>" with the panel's name (NULL: none) and the text; closed by
 * "</table></div>". */
void gg_html_open_table(const gg_page *page, const gg_panel *panel, const char *caption);
void gg_html_close_table(const gg_page *page);

/* "<tr><th>" with the strategy's name; the report's subject stands out. */
void gg_html_open_strategy_row(const gg_page *page, size_t strategy, bool breaks_tau);

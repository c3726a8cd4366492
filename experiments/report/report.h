/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The forms a study takes: text for a terminal, tables, a summary for programs, figures, and one
 * self-contained HTML page.
 */
#pragma once

#include <stdio.h>

#include "experiments/report/compared/study.h"

/* The answer: what is proven, and the gaps of each strategy over all cells, at most 24 lines of 80
 * columns. Errors: GG_E_NOMEM. */
gg_status gg_report_text(const gg_summary *summary, FILE *stream, gg_error *err);

/* The gap table of every cell, as wide. Errors: GG_E_NOMEM. */
gg_status gg_report_text_cells(const gg_summary *summary, FILE *stream, gg_error *err);

/* What changed since the study's earlier results. Errors: GG_E_NOMEM. */
gg_status gg_report_text_changes(const gg_study *study, FILE *stream, gg_error *err);

/* Writes the CSV (RFC 4180; numbers with 17 digits, empty where not known) and LaTeX tables into
 * `folder`, made if it is not there. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_report_tables(const gg_study *study, const char *folder, gg_error *err);

/* Every number of the report as JSON: format "goagap-summary", version GG_SUMMARY_VERSION. What is
 * not known is null, infinities are "inf", seeds from 2^63 on are decimal texts. Errors: GG_E_IO,
 * GG_E_NOMEM. */
enum { GG_SUMMARY_VERSION = 2 };
gg_status gg_report_json(const gg_study *study, const char *path, gg_error *err);

/* What stands beside a page, for its links; names of folders and files relative to the page, NULL
 * for what is not there. */
typedef struct gg_report_links {
    const char *tables;
    const char *figures;
    const char *summary;
    bool converted; /* figures are there as PDF and PNG too */
} gg_report_links;

/* Writes the page to `path`. The same study and links give the same bytes. Errors: GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_report_html(const gg_study *study, const char *path, const gg_report_links *links,
                         gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The forms a summary takes: text for a terminal, CSV tables, one self-contained HTML page.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_REPORT_H
#define GOAGAP_EXPERIMENTS_REPORT_REPORT_H

#include <stdio.h>

#include "experiments/report/summary.h"

/* The answer and the gap table of every cell, at most 80 columns wide. Errors: GG_E_NOMEM. */
gg_status gg_report_text(const gg_summary *summary, FILE *stream, gg_error *err);

/* Writes gaps.csv, delays.csv and ecdf.csv (RFC 4180 quoting; numbers with 17 digits, empty where
 * not known) into `folder`, made if it is not there. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_report_csv(const gg_summary *summary, const char *folder, gg_error *err);

/* Writes the page to `path`; it links the tables in the folder `tables` beside it unless that is
 * NULL. The same summary gives the same bytes. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_report_html(const gg_summary *summary, const char *path, const char *tables,
                         gg_error *err);

#endif

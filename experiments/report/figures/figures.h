/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figures of a report: one list for the page and for the files beside it.
 */
#pragma once

#include "experiments/report/figures/figure.h"

#define GG_FIGURE(name) extern const gg_figure gg_figure_##name;
#include "experiments/report/figures/figures.def"
#undef GG_FIGURE

/* The published experiment's: accuracy, delay per user and time to decide by number of users, each
 * for the first five taus; accuracy and delay of GOA by tau. */
enum { GG_PUBLISHED_TAUS = 5, GG_PUBLISHED_FIGURES = 3 * GG_PUBLISHED_TAUS + 2 };
extern const gg_figure gg_figures_published[GG_PUBLISHED_FIGURES];

/* All of them in the page's order, NULL after the last. */
extern const gg_figure *const gg_figures[];

/* Writes figures/<id>.svg of every figure into `folder`, made if it is not there, and, if
 * rsvg-convert is installed, the same as .pdf and .png. *converted says whether it was. Errors:
 * GG_E_IO, GG_E_NOMEM. */
gg_status gg_figure_files(const gg_study *study, const char *folder, bool *converted,
                          gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figure of a panel: which share of the runs each strategy decides within which gap.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_FIGURE_ECDF_H
#define GOAGAP_EXPERIMENTS_REPORT_FIGURE_ECDF_H

#include <stdio.h>

#include "experiments/report/summary.h"

/* Writes the panel as one <svg> with axes and legend; `number` makes its ids unique. The gap's axis
 * is logarithmic above 0.1 %, shows 0 and is the same for all panels of a summary. */
void gg_figure_ecdf(FILE *stream, const gg_summary *summary, const gg_panel *panel, size_t number);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every LaTeX table is made of.
 */
#pragma once

#include <stdio.h>

#include "experiments/output/format.h"
#include "experiments/report/stats/summary.h"

/* Text with what means something to LaTeX taken for itself. */
void gg_latex_text(FILE *stream, const char *text);

/* A number as the report writes it, in what plain LaTeX has; and as the next cell of a row. */
void gg_latex_number(FILE *stream, gg_number number);
void gg_latex_cell(FILE *stream, gg_number number);

/* " & [low, high]" */
void gg_latex_interval(FILE *stream, gg_number low, gg_number high);

/* A table of a panel that fits one column of a two-column page: its rules, and a first line that
 * names the panel and ends in `title`, which is LaTeX. `columns` has a letter each. */
void gg_latex_open(FILE *stream, const char *columns, const char *title, const gg_row *panel);
void gg_latex_close(FILE *stream);

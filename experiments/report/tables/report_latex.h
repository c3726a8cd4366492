/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every LaTeX table is made of.
 */
#pragma once

#include <stdio.h>

#include "experiments/output/format.h"

/* Text with what means something to LaTeX taken for itself. */
void gg_latex_text(FILE *stream, const char *text);

/* A number as the report writes it, in what plain LaTeX has; and as the next cell of a row. */
void gg_latex_number(FILE *stream, gg_number number);
void gg_latex_cell(FILE *stream, gg_number number);

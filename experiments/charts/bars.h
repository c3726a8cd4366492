/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lying bars, each made of the same three parts, with a key above and a name before each row.
 */
#pragma once

#include "experiments/charts/svg.h"

enum { GG_BAR_PARTS = 3 };

typedef struct gg_bars {
    FILE *stream;
    const char *names[GG_BAR_PARTS];
    const char *colours[GG_BAR_PARTS];
    double longest; /* of the bars */
    double row;     /* height of a row, in units */
    double sink;    /* of a bar's label above its lower edge */
} gg_bars;

/* Opens the figure and draws the key; close with gg_svg_close. */
void gg_bars_open(const gg_bars *bars, const gg_svg_place *place, size_t n_rows, const char *title,
                  const char *description);

/* The name before row number `row`, whose middle is `down` units below the middle of its first bar.
 */
void gg_bars_name(const gg_bars *bars, size_t row, double down, const char *name);

/* Bar number `line` of a row; nothing unless its length is finite. */
void gg_bars_put(const gg_bars *bars, size_t row, size_t line, const double parts[GG_BAR_PARTS],
                 const char *label);

double gg_bar_length(const double parts[GG_BAR_PARTS]);

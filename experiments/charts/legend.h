/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The legend under a chart: a sample of every series and its name, in columns.
 */
#pragma once

#include "experiments/charts/svg.h"

enum { GG_LEGEND_LABEL = 192 };

typedef struct gg_legend_entry {
    char label[GG_LEGEND_LABEL];
    size_t letters; /* that columns leave room for */
    gg_series_style style;
} gg_legend_entry;

/* What a legend names: entries are asked for one at a time. */
typedef struct gg_legend {
    size_t count; /* 0: no legend */
    gg_legend_entry (*entry)(const void *context, size_t index);
    const void *context;
} gg_legend;

/* Where it stands, in units of the figure's view box. */
typedef struct gg_legend_place {
    double left, right;
    double drop, foot; /* room above the first row's middle, and below the last row */
    double sample, gap;
    size_t most_columns;
    bool markers;
} gg_legend_place;

double gg_legend_height(const gg_legend *legend, const gg_legend_place *place);
void gg_legend_draw(FILE *stream, const gg_legend *legend, const gg_legend_place *place,
                    double top);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/charts/legend.h"

static const double ROW = 22, LETTER = 7.6, AIR = 12;

/* Columns as wide as the longest name needs. */
static size_t columns_of(const gg_legend *legend, const gg_legend_place *place) {
    size_t longest = 1;
    for (size_t k = 0; k < legend->count; k++) {
        size_t letters = legend->entry(legend->context, k).letters;
        longest = letters > longest ? letters : longest;
    }
    double width = place->sample + place->gap + LETTER * (double)longest + AIR;
    size_t columns = (size_t)(place->right / width);
    return columns < 1 ? 1 : columns > place->most_columns ? place->most_columns : columns;
}

double gg_legend_height(const gg_legend *legend, const gg_legend_place *place) {
    size_t columns = columns_of(legend, place);
    if (legend->count == 0)
        return 0.0;
    return ROW * (double)((legend->count + columns - 1) / columns) + place->foot;
}

void gg_legend_draw(FILE *stream, const gg_legend *legend, const gg_legend_place *place,
                    double top) {
    size_t columns = columns_of(legend, place);
    for (size_t k = 0; k < legend->count; k++) {
        const gg_legend_entry entry = legend->entry(legend->context, k);
        double step = (place->right - place->left) / (double)columns;
        double x = place->left + step * (double)(k % columns);
        double y = top + ROW * (double)(k / columns) + place->drop;
        gg_svg_print(stream, "<path d=\"M%.1f %.1fh%.0f\" stroke=\"%s\" stroke-width=\"2\"", x, y,
                     place->sample, entry.style.colour);
        gg_svg_dash(stream, entry.style);
        fputs("/>", stream);
        if (place->markers)
            gg_svg_marker(stream, entry.style, x + 0.5 * place->sample, y);
        gg_svg_text(stream, x + place->sample + place->gap, y + 4.5, "start", entry.label);
        fputc('\n', stream);
    }
}

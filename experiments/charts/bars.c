/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/charts/bars.h"

#include <math.h>

#include "experiments/charts/chart.h"

static const double LEFT = 118, RIGHT = 78, TOP = 34, BAR = 15;

double gg_bar_length(const double parts[GG_BAR_PARTS]) {
    return parts[0] + parts[1] + parts[2];
}

void gg_bars_open(const gg_bars *bars, const gg_svg_place *place, size_t n_rows, const char *title,
                  const char *description) {
    gg_svg_open(bars->stream, place, gg_chart_card.width, TOP + bars->row * (double)n_rows + 4,
                title, description);
    for (size_t k = 0; k < GG_BAR_PARTS; k++) {
        double x = 4 + 148.0 * (double)k;
        gg_svg_print(bars->stream, "<path d=\"M%.0f 6h13v13h-13z\" fill=\"%s\"/>", x,
                     bars->colours[k]);
        gg_svg_text(bars->stream, x + 19, 17, "start", bars->names[k]);
    }
    fputc('\n', bars->stream);
}

void gg_bars_name(const gg_bars *bars, size_t row, double down, const char *name) {
    gg_svg_text(bars->stream, LEFT - 8, TOP + bars->row * (double)row + BAR + down, "end", name);
}

void gg_bars_put(const gg_bars *bars, size_t row, size_t line, const double parts[GG_BAR_PARTS],
                 const char *label) {
    double scale = (gg_chart_card.width - LEFT - RIGHT) / bars->longest;
    double x = LEFT, y = TOP + bars->row * (double)row + (BAR + 1) * (double)line;
    if (!isfinite(gg_bar_length(parts)))
        return;
    for (size_t k = 0; k < GG_BAR_PARTS; k++) {
        double width = parts[k] * scale;
        if (width >= 0.05)
            gg_svg_print(bars->stream, "<path d=\"M%.1f %.1fh%.1fv%.0fh-%.1fz\" fill=\"%s\"%s/>", x,
                         y, width, BAR, width, bars->colours[k],
                         line > 0 ? " fill-opacity=\".62\"" : "");
        x += width;
    }
    gg_svg_text(bars->stream, x + 5, y + BAR - bars->sink, "start", label);
    fputc('\n', bars->stream);
}

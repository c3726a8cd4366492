/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "experiments/charts/chart.h"
#include "models/base/shown.h"

static const double ROW = 22, SAMPLE = 26, GAP = 7, LETTER = 7.6;
enum { MOST_COLUMNS = 4, MOST_LETTERS = 40 };

static void label_of(const gg_summary *summary, const gg_curve *curve, char *text, size_t size) {
    char name[MOST_LETTERS + 1];
    gg_shown_cut(summary->strategies[curve->strategy].name, name, sizeof name);
    snprintf(text, size, "%s%s", name, curve->gaps.breaks_tau > 0 ? " †" : "");
}

/* Columns as wide as the longest name needs. */
static size_t columns_of(const gg_summary *summary, const gg_panel *panel) {
    size_t longest = 1;
    for (size_t c = 0; c < panel->n_curves; c++) {
        size_t length = strlen(summary->strategies[panel->curves[c].strategy].name) +
                        (panel->curves[c].gaps.breaks_tau > 0 ? 2 : 0);
        longest = length > longest ? length : longest;
    }
    double width = SAMPLE + GAP + LETTER * (double)longest + 12;
    size_t columns = (size_t)(gg_chart_width / width);
    return columns < 1 ? 1 : columns > MOST_COLUMNS ? MOST_COLUMNS : columns;
}

double gg_legend_height(const gg_summary *summary, const gg_panel *panel) {
    size_t columns = columns_of(summary, panel);
    return ROW * (double)((panel->n_curves + columns - 1) / columns) + 6;
}

void gg_legend_draw(FILE *stream, const gg_summary *summary, const gg_panel *panel, double top) {
    size_t columns = columns_of(summary, panel);
    for (size_t c = 0; c < panel->n_curves; c++) {
        const gg_curve *curve = &panel->curves[c];
        gg_series_style style = gg_series_look(summary, curve->strategy);
        double x = 6 + (gg_chart_width - 6) / (double)columns * (double)(c % columns);
        double y = top + ROW * (double)(c / columns) + 12;
        char label[64];
        label_of(summary, curve, label, sizeof label);
        gg_svg_print(stream, "<path d=\"M%.1f %.1fh%.0f\" stroke=\"%s\" stroke-width=\"2\"", x, y,
                     SAMPLE, style.colour);
        if (strcmp(style.dash, "none") != 0)
            fprintf(stream, " stroke-dasharray=\"%s\"", style.dash);
        fputs("/>", stream);
        gg_svg_marker(stream, style, x + 0.5 * SAMPLE, y);
        gg_svg_text(stream, x + SAMPLE + GAP, y + 4.5, "start", label);
        fputc('\n', stream);
    }
}

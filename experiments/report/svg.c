/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/svg.h"

#include "experiments/report/html.h"

enum { N_MARKERS = 6 };

gg_series_style gg_svg_style(size_t index) {
    /* Without the palette's yellow, which no white page shows; grey stands in for it. */
    static const char *const colours[] = {"#8a8a8a", "#56B4E9", "#E69F00", "#CC79A7",
                                          "#D55E00", "#0072B2", "#009E73", "currentColor"};
    static const char *const dashes[] = {"none", "7 3", "2 3", "9 3 2 3", "none", "12 4"};
    return (gg_series_style){
        .colour = colours[index % (sizeof colours / sizeof *colours)],
        .dash = dashes[index % (sizeof dashes / sizeof *dashes)],
        .marker = index % N_MARKERS,
    };
}

void gg_svg_marker(FILE *stream, gg_series_style style, double x, double y) {
    static const char *const shapes[N_MARKERS] = {
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",              /* disc */
        "m-3.2 -3.2h6.4v6.4h-6.4z",                                   /* square */
        "m0 -4.2l3.9 6.9h-7.8z",                                      /* triangle */
        "m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z",                        /* diamond */
        "m-1.2 -4h2.4v2.8h2.8v2.4h-2.8v2.8h-2.4v-2.8h-2.8v-2.4h2.8z", /* plus */
        "m0 4.2l3.9 -6.9h-7.8z",                                      /* triangle, point down */
    };
    fprintf(stream, "<path d=\"M%.1f %.1f%s\" fill=\"%s\"/>", x, y,
            shapes[style.marker % N_MARKERS], style.colour);
}

void gg_svg_open(FILE *stream, const char *id, double width, double height, const char *title,
                 const char *description) {
    fprintf(stream,
            "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-describedby=\"%s-desc\">\n<title>",
            width, height, id);
    gg_html_text(stream, title);
    fprintf(stream, "</title>\n<desc id=\"%s-desc\">", id);
    gg_html_text(stream, description);
    fputs("</desc>\n<g font-family=\"system-ui, sans-serif\" font-size=\"13\" "
          "fill=\"currentColor\">\n",
          stream);
}

void gg_svg_text(FILE *stream, double x, double y, const char *anchor, const char *text) {
    fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    gg_html_text(stream, text);
    fputs("</text>", stream);
}

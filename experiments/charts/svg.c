/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/charts/svg.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "experiments/output/html.h"

void gg_svg_print(FILE *stream, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] == '.' && at[1] == '0' && !isdigit((unsigned char)at[2]))
            at++;
        else
            fputc(*at, stream);
    }
}

void gg_svg_markers(FILE *stream, gg_series_style style, size_t n, const double *xs,
                    const double *ys) {
    enum { FIRST_HOLLOW = 6 };
    static const char *const shapes[GG_N_MARKERS] = {
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",            /* disc */
        "m-3.5-3.5h7v7h-7z",                             /* square */
        "m0 4.6l4.2-7.6h-8.4z",                          /* triangle, point down */
        "m0-4.8l4.8 4.8l-4.8 4.8l-4.8-4.8z",             /* diamond */
        "m0-4.6l4.2 7.6h-8.4z",                          /* triangle */
        "m-1.2-4.2h2.4v3h3v2.4h-3v3h-2.4v-3h-3v-2.4h3z", /* plus */
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",  /* the same, hollow */
        "m-3.1-3.1h6.2v6.2h-6.2z",
        "m0 4.1l3.8-6.8h-7.6z",
        "m0-4.3l4.3 4.3l-4.3 4.3l-4.3-4.3z",
        "m0-4.1l3.8 6.8h-7.6z",
        "m-3.4-3.4l6.8 6.8m0-6.8l-6.8 6.8",
    };
    bool any = false;
    for (size_t k = 0; k < n; k++) {
        if (isnan(xs[k]) || isnan(ys[k]))
            continue;
        gg_svg_print(stream, "%sM%.1f %.1f%s", any ? "" : "<path d=\"", xs[k], ys[k],
                     shapes[style.marker]);
        any = true;
    }
    if (any && style.marker < FIRST_HOLLOW)
        fprintf(stream, "\" fill=\"%s\"/>", style.colour);
    else if (any)
        fprintf(stream, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>", style.colour);
}

void gg_svg_marker(FILE *stream, gg_series_style style, double x, double y) {
    gg_svg_markers(stream, style, 1, &x, &y);
}

void gg_svg_dash(FILE *stream, gg_series_style style) {
    if (strcmp(style.dash, "none") != 0)
        fprintf(stream, " stroke-dasharray=\"%s\"", style.dash);
}

void gg_svg_open(FILE *stream, const gg_svg_place *place, double width, double height,
                 const char *title, const char *description) {
    fputs("<svg ", stream);
    if (place->standalone)
        fprintf(stream, "xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" ",
                width, height);
    fprintf(stream,
            "viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-describedby=\"%s-desc\">\n"
            "<title>",
            width, height, place->id);
    gg_html_text(stream, title);
    fprintf(stream, "</title>\n<desc id=\"%s-desc\">", place->id);
    gg_html_text(stream, description);
    fputs("</desc>\n<g font-family=\"system-ui, Helvetica, Arial, sans-serif\" font-size=\"13\" "
          "fill=\"currentColor\">\n",
          stream);
}

void gg_svg_close(FILE *stream) {
    fputs("</g>\n</svg>\n", stream);
}

void gg_svg_text(FILE *stream, double x, double y, const char *anchor, const char *text) {
    gg_svg_print(stream, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
    if (strcmp(anchor, "start") != 0)
        fprintf(stream, " text-anchor=\"%s\"", anchor);
    fputc('>', stream);
    gg_html_text(stream, text);
    fputs("</text>", stream);
}

void gg_svg_text_up(FILE *stream, double x, double y, const char *text) {
    gg_svg_print(stream,
                 "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">", x,
                 y);
    gg_html_text(stream, text);
    fputs("</text>\n", stream);
}

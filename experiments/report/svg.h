/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small pieces of inline SVG: how a series looks, its markers, the frame around a figure. Colours
 * are those of Okabe and Ito; dashes and markers tell series apart without colour.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_SVG_H
#define GOAGAP_EXPERIMENTS_REPORT_SVG_H

#include <stddef.h>
#include <stdio.h>

typedef struct gg_series_style {
    const char *colour; /* "currentColor" follows the page's ink */
    const char *dash;   /* stroke-dasharray; "none" for a solid line */
    size_t marker;      /* for gg_svg_marker */
} gg_series_style;

/* The look of series number `index`; repeats after 24. */
gg_series_style gg_svg_style(size_t index);

/* Draws a series' marker of about 7 units around (x, y). */
void gg_svg_marker(FILE *stream, gg_series_style style, double x, double y);

/* Opens an <svg> of width x height units with title and description, escaped; `id` is unique in
 * the page. Close with "</g></svg>". */
void gg_svg_open(FILE *stream, const char *id, double width, double height, const char *title,
                 const char *description);

/* Text with its anchor "start", "middle" or "end"; escaped. */
void gg_svg_text(FILE *stream, double x, double y, const char *anchor, const char *text);

#endif

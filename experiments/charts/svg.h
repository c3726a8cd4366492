/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small pieces of SVG, for a page or for a file of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "experiments/charts/series_style.h"

/* Where a figure stands. */
typedef struct gg_svg_place {
    const char *id;  /* unique in the page */
    bool standalone; /* a file of its own, else part of a page */
} gg_svg_place;

/* Opens an <svg> of width x height units with title and description, escaped; the description names
 * it for readers that hear it. Close with gg_svg_close. */
void gg_svg_open(FILE *stream, const gg_svg_place *place, double width, double height,
                 const char *title, const char *description);
void gg_svg_close(FILE *stream);

/* printf without the zeros that decimals end in; up to 255 bytes. Coordinates are given to 0.1
 * units, below what a screen shows. */
void gg_svg_print(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Draws a series' marker of about 8 units around every (xs[k], ys[k]); where one is NAN, none. */
void gg_svg_markers(FILE *stream, gg_series_style style, size_t n, const double *xs,
                    const double *ys);
void gg_svg_marker(FILE *stream, gg_series_style style, double x, double y);

/* The attribute of a dashed line; nothing for a solid one. */
void gg_svg_dash(FILE *stream, gg_series_style style);

/* Text with its anchor "start", "middle" or "end"; escaped. */
void gg_svg_text(FILE *stream, double x, double y, const char *anchor, const char *text);

/* The same, turned to run upwards. */
void gg_svg_text_up(FILE *stream, double x, double y, const char *text);

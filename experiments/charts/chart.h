/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chart: two axes with ticks, series of points and steps in their looks, a legend.
 */
#pragma once

#include "experiments/charts/legend.h"
#include "experiments/charts/svg.h"
#include "experiments/statistics/ecdf.h"

typedef enum gg_scale {
    GG_SCALE_LINEAR,
    GG_SCALE_LOG,
    GG_SCALE_GAP /* logarithmic above GG_GAP_KNEE, nearly to scale below, with a place for 0 */
} gg_scale;

#define GG_GAP_KNEE 1e-3

/* Writes a tick's label. */
typedef void (*gg_tick_fn)(double value, char *text, size_t size);

typedef struct gg_axis_range {
    gg_scale scale;
    double low; /* 0 for GG_SCALE_GAP */
    double high;
    const char *title;
    gg_tick_fn label;
    const double *ticks; /* NULL: chosen */
    size_t n_ticks;
} gg_axis_range;

/* Where the parts of a chart stand, in units of its view box, and how it is drawn. */
typedef struct gg_chart_frame {
    double width;
    double left, right, top; /* margins of the plot */
    double below;            /* room under it for labels and title */
    double y_label_gap, x_title_drop, y_title_left;
    const char *grid; /* opacity of its lines */
    const char *line; /* width of a series that is not emphasised */
    int decimals;     /* of the points of a series */
    bool crossed;     /* grid and axis lines both ways, on white */
    gg_legend_place legend;
} gg_chart_frame;

/* That of every figure of a report's page. */
extern const gg_chart_frame gg_chart_card;

typedef struct gg_chart {
    FILE *stream;
    const gg_chart_frame *frame;
    gg_axis_range x;
    gg_axis_range y;
    double height; /* of the plot */
    gg_legend legend;
} gg_chart;

/* Makes room on an axis for a value, which does nothing unless it is finite; an axis starts with
 * low INFINITY, high -INFINITY. */
void gg_axis_widen(gg_axis_range *axis, double value);

/* Leaves room at both ends, a share of the range, not below 0. Where the high end is more than
 * `log_from` times the low one the axis becomes logarithmic: one far-off series must not squeeze
 * the rest. */
void gg_axis_pad(gg_axis_range *axis, double share, double log_from);

/* Where a value stands; values beyond the ends of an axis stand at its ends. */
double gg_chart_x(const gg_chart *chart, double value);
double gg_chart_y(const gg_chart *chart, double value);
/* Opens the figure with room for its legend, and draws the axes. */
void gg_chart_open(const gg_chart *chart, const gg_svg_place *place, const char *title,
                   const char *description);

/* Draws the legend and closes the figure. */
void gg_chart_close(const gg_chart *chart);

/* A line of up to GG_CHART_POINTS points; NAN breaks it. */
enum { GG_CHART_POINTS = 256 };
void gg_chart_line(const gg_chart *chart, gg_series_style style, bool emphasised, size_t n,
                   const double *xs, const double *ys);

/* A vertical interval at each xs[k]; where a number is NAN, none. */
void gg_chart_intervals(const gg_chart *chart, gg_series_style style, size_t n, const double *xs,
                        const double *lows, const double *highs);

/* The same across, at each ys[k]. */
void gg_chart_spans(const gg_chart *chart, gg_series_style style, size_t n, const double *ys,
                    const double *lows, const double *highs);

/* A pale band between two lines of up to GG_CHART_POINTS points; where a number is NAN, none. */
void gg_chart_band(const gg_chart *chart, gg_series_style style, size_t n, const double *xs,
                   const double *lows, const double *highs);

/* A distribution as steps from the left edge, starting with its share there, with a marker at each
 * quarter. Drawn to within a unit: steps too small to be seen become a line. */
void gg_chart_steps(const gg_chart *chart, gg_series_style style, bool emphasised,
                    const gg_ecdf *ecdf);

/* Point number k of a front, which is a broad staircase; n of them. The narrow ones are the ends of
 * its interval. */
void gg_chart_stair(const gg_chart *chart, size_t k, double x, double y);
void gg_chart_close_stairs(const gg_chart *chart, size_t n);
void gg_chart_close_narrow_stairs(const gg_chart *chart, size_t n);

/* A series' path around its data, of which path_to is one way to write: command M or L. */
void gg_chart_open_path(const gg_chart *chart);
void gg_chart_path_to(const gg_chart *chart, char command, double x, double y);
void gg_chart_close_path(const gg_chart *chart, gg_series_style style, bool emphasised);

/* The smallest value that `share` of the runs are within; NAN when none is. */
double gg_ecdf_quantile(const gg_ecdf *ecdf, double share);

/* Labels: percent of a ratio, a plain number, seconds with their unit. */
void gg_tick_percent(double value, char *text, size_t size);
void gg_tick_plain(double value, char *text, size_t size);
void gg_tick_seconds(double value, char *text, size_t size);

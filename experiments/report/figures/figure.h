/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the figures of a report share: a figure says what it shows of one panel; titles, looks,
 * legends and curves over the slices of the grid are the same for all.
 */
#pragma once

#include "experiments/charts/chart.h"
#include "experiments/output/sentence.h"
#include "experiments/report/compared/study.h"

/* A figure of one panel. */
typedef struct gg_drawing {
    const struct gg_figure *figure;
    const gg_study *study;
    const gg_summary *summary;
    const gg_panel *panel;
    size_t number; /* of the panel */
    FILE *stream;  /* while it is drawn */
    const gg_svg_place *place;
} gg_drawing;

/* A kind of figure, drawn for each panel that has something to show. */
typedef struct gg_figure {
    const char *name;    /* of its files, and part of its id */
    const char *heading; /* in the page */
    const char *title;   /* of the drawing */
    const char *table;   /* the CSV file that holds its data */
    bool (*shown)(const gg_drawing *of);
    void (*describe)(const gg_drawing *of, gg_sentence *text); /* for readers that hear it */
    void (*draw)(const gg_drawing *of);
    void (*caption)(const gg_drawing *of, gg_sentence *text);
    gg_along along; /* the axis of a curve over slices; GG_N_ALONG: it has none */
} gg_figure;

bool gg_figure_shown(const gg_figure *figure, const gg_study *study, size_t panel);
void gg_figure_draw(const gg_figure *figure, FILE *stream, const gg_study *study, size_t panel,
                    const gg_svg_place *place);
void gg_figure_caption(const gg_figure *figure, const gg_study *study, size_t panel,
                       gg_sentence *text);

/* "ecdf-1": the figure's id in the page and the name of its files. */
void gg_figure_id(const gg_figure *figure, size_t panel, char *text, size_t size);

/* The look of a strategy. Goagap's own strategies look the same in every report, others take what
 * is left; no two look alike as long as there are at most 24. */
gg_series_style gg_series_look(const gg_summary *summary, size_t strategy);

/* "Distribution of the gap, paper-bits, weighted objective", and the description. */
enum { GG_FIGURE_TITLE = 160 };
void gg_drawing_tell(const gg_drawing *of, char title[GG_FIGURE_TITLE], gg_sentence *description);

/* Completes a chart that has its axes, with a legend of the panel's strategies, and opens it. */
void gg_drawing_open(const gg_drawing *of, gg_chart *chart);

/* True where the report's subject is the strategy: it stands out in every figure. */
bool gg_drawing_emphasises(const gg_drawing *of, size_t strategy);

/* The subject's curve in the panel, or NULL. */
const gg_curve *gg_drawing_subject(const gg_drawing *of);

/* One point of a curve over the slices along the figure's axis, with its interval; NAN where there
 * is none. */
typedef struct gg_slice_point {
    double x, y, low, high;
} gg_slice_point;
typedef gg_slice_point (*gg_slice_point_fn)(const gg_drawing *of, const gg_slice *slice);

typedef struct gg_slice_points {
    size_t n;
    double xs[GG_CHART_POINTS], ys[GG_CHART_POINTS], lows[GG_CHART_POINTS], highs[GG_CHART_POINTS];
} gg_slice_points;

gg_slice_points gg_drawing_points(const gg_drawing *of, size_t strategy, gg_slice_point_fn point);

/* True when the curve has a first and a last point of their own, both known. */
bool gg_slice_points_span(const gg_slice_points *points);

/* The curves of all strategies above their intervals (`all`: not the subject's alone). */
void gg_drawing_curves(const gg_drawing *of, const gg_chart *chart, gg_slice_point_fn point,
                       bool all);

/* The distinct places along the axis, ascending: at most GG_CHART_POINTS. */
size_t gg_drawing_places(const gg_drawing *of, double *places);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/figures/figure.h"

#include <math.h>
#include <string.h>

#include "models/base/shown.h"

static gg_drawing drawing_of(const gg_figure *figure, const gg_study *study, size_t panel) {
    return (gg_drawing){.figure = figure,
                        .study = study,
                        .summary = study->summary,
                        .panel = &study->summary->panels[panel],
                        .number = panel};
}

bool gg_figure_shown(const gg_figure *figure, const gg_study *study, size_t panel) {
    const gg_drawing of = drawing_of(figure, study, panel);
    return figure->shown(&of);
}

void gg_figure_draw(const gg_figure *figure, FILE *stream, const gg_study *study, size_t panel,
                    const gg_svg_place *place) {
    gg_drawing of = drawing_of(figure, study, panel);
    of.stream = stream;
    of.place = place;
    figure->draw(&of);
}

void gg_figure_caption(const gg_figure *figure, const gg_study *study, size_t panel,
                       gg_sentence *text) {
    const gg_drawing of = drawing_of(figure, study, panel);
    figure->caption(&of, text);
}

void gg_figure_id(const gg_figure *figure, size_t panel, char *text, size_t size) {
    snprintf(text, size, "%s-%zu", figure->name, panel + 1);
}

gg_series_style gg_series_look(const gg_summary *summary, size_t strategy) {
    size_t slot = gg_series_owned_slot(summary->strategies[strategy].name);
    for (size_t s = 0; slot >= GG_SERIES_OWNED && s < strategy; s++)
        slot += gg_series_owned_slot(summary->strategies[s].name) == GG_SERIES_OWNED;
    return gg_series_slot(slot);
}

void gg_drawing_tell(const gg_drawing *of, char title[GG_FIGURE_TITLE], gg_sentence *description) {
    const gg_row *key = of->panel->key;
    snprintf(title, GG_FIGURE_TITLE, "%s, %s, %s objective", of->figure->title, key->preset,
             key->objective);
    *description = (gg_sentence){0};
    of->figure->describe(of, description);
}

static gg_legend_entry legend_entry(const void *context, size_t index) {
    enum { MOST_LETTERS = 40 };
    const gg_drawing *of = context;
    const gg_curve *curve = &of->panel->curves[index];
    const char *name = of->summary->strategies[curve->strategy].name;
    bool marked = curve->gaps.breaks_tau > 0;
    char cut[MOST_LETTERS + 1];
    gg_legend_entry entry = {.letters = strlen(name) + (marked ? 2 : 0),
                             .style = gg_series_look(of->summary, curve->strategy)};
    gg_shown_cut(name, cut, sizeof cut);
    snprintf(entry.label, sizeof entry.label, "%s%s", cut, marked ? " †" : "");
    return entry;
}

void gg_drawing_open(const gg_drawing *of, gg_chart *chart) {
    char title[GG_FIGURE_TITLE];
    gg_sentence description;
    gg_drawing_tell(of, title, &description);
    chart->stream = of->stream;
    chart->frame = &gg_chart_card;
    chart->legend = (gg_legend){of->panel->n_curves, legend_entry, of};
    gg_chart_open(chart, of->place, title, description.text);
}

bool gg_drawing_emphasises(const gg_drawing *of, size_t strategy) {
    return strategy == gg_summary_subject_index(of->summary);
}

const gg_curve *gg_drawing_subject(const gg_drawing *of) {
    return gg_panel_curve(of->panel, gg_summary_subject_index(of->summary));
}

gg_slice_points gg_drawing_points(const gg_drawing *of, size_t strategy, gg_slice_point_fn point) {
    const gg_slices *slices = &of->panel->slices;
    gg_slice_points points = {0};
    for (size_t k = 0; k < slices->count && points.n < GG_CHART_POINTS; k++) {
        const gg_slice *slice = &slices->items[k];
        if (slice->along != of->figure->along || slice->strategy != strategy)
            continue;
        gg_slice_point at = point(of, slice);
        points.xs[points.n] = at.x;
        points.ys[points.n] = at.y;
        points.lows[points.n] = at.low;
        points.highs[points.n++] = at.high;
    }
    return points;
}

bool gg_slice_points_span(const gg_slice_points *points) {
    size_t last = points->n - 1;
    return points->n > 1 && !isnan(points->xs[0]) && !isnan(points->ys[0]) &&
           !isnan(points->xs[last]) && !isnan(points->ys[last]);
}

void gg_drawing_curves(const gg_drawing *of, const gg_chart *chart, gg_slice_point_fn point,
                       bool all) {
    for (size_t c = 0; c < of->panel->n_curves; c++) {
        size_t strategy = of->panel->curves[c].strategy;
        if (!all && !gg_drawing_emphasises(of, strategy))
            continue;
        const gg_slice_points at = gg_drawing_points(of, strategy, point);
        gg_chart_intervals(chart, gg_series_look(of->summary, strategy), at.n, at.xs, at.lows,
                           at.highs);
    }
    for (size_t c = 0; c < of->panel->n_curves; c++) {
        size_t strategy = of->panel->curves[c].strategy;
        const gg_slice_points at = gg_drawing_points(of, strategy, point);
        gg_chart_line(chart, gg_series_look(of->summary, strategy),
                      gg_drawing_emphasises(of, strategy), at.n, at.xs, at.ys);
    }
}

size_t gg_drawing_places(const gg_drawing *of, double *places) {
    const gg_slices *slices = &of->panel->slices;
    size_t n = 0;
    for (size_t k = 0; k < slices->count && n < GG_CHART_POINTS; k++)
        if (slices->items[k].along == of->figure->along &&
            (n == 0 || places[n - 1] != slices->items[k].at))
            places[n++] = slices->items[k].at;
    return n;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/evaluation/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/charts/chart.h"
#include "experiments/charts/converter.h"
#include "models/base/outfile.h"

enum { MOST_CURVES = 6 };

/* The plot is a square, both axes are shares. */
static const double SIDE = 400;
static const gg_chart_frame square = {
    .width = 560,
    .left = 66,
    .right = 94,
    .top = 16,
    .below = 56,
    .y_label_gap = 8,
    .x_title_drop = 39,
    .y_title_left = 14,
    .grid = ".16",
    .line = "2",
    .decimals = 2,
    .crossed = true,
    .legend = {.left = 66, .right = 560, .drop = 6, .sample = 30, .gap = 8, .most_columns = 1}};

/* What each of the figures is. */
typedef struct figure {
    const char *file, *title, *description, *x_title, *y_title;
    const char *measure; /* in the legend */
    bool diagonal;
    bool of_first; /* of the first uncertainty, as it is and calibrated, where there is a split */
    gg_status (*draw_curve)(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err);
    double (*value)(const gg_evaluation *e, size_t k);
} figure;

static gg_status draw_roc(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err) {
    gg_ranking r;
    GG_TRY(gg_ranking_init(&r, e->items[k].alpha, e->wrong, NULL, e->n, err));
    double found = 0.0, false_alarms = 0.0, right = r.count - r.wrong;
    gg_chart_open_path(chart);
    gg_chart_path_to(chart, 'M', 0.0, 0.0);
    for (size_t g = r.n_groups; g-- > 0 && right > 0.0 && r.wrong > 0.0;) {
        found += r.groups[g].wrong;
        false_alarms += r.groups[g].count - r.groups[g].wrong;
        gg_chart_path_to(chart, 'L', false_alarms / right, found / r.wrong);
    }
    gg_chart_close_path(chart, gg_series_slot(k), false);
    gg_ranking_clear(&r);
    return GG_OK;
}

static double auroc(const gg_evaluation *e, size_t k) {
    return e->items[k].metrics[GG_METRIC_AUROC].value;
}

static gg_status draw_risk(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err) {
    (void)err;
    gg_chart_open_path(chart);
    for (size_t c = 0; c < GG_N_RISK_POINTS; c++)
        gg_chart_path_to(chart, c == 0 ? 'M' : 'L', (double)(c + 1) / GG_N_RISK_POINTS,
                         e->items[k].risk[c]);
    gg_chart_close_path(chart, gg_series_slot(k), false);
    return GG_OK;
}

static double aurc(const gg_evaluation *e, size_t k) {
    return e->items[k].metrics[GG_METRIC_AURC].value;
}

static gg_status draw_bins(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err) {
    const gg_reliability_bin *bins = k == 0 ? e->items[0].raw_bins : e->items[0].calibrated_bins;
    double xs[GG_MAX_BINS], ys[GG_MAX_BINS];
    size_t n = 0;
    (void)err;
    for (size_t b = 0; b < e->options->n_bins; b++)
        if (bins[b].count > 0.0) {
            xs[n] = bins[b].forecast;
            ys[n++] = bins[b].observed;
        }
    gg_chart_line(chart, gg_series_slot(k), false, n, xs, ys);
    return GG_OK;
}

static double ece(const gg_evaluation *e, size_t k) {
    const gg_evaluated *item = &e->items[0];
    return (k == 0 ? item->raw_test : item->calibrated_test)[GG_METRIC_ECE_WIDTH].value;
}

static const figure figures[] = {
    {.file = "roc",
     .title = "ROC of errors",
     .description = "Wrong answers flagged against right ones; the legend has the areas (AUROC).",
     .x_title = "right answers flagged as uncertain",
     .y_title = "wrong answers flagged",
     .measure = "AUROC",
     .diagonal = true,
     .draw_curve = draw_roc,
     .value = auroc},
    {.file = "risk-coverage",
     .title = "Risk and coverage",
     .description =
         "Share of wrong answers among the most certain ones; the legend has the areas (AURC).",
     .x_title = "coverage: share of the queries, the most certain first",
     .y_title = "wrong answers among them",
     .measure = "AURC",
     .draw_curve = draw_risk,
     .value = aurc},
    {.file = "reliability",
     .title = "Reliability on queries not seen",
     .description =
         "Observed against forecast errors, in bins; the legend has the calibration errors (ECE).",
     .x_title = "forecast probability of an error",
     .y_title = "observed share of errors",
     .measure = "ECE",
     .diagonal = true,
     .of_first = true,
     .draw_curve = draw_bins,
     .value = ece}};

/* What the legend is of. */
typedef struct legend_of {
    const figure *figure;
    const gg_evaluation *e;
} legend_of;

static gg_legend_entry legend_entry(const void *context, size_t k) {
    const legend_of *of = context;
    double value = of->figure->value(of->e, k);
    bool first = of->figure->of_first;
    const char *name =
        first && k > 0 ? gg_calibration_name(of->e->options->calibration) : of->e->items[k].name;
    gg_legend_entry entry = {.style = gg_series_slot(k)};
    int used =
        snprintf(entry.label, sizeof entry.label, "%s%s", name, first && k == 0 ? " as it is" : "");
    if (!isnan(value))
        snprintf(entry.label + used, sizeof entry.label - (size_t)used, ": %s %.3f",
                 of->figure->measure, value);
    return entry;
}

static gg_status draw(const figure *f, const gg_evaluation *e, FILE *stream, gg_error *err) {
    const legend_of of = {f, e};
    size_t n = e->n_items < MOST_CURVES ? e->n_items : MOST_CURVES;
    if (f->of_first)
        n = e->options->calibration != GG_IDENTITY ? 2 : 1;
    gg_chart chart = {.stream = stream,
                      .frame = &square,
                      .x = {.high = 1.0, .title = f->x_title, .label = gg_tick_percent},
                      .y = {.high = 1.0, .title = f->y_title, .label = gg_tick_percent},
                      .height = SIDE,
                      .legend = {n, legend_entry, &of}};
    gg_chart_open(&chart, &(gg_svg_place){.id = "evaluation", .standalone = true}, f->title,
                  f->description);
    if (f->diagonal)
        gg_svg_print(stream,
                     "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"currentColor\" "
                     "stroke-opacity=\".45\" stroke-dasharray=\"4 4\"/>\n",
                     gg_chart_x(&chart, 0.0), gg_chart_y(&chart, 0.0), gg_chart_x(&chart, 1.0),
                     gg_chart_y(&chart, 1.0));
    for (size_t k = 0; k < n; k++)
        GG_TRY(f->draw_curve(&chart, e, k, err));
    gg_chart_close(&chart);
    return GG_OK;
}

static gg_status draw_svg(const figure *f, const gg_evaluation *e, const char *path,
                          gg_error *err) {
    gg_outfile *out;
    FILE *stream;
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    return gg_outfile_finish(out, draw(f, e, stream, err), err);
}

static gg_status draw_files(const figure *f, const gg_evaluation *e, const char *folder,
                            bool converting, gg_error *err) {
    char svg[4096], png[4096];
    if ((size_t)snprintf(svg, sizeof svg, "%s/%s.svg", folder, f->file) >= sizeof svg)
        return gg_fail(err, GG_E_IO, "%s: the name is too long", folder);
    snprintf(png, sizeof png, "%s/%s.png", folder, f->file);
    GG_TRY(draw_svg(f, e, svg, err));
    return converting ? gg_convert_svg(svg, png, "png", err) : GG_OK;
}

gg_status gg_evaluation_draw(const gg_evaluation *e, const char *folder, bool *converted,
                             gg_error *err) {
    *converted = gg_converter_installed();
    GG_TRY(gg_folder_make(folder, err));
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
        if (e->split || !figures[k].of_first)
            GG_TRY(draw_files(&figures[k], e, folder, *converted, err));
    return GG_OK;
}

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

/* What chance gives. */
typedef enum chance {
    CHANCE_DIAGONAL, /* flags nobody can tell from right answers' */
    CHANCE_WRONG,    /* the share of wrong answers, at every coverage */
    CHANCE_RIGHT,    /* the share of right ones, in every tenth */
    PERFECT_DIAGONAL /* not chance: forecasts that are all true */
} chance;

/* What each of the figures is. */
typedef struct figure {
    const char *file, *title, *description;
    const char *x_title, *y_title; /* # is the number of queries, on y of the wrong ones */
    const char *measure;           /* in the legend */
    chance chance;
    double x_low, x_high;
    bool of_first; /* of the first uncertainty, as it is and calibrated, where there is a split */
    gg_status (*draw_curve)(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err);
    double (*value)(const gg_evaluation *e, size_t k);
} figure;

static void draw_band(const gg_chart *chart, const gg_evaluation *e, size_t k, const double *low,
                      const double *high) {
    double xs[GG_CURVE_POINTS];
    for (size_t c = 0; c < GG_CURVE_POINTS; c++)
        xs[c] = (double)(c + 1) / GG_CURVE_POINTS;
    /* Bands of several curves would hide each other. */
    if (k == 0 && e->options->resamples > 0)
        gg_chart_band(chart, gg_series_slot(k), GG_CURVE_POINTS, xs, low, high);
}

static gg_status draw_roc(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err) {
    gg_ranking r;
    GG_TRY(gg_ranking_init(&r, e->items[k].alpha, e->wrong, NULL, e->n, err));
    double found = 0.0, false_alarms = 0.0, right = r.count - r.wrong;
    draw_band(chart, e, k, e->items[k].roc_band.low, e->items[k].roc_band.high);
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
    draw_band(chart, e, k, e->items[k].risk_band.low, e->items[k].risk_band.high);
    gg_chart_open_path(chart);
    for (size_t c = 0; c < GG_CURVE_POINTS; c++)
        gg_chart_path_to(chart, c == 0 ? 'M' : 'L', (double)(c + 1) / GG_CURVE_POINTS,
                         e->items[k].risk[c]);
    gg_chart_close_path(chart, gg_series_slot(k), false);
    return GG_OK;
}

static double aurc(const gg_evaluation *e, size_t k) {
    return e->items[k].metrics[GG_METRIC_AURC].value;
}

/* With the number of queries beside each point where there is room: above those of alpha as it is,
 * below the calibrated ones. */
static gg_status draw_bins(const gg_chart *chart, const gg_evaluation *e, size_t k, gg_error *err) {
    enum { MOST_COUNTS = 20 };
    const gg_reliability_bin *bins = k == 0 ? e->items[0].raw_bins : e->items[0].calibrated_bins;
    double xs[GG_MAX_BINS], ys[GG_MAX_BINS], lows[GG_MAX_BINS], highs[GG_MAX_BINS];
    size_t n = 0;
    (void)err;
    for (size_t b = 0; b < e->options->n_bins; b++) {
        if (!(bins[b].count > 0.0))
            continue;
        xs[n] = bins[b].forecast;
        ys[n] = bins[b].observed;
        gg_share_interval(bins[b].count * bins[b].observed, bins[b].count, &lows[n], &highs[n]);
        char count[24];
        snprintf(count, sizeof count, "%.0f", bins[b].count);
        if (e->options->n_bins <= MOST_COUNTS)
            gg_svg_text(chart->stream, gg_chart_x(chart, xs[n]) + 6.0,
                        gg_chart_y(chart, ys[n]) + (k == 0 ? -7.0 : 16.0), "start", count);
        n++;
    }
    gg_chart_intervals(chart, gg_series_slot(k), n, xs, lows, highs);
    gg_chart_line(chart, gg_series_slot(k), false, n, xs, ys);
    return GG_OK;
}

/* Several uncertainties stand side by side within a tenth, so that their intervals can be told. */
static gg_status draw_tenths(const gg_chart *chart, const gg_evaluation *e, size_t k,
                             gg_error *err) {
    double xs[GG_N_DECILES], ys[GG_N_DECILES], lows[GG_N_DECILES], highs[GG_N_DECILES];
    (void)err;
    for (size_t d = 0; d < GG_N_DECILES; d++) {
        const gg_estimate *right = &e->items[k].metrics[GG_METRIC_DECILE + d];
        xs[d] = (double)(d + 1) + 0.08 * (double)k;
        ys[d] = right->value;
        lows[d] = right->low;
        highs[d] = right->high;
    }
    gg_chart_intervals(chart, gg_series_slot(k), GG_N_DECILES, xs, lows, highs);
    gg_chart_line(chart, gg_series_slot(k), false, GG_N_DECILES, xs, ys);
    return GG_OK;
}

static double ece(const gg_evaluation *e, size_t k) {
    const gg_evaluated *item = &e->items[0];
    return (k == 0 ? item->raw_test : item->calibrated_test)[GG_METRIC_ECE_WIDTH].value;
}

enum { TENTHS };
static const figure figures[] = {
    [TENTHS] = {.file = "accuracy-by-tenth",
                .title = "Accuracy by tenth of uncertainty",
                .description = "Share of right answers in each tenth of the queries by ascending "
                               "uncertainty, with 95 % intervals; the legend has the AUROC.",
                .x_title = "tenth of the # queries, the most certain first",
                .y_title = "right answers",
                .measure = "AUROC",
                .chance = CHANCE_RIGHT,
                .x_low = 0.6,
                .x_high = 10.6,
                .draw_curve = draw_tenths,
                .value = auroc},
    {.file = "roc",
     .title = "ROC of errors",
     .description = "Wrong answers flagged against right ones; the legend has the areas (AUROC).",
     .x_title = "right answers flagged as uncertain",
     .y_title = "wrong answers flagged, of #",
     .measure = "AUROC",
     .chance = CHANCE_DIAGONAL,
     .x_high = 1.0,
     .draw_curve = draw_roc,
     .value = auroc},
    {.file = "risk-coverage",
     .title = "Risk and coverage",
     .description =
         "Share of wrong answers among the most certain ones; the legend has the areas (AURC).",
     .x_title = "coverage: share of the # queries, the most certain first",
     .y_title = "wrong answers among them",
     .measure = "AURC",
     .chance = CHANCE_WRONG,
     .x_high = 1.0,
     .draw_curve = draw_risk,
     .value = aurc},
    {.file = "reliability",
     .title = "Reliability on queries not seen",
     .description = "Observed against forecast errors, in bins, with 95 % intervals (Wilson) and "
                    "the number of queries; the legend has the calibration errors (ECE).",
     .x_title = "forecast probability of an error",
     .y_title = "observed share of errors",
     .measure = "ECE",
     .chance = PERFECT_DIAGONAL,
     .x_high = 1.0,
     .of_first = true,
     .draw_curve = draw_bins,
     .value = ece}};

/* What the legend is of: n curves, then the line of chance. */
typedef struct legend_of {
    const figure *figure;
    const gg_evaluation *e;
    size_t n;
} legend_of;

static const gg_series_style chance_style = {"currentColor", "4 4", 0};

static gg_legend_entry chance_entry(const legend_of *of) {
    gg_legend_entry entry = {.style = chance_style};
    double share = of->figure->chance == CHANCE_RIGHT ? of->e->accuracy : 1.0 - of->e->accuracy;
    if (of->figure->chance == PERFECT_DIAGONAL)
        snprintf(entry.label, sizeof entry.label, "every forecast true");
    else if (of->figure->chance == CHANCE_DIAGONAL)
        snprintf(entry.label, sizeof entry.label, "chance");
    else
        snprintf(entry.label, sizeof entry.label, "chance: %.1f %%", 100.0 * share);
    entry.letters = strlen(entry.label);
    return entry;
}

static gg_legend_entry legend_entry(const void *context, size_t k) {
    const legend_of *of = context;
    if (k == of->n)
        return chance_entry(of);
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
    entry.letters = strlen(entry.label);
    return entry;
}

static void draw_chance(const gg_chart *chart, const legend_of *of) {
    bool rising = of->figure->chance == CHANCE_DIAGONAL || of->figure->chance == PERFECT_DIAGONAL;
    double share = of->figure->chance == CHANCE_RIGHT ? of->e->accuracy : 1.0 - of->e->accuracy;
    gg_svg_print(chart->stream,
                 "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"currentColor\" "
                 "stroke-opacity=\".45\" stroke-dasharray=\"4 4\"/>\n",
                 gg_chart_x(chart, chart->x.low), gg_chart_y(chart, rising ? 0.0 : share),
                 gg_chart_x(chart, chart->x.high), gg_chart_y(chart, rising ? 1.0 : share));
}

static void tick_tenth(double value, char *text, size_t size) {
    snprintf(text, size, "%.0f", value);
}

/* The text with the count in place of its #. */
static void put_count(char *text, size_t size, const char *from, size_t count) {
    size_t before = strcspn(from, "#");
    if (from[before] == '\0')
        snprintf(text, size, "%s", from);
    else
        snprintf(text, size, "%.*s%zu%s", (int)before, from, count, from + before + 1);
}

static gg_status draw(const figure *f, const gg_evaluation *e, const gg_chart_frame *frame,
                      double height, FILE *stream, const gg_svg_place *place, gg_error *err) {
    static const double tenths[GG_N_DECILES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    size_t wrong = 0, n = e->n_items < MOST_CURVES ? e->n_items : MOST_CURVES;
    char x_title[96], y_title[96];
    for (size_t i = 0; i < e->n; i++)
        wrong += e->wrong[i];
    if (f->of_first)
        n = e->options->calibration != GG_IDENTITY ? 2 : 1;
    const legend_of of = {f, e, n};
    put_count(x_title, sizeof x_title, f->x_title, e->n);
    put_count(y_title, sizeof y_title, f->y_title, wrong);
    gg_chart chart = {.stream = stream,
                      .frame = frame,
                      .x = {.low = f->x_low,
                            .high = f->x_high,
                            .title = x_title,
                            .label = f == &figures[TENTHS] ? tick_tenth : gg_tick_percent,
                            .ticks = f == &figures[TENTHS] ? tenths : NULL,
                            .n_ticks = GG_N_DECILES},
                      .y = {.high = 1.0, .title = y_title, .label = gg_tick_percent},
                      .height = height,
                      .legend = {n + 1, legend_entry, &of}};
    gg_chart_open(&chart, place, f->title, f->description);
    draw_chance(&chart, &of);
    for (size_t k = 0; k < n; k++)
        GG_TRY(f->draw_curve(&chart, e, k, err));
    gg_chart_close(&chart);
    return GG_OK;
}

void gg_evaluation_draw_tenths(const gg_evaluation *e, FILE *stream, const gg_svg_place *place) {
    /* Only a ranking could fail, and this figure needs none. */
    (void)draw(&figures[TENTHS], e, &gg_chart_card, 240.0, stream, place, NULL);
}

static gg_status draw_svg(const figure *f, const gg_evaluation *e, const char *path,
                          gg_error *err) {
    gg_outfile *out;
    FILE *stream;
    const gg_svg_place place = {.id = "evaluation", .standalone = true};
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    return gg_outfile_finish(out, draw(f, e, &square, SIDE, stream, &place, err), err);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/evaluation/evaluation_figures.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/charts/converter.h"
#include "experiments/charts/series_style.h"
#include "experiments/charts/svg.h"
#include "models/base/outfile.h"

/* Units of the view box; the plot is a square. */
static const double WIDTH = 560, LEFT = 66, TOP = 16, SIDE = 400, LEGEND_ROW = 22;
enum { MOST_CURVES = 6 };

typedef struct figure {
    FILE *stream;
    const char *title;
    const char *description;
    const char *x_label;
    const char *y_label;
    size_t n_legend;
} figure;

/* Both axes are shares. */
static double x_of(double share) {
    return LEFT + SIDE * share;
}

static double y_of(double share) {
    return TOP + SIDE * (1.0 - share);
}

static void open_figure(const figure *f) {
    double height = TOP + SIDE + 56 + LEGEND_ROW * (double)f->n_legend;
    gg_svg_open(f->stream, &(gg_svg_place){.id = "evaluation", .standalone = true}, WIDTH, height,
                f->title, f->description);
    fprintf(f->stream, "<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n", WIDTH, height);
}

static void draw_axes(const figure *f) {
    char label[16];
    fputs("<g stroke=\"currentColor\" stroke-opacity=\".16\">", f->stream);
    for (int k = 0; k <= 5; k++)
        fprintf(f->stream, "<path d=\"M%.1f %.1fH%.1f\"/><path d=\"M%.1f %.1fV%.1f\"/>", LEFT,
                y_of(0.2 * k), x_of(1.0), x_of(0.2 * k), TOP, y_of(0.0));
    fprintf(f->stream,
            "</g>\n<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" "
            "stroke=\"currentColor\"/>\n",
            LEFT, TOP, y_of(0.0), x_of(1.0));
    for (int k = 0; k <= 5; k++) {
        snprintf(label, sizeof label, "%d %%", 20 * k);
        gg_svg_text(f->stream, LEFT - 8, y_of(0.2 * k) + 4.5, "end", label);
        gg_svg_text(f->stream, x_of(0.2 * k), y_of(0.0) + 18, "middle", label);
    }
    gg_svg_text(f->stream, x_of(0.5), y_of(0.0) + 39, "middle", f->x_label);
    gg_svg_text_up(f->stream, 14, y_of(0.5), f->y_label);
}

/* Row of the legend: the look of curve `index` and its name. */
static void draw_legend(const figure *f, size_t index, const char *name, const char *measure,
                        double value) {
    gg_series_style style = gg_series_slot(index);
    double y = y_of(0.0) + 62 + LEGEND_ROW * (double)index;
    char text[192];
    if (isnan(value))
        snprintf(text, sizeof text, "%s", name);
    else
        snprintf(text, sizeof text, "%s: %s %.3f", name, measure, value);
    fprintf(f->stream,
            "<path d=\"M%.1f %.1fh30\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\"/>",
            LEFT, y, style.colour, style.dash);
    gg_svg_text(f->stream, LEFT + 38, y + 4.5, "start", text);
    fputc('\n', f->stream);
}

static void start_curve(const figure *f) {
    fputs("<path d=\"", f->stream);
}

static void end_curve(const figure *f, size_t index) {
    gg_series_style style = gg_series_slot(index);
    fprintf(f->stream,
            "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" "
            "stroke-linejoin=\"round\"/>\n",
            style.colour, style.dash);
}

static void draw_diagonal(const figure *f) {
    fprintf(f->stream,
            "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"currentColor\" stroke-opacity=\".45\" "
            "stroke-dasharray=\"4 4\"/>\n",
            x_of(0.0), y_of(0.0), x_of(1.0), y_of(1.0));
}

static gg_status draw_roc_curve(const figure *f, const gg_evaluation *e, size_t k, gg_error *err) {
    gg_ranking r;
    gg_status status = gg_ranking_init(&r, e->items[k].alpha, e->wrong, NULL, e->n, err);
    if (status != GG_OK)
        return status;
    double found = 0.0, false_alarms = 0.0, right = r.count - r.wrong;
    start_curve(f);
    fprintf(f->stream, "M%.2f %.2f", x_of(0.0), y_of(0.0));
    for (size_t g = r.n_groups; g-- > 0 && right > 0.0 && r.wrong > 0.0;) {
        found += r.groups[g].wrong;
        false_alarms += r.groups[g].count - r.groups[g].wrong;
        fprintf(f->stream, "L%.2f %.2f", x_of(false_alarms / right), y_of(found / r.wrong));
    }
    end_curve(f, k);
    gg_ranking_clear(&r);
    draw_legend(f, k, e->items[k].name, "AUROC", e->items[k].metrics[GG_METRIC_AUROC].value);
    return GG_OK;
}

static gg_status draw_roc(figure *f, const gg_evaluation *e, gg_error *err) {
    gg_status status = GG_OK;
    f->title = "ROC of errors";
    f->description = "Wrong answers flagged against right ones; the legend has the areas (AUROC).";
    f->x_label = "right answers flagged as uncertain";
    f->y_label = "wrong answers flagged";
    open_figure(f);
    draw_axes(f);
    draw_diagonal(f);
    for (size_t k = 0; status == GG_OK && k < f->n_legend; k++)
        status = draw_roc_curve(f, e, k, err);
    return status;
}

static gg_status draw_risk(figure *f, const gg_evaluation *e, gg_error *err) {
    (void)err;
    f->title = "Risk and coverage";
    f->description =
        "Share of wrong answers among the most certain ones; the legend has the areas (AURC).";
    f->x_label = "coverage: share of the queries, the most certain first";
    f->y_label = "wrong answers among them";
    open_figure(f);
    draw_axes(f);
    for (size_t k = 0; k < f->n_legend; k++) {
        const gg_evaluated *item = &e->items[k];
        start_curve(f);
        for (size_t c = 0; c < GG_N_RISK_POINTS; c++)
            fprintf(f->stream, "%c%.2f %.2f", c == 0 ? 'M' : 'L',
                    x_of((double)(c + 1) / GG_N_RISK_POINTS), y_of(item->risk[c]));
        end_curve(f, k);
        draw_legend(f, k, item->name, "AURC", item->metrics[GG_METRIC_AURC].value);
    }
    return GG_OK;
}

static void draw_bins(const figure *f, const gg_reliability_bin *bins, size_t n, size_t index) {
    bool first = true;
    gg_series_style style = gg_series_slot(index);
    start_curve(f);
    for (size_t b = 0; b < n; b++)
        if (bins[b].count > 0.0) {
            fprintf(f->stream, "%c%.2f %.2f", first ? 'M' : 'L', x_of(bins[b].forecast),
                    y_of(bins[b].observed));
            first = false;
        }
    end_curve(f, index);
    for (size_t b = 0; b < n; b++)
        if (bins[b].count > 0.0)
            gg_svg_marker(f->stream, style, x_of(bins[b].forecast), y_of(bins[b].observed));
    fputc('\n', f->stream);
}

static gg_status draw_reliability(figure *f, const gg_evaluation *e, gg_error *err) {
    (void)err;
    const gg_evaluated *item = &e->items[0];
    bool twice = e->options->calibration != GG_IDENTITY;
    char name[192];
    f->n_legend = twice ? 2 : 1;
    f->title = "Reliability on queries not seen";
    f->description =
        "Observed against forecast errors, in bins; the legend has the calibration errors (ECE).";
    f->x_label = "forecast probability of an error";
    f->y_label = "observed share of errors";
    open_figure(f);
    draw_axes(f);
    draw_diagonal(f);
    draw_bins(f, item->raw_bins, e->options->n_bins, 0);
    snprintf(name, sizeof name, "%s as it is", item->name);
    draw_legend(f, 0, name, "ECE", item->raw_test[GG_METRIC_ECE_WIDTH].value);
    if (twice) {
        draw_bins(f, item->calibrated_bins, e->options->n_bins, 1);
        draw_legend(f, 1, gg_calibration_name(e->options->calibration), "ECE",
                    item->calibrated_test[GG_METRIC_ECE_WIDTH].value);
    }
    return GG_OK;
}

typedef gg_status (*draw_fn)(figure *f, const gg_evaluation *e, gg_error *err);

static gg_status draw_svg(const gg_evaluation *e, const char *path, draw_fn draw, gg_error *err) {
    gg_outfile *out;
    figure f = {.n_legend = e->n_items < MOST_CURVES ? e->n_items : MOST_CURVES};
    gg_status status = gg_outfile_open(path, &out, &f.stream, err);
    if (status != GG_OK)
        return status;
    status = draw(&f, e, err);
    gg_svg_close(f.stream);
    return gg_outfile_finish(out, status, err);
}

static gg_status draw_files(const gg_evaluation *e, const char *folder, const char *name,
                            draw_fn draw, bool converting, gg_error *err) {
    char svg[4096], png[4096];
    if ((size_t)snprintf(svg, sizeof svg, "%s/%s.svg", folder, name) >= sizeof svg)
        return gg_fail(err, GG_E_IO, "%s: the name is too long", folder);
    snprintf(png, sizeof png, "%s/%s.png", folder, name);
    gg_status status = draw_svg(e, svg, draw, err);
    return status == GG_OK && converting ? gg_convert_svg(svg, png, "png", err) : status;
}

gg_status gg_evaluation_draw(const gg_evaluation *e, const char *folder, bool *converted,
                             gg_error *err) {
    struct stat info;
    *converted = gg_converter_installed();
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gg_fail(err, GG_E_IO, "%s: cannot be made: %s", folder, strerror(errno));
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return gg_fail(err, GG_E_IO, "%s: is not a folder", folder);
    gg_status status = draw_files(e, folder, "roc", draw_roc, *converted, err);
    if (status == GG_OK)
        status = draw_files(e, folder, "risk-coverage", draw_risk, *converted, err);
    if (status == GG_OK && e->split)
        status = draw_files(e, folder, "reliability", draw_reliability, *converted, err);
    return status;
}

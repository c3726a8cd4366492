/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/charts/chart.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "experiments/output/format.h"

/* Labels are 13 high. */
const gg_chart_frame gg_chart_card = {.width = 460,
                                      .left = 74,
                                      .right = 14,
                                      .top = 12,
                                      .below = 52,
                                      .y_label_gap = 7,
                                      .x_title_drop = 40,
                                      .y_title_left = 13,
                                      .grid = ".14",
                                      .line = "1.7",
                                      .decimals = 1,
                                      .legend = {.left = 6,
                                                 .right = 460,
                                                 .drop = 12,
                                                 .foot = 6,
                                                 .sample = 26,
                                                 .gap = 7,
                                                 .most_columns = 4,
                                                 .markers = true}};

static const double LETTER_HALF = 4.7; /* as high as a phone's labels, 15 */

static double bottom_of(const gg_chart *chart) {
    return chart->frame->top + chart->height;
}

static double right_of(const gg_chart *chart) {
    return chart->frame->width - chart->frame->right;
}

static double bend(const gg_axis_range *axis, double value) {
    switch (axis->scale) {
    case GG_SCALE_LOG:
        return log10(value);
    case GG_SCALE_GAP:
        return log10(GG_GAP_KNEE + value) - log10(GG_GAP_KNEE);
    default:
        return value;
    }
}

static double place(const gg_axis_range *axis, double value) {
    double low = bend(axis, axis->low), high = bend(axis, axis->high);
    double clamped = fmin(fmax(value, axis->low), axis->high);
    /* Halves: the whole range may be beyond the largest number. */
    double range = 0.5 * high - 0.5 * low;
    double share = (0.5 * bend(axis, clamped) - 0.5 * low) / range;
    return range > 0.0 && isfinite(share) ? share : 0.5;
}

double gg_chart_x(const gg_chart *chart, double value) {
    double left = chart->frame->left;
    return left + (right_of(chart) - left) * place(&chart->x, value);
}

double gg_chart_y(const gg_chart *chart, double value) {
    return chart->frame->top + chart->height * (1.0 - place(&chart->y, value));
}

static bool holds(const gg_axis_range *axis, double value) {
    double slack = 1e-9 * fmin(axis->high - axis->low, DBL_MAX);
    return axis->low - value <= slack && value - axis->high <= slack;
}

void gg_axis_widen(gg_axis_range *axis, double value) {
    if (!isfinite(value))
        return;
    axis->low = fmin(axis->low, value);
    axis->high = fmax(axis->high, value);
}

void gg_axis_pad(gg_axis_range *axis, double share, double log_from) {
    if (axis->low > 0.0 && axis->high / axis->low > log_from) {
        axis->scale = GG_SCALE_LOG;
        axis->low /= 1.2;
        axis->high *= 1.2;
        return;
    }
    double margin =
        axis->high > axis->low ? share * (axis->high - axis->low) : 0.05 * fabs(axis->high) + 1e-6;
    axis->low = fmax(0.0, axis->low - margin);
    axis->high += margin;
}

enum { MOST_TICKS = 24 };

/* Ticks at the ends alone, where there is no room for round numbers between them. */
static size_t end_ticks(const gg_axis_range *axis, double *ticks) {
    ticks[0] = axis->low;
    ticks[1] = axis->high;
    return axis->high > axis->low ? 2 : 1;
}

/* The least of 1, 2 and 5 times a power of ten that takes at most six steps. */
static double round_step(double range) {
    static const double steps[] = {1.0, 2.0, 5.0, 10.0};
    double unit = pow(10.0, floor(log10(range / 4.0)));
    size_t k = 0;
    while (k + 1 < sizeof steps / sizeof *steps && range / (steps[k] * unit) > 6.0)
        k++;
    return steps[k] * unit;
}

static size_t linear_ticks(const gg_axis_range *axis, double *ticks) {
    double range = axis->high - axis->low, largest = fmax(fabs(axis->low), fabs(axis->high));
    double step = range > 0.0 && isfinite(range) ? round_step(range) : 0.0;
    /* Steps below the spacing of the numbers themselves lead nowhere. */
    if (!(step >= DBL_MIN && step > 4.0 * DBL_EPSILON * largest))
        return end_ticks(axis, ticks);
    size_t n = 0;
    for (double k = ceil(axis->low / step - 1e-9); n < MOST_TICKS; k += 1.0) {
        if (!holds(axis, k * step))
            break;
        /* Never -0. */
        ticks[n++] = k * step + 0.0;
    }
    return n;
}

/* Powers of ten from `first` on, thinned until there are few enough. */
static size_t decade_ticks(double first, double high, size_t most, double *ticks) {
    size_t n = 0;
    double decades = log10(high) - log10(first);
    double step = decades > 6.0 ? 2.0 * ceil(decades / 24.0) : 1.0, begin = log10(first);
    for (double k = 0.0; n < most; k += 1.0) {
        double tick = pow(10.0, begin + k * step);
        if (!(tick / (1.0 + 1e-9) <= high))
            break;
        ticks[n++] = tick;
    }
    return n;
}

static size_t choose_ticks(const gg_axis_range *axis, double *ticks) {
    if (axis->ticks != NULL) {
        size_t n = axis->n_ticks < MOST_TICKS ? axis->n_ticks : MOST_TICKS;
        memcpy(ticks, axis->ticks, n * sizeof *ticks);
        return n;
    }
    if (axis->scale == GG_SCALE_LINEAR)
        return linear_ticks(axis, ticks);
    if (axis->scale == GG_SCALE_LOG)
        return decade_ticks(pow(10.0, ceil(log10(axis->low) - 1e-9)), axis->high, MOST_TICKS,
                            ticks);
    ticks[0] = 0.0;
    return 1 + decade_ticks(GG_GAP_KNEE, axis->high, MOST_TICKS - 1, ticks + 1);
}

void gg_tick_percent(double value, char *text, size_t size) {
    snprintf(text, size, "%.6g %%", 100.0 * value);
}

void gg_tick_plain(double value, char *text, size_t size) {
    snprintf(text, size, "%.6g", value);
}

void gg_tick_seconds(double value, char *text, size_t size) {
    if (fabs(value) >= 0.9999)
        snprintf(text, size, "%.3g s", value);
    else if (fabs(value) >= 0.9999e-3)
        snprintf(text, size, "%.3g ms", 1e3 * value);
    else if (fabs(value) >= 0.9999e-6)
        snprintf(text, size, "%.3g µs", 1e6 * value);
    else
        snprintf(text, size, "%.3g ns", 1e9 * value);
}

/* Labels that would stand nearer than this to the one before are left out. */
static bool crowded(double at, double last, double room) {
    return fabs(at - last) < room;
}

static size_t letters(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static void draw_x_axis(const gg_chart *chart) {
    double ticks[MOST_TICKS], bottom = bottom_of(chart), last_end = -1e9;
    const gg_chart_frame *frame = chart->frame;
    size_t n = choose_ticks(&chart->x, ticks);
    for (size_t k = 0; k < n; k++) {
        char label[32];
        double x = gg_chart_x(chart, ticks[k]);
        chart->x.label(ticks[k], label, sizeof label);
        double half = LETTER_HALF * (double)letters(label), start = x - half;
        const char *anchor = "middle";
        if (x + half > frame->width) {
            anchor = "end";
            start = x - 2.0 * half;
        }
        if (start < last_end + 6.0)
            continue;
        gg_svg_text(chart->stream, x, bottom + 18, anchor, label);
        last_end = start + 2.0 * half;
    }
    gg_svg_text(chart->stream, frame->left + 0.5 * (right_of(chart) - frame->left),
                bottom + frame->x_title_drop, "middle", chart->x.title);
    fputc('\n', chart->stream);
}

static void draw_grid(const gg_chart *chart) {
    double ticks[MOST_TICKS];
    const gg_chart_frame *frame = chart->frame;
    for (int across = 0; across < (frame->crossed ? 2 : 1); across++) {
        size_t n = choose_ticks(across ? &chart->x : &chart->y, ticks);
        fputs("<path d=\"", chart->stream);
        for (size_t k = 0; k < n; k++)
            if (across)
                gg_svg_print(chart->stream, "M%.1f %.1fV%.1f", gg_chart_x(chart, ticks[k]),
                             frame->top, bottom_of(chart));
            else
                gg_svg_print(chart->stream, "M%.1f %.1fH%.1f", frame->left,
                             gg_chart_y(chart, ticks[k]), right_of(chart));
        fprintf(chart->stream, "\" stroke=\"currentColor\" stroke-opacity=\"%s\"/>\n", frame->grid);
    }
}

static void draw_y_axis(const gg_chart *chart) {
    double ticks[MOST_TICKS], last = 1e9;
    const gg_chart_frame *frame = chart->frame;
    size_t n = choose_ticks(&chart->y, ticks);
    for (size_t k = 0; k < n; k++) {
        char label[32];
        double y = gg_chart_y(chart, ticks[k]);
        if (crowded(y, last, 15.0))
            continue;
        chart->y.label(ticks[k], label, sizeof label);
        gg_svg_text(chart->stream, frame->left - frame->y_label_gap, y + 4.5, "end", label);
        last = y;
    }
    gg_svg_text_up(chart->stream, frame->y_title_left, frame->top + 0.5 * chart->height,
                   chart->y.title);
}

void gg_chart_open(const gg_chart *chart, const gg_svg_place *place_at, const char *title,
                   const char *description) {
    const gg_chart_frame *frame = chart->frame;
    double legend = gg_legend_height(&chart->legend, &frame->legend);
    double height = bottom_of(chart) + frame->below + legend;
    gg_svg_open(chart->stream, place_at, frame->width, height, title, description);
    if (frame->crossed)
        gg_svg_print(chart->stream, "<path d=\"M0 0H%.0fV%.0fH0z\" fill=\"#ffffff\"/>\n",
                     frame->width, height);
    draw_grid(chart);
    draw_y_axis(chart);
    if (frame->crossed)
        gg_svg_print(chart->stream,
                     "<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" stroke=\"currentColor\"/>\n",
                     frame->left, frame->top, bottom_of(chart), right_of(chart));
    else
        gg_svg_print(chart->stream, "<path d=\"M%.1f %.1fH%.1f\" stroke=\"currentColor\"/>\n",
                     frame->left, bottom_of(chart), right_of(chart));
    draw_x_axis(chart);
}

void gg_chart_close(const gg_chart *chart) {
    gg_legend_draw(chart->stream, &chart->legend, &chart->frame->legend,
                   bottom_of(chart) + chart->frame->below);
    gg_svg_close(chart->stream);
}

void gg_chart_open_path(const gg_chart *chart) {
    fputs("<path d=\"", chart->stream);
}

void gg_chart_path_to(const gg_chart *chart, char command, double x, double y) {
    int decimals = chart->frame->decimals;
    gg_svg_print(chart->stream, "%c%.*f %.*f", command, decimals, gg_chart_x(chart, x), decimals,
                 gg_chart_y(chart, y));
}

void gg_chart_close_path(const gg_chart *chart, gg_series_style style, bool emphasised) {
    fprintf(chart->stream, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"", style.colour,
            emphasised ? "3" : chart->frame->line);
    gg_svg_dash(chart->stream, style);
    fputs(" stroke-linejoin=\"round\"/>\n", chart->stream);
}

void gg_chart_line(const gg_chart *chart, gg_series_style style, bool emphasised, size_t n,
                   const double *xs, const double *ys) {
    double at_x[GG_CHART_POINTS], at_y[GG_CHART_POINTS];
    bool drawing = false;
    size_t points = 0;
    n = n < GG_CHART_POINTS ? n : GG_CHART_POINTS;
    for (size_t k = 0; k < n; k++) {
        bool known = !isnan(ys[k]) && !isnan(xs[k]);
        at_x[k] = known ? gg_chart_x(chart, xs[k]) : NAN;
        at_y[k] = known ? gg_chart_y(chart, ys[k]) : NAN;
        points += known;
    }
    if (points == 0)
        return;
    gg_chart_open_path(chart);
    for (size_t k = 0; k < n; k++) {
        if (!isnan(at_x[k]))
            gg_chart_path_to(chart, drawing ? 'L' : 'M', xs[k], ys[k]);
        drawing = !isnan(at_x[k]);
    }
    gg_chart_close_path(chart, style, emphasised);
    gg_svg_markers(chart->stream, style, n, at_x, at_y);
    fputc('\n', chart->stream);
}

/* Between two values of one axis at a place of the other. */
static void put_whiskers(const gg_chart *chart, gg_series_style style, size_t n,
                         const double *places, const double *lows, const double *highs,
                         bool across) {
    bool any = false;
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(lows[k]) || !isfinite(highs[k]) || isnan(places[k]))
            continue;
        double from = across ? gg_chart_x(chart, lows[k]) : gg_chart_y(chart, lows[k]);
        double length = (across ? gg_chart_x(chart, highs[k]) : gg_chart_y(chart, highs[k])) - from;
        if (fabs(length) < 1.0)
            continue;
        fputs(any ? "" : "<path d=\"", chart->stream);
        if (across)
            gg_svg_print(chart->stream, "M%.1f %.1fh%.1fm0 -3v6m%.1f -6v6", from,
                         gg_chart_y(chart, places[k]), length, -length);
        else
            gg_svg_print(chart->stream, "M%.1f %.1fv%.1fm-3 0h6m-6 %.1fh6",
                         gg_chart_x(chart, places[k]), from, length, -length);
        any = true;
    }
    if (any)
        fprintf(chart->stream, "\" fill=\"none\" stroke=\"%s\" stroke-opacity=\".6\"/>\n",
                style.colour);
}

void gg_chart_intervals(const gg_chart *chart, gg_series_style style, size_t n, const double *xs,
                        const double *lows, const double *highs) {
    put_whiskers(chart, style, n, xs, lows, highs, false);
}

void gg_chart_spans(const gg_chart *chart, gg_series_style style, size_t n, const double *ys,
                    const double *lows, const double *highs) {
    put_whiskers(chart, style, n, ys, lows, highs, true);
}

void gg_chart_stair(const gg_chart *chart, size_t k, double x, double y) {
    gg_svg_print(chart->stream, k == 0 ? "<path d=\"M%.1f %.1f" : "H%.1fV%.1f",
                 gg_chart_x(chart, x), gg_chart_y(chart, y));
}

void gg_chart_close_stairs(const gg_chart *chart, size_t n) {
    if (n > 0)
        fputs("\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"5\" "
              "stroke-opacity=\".28\"/>\n",
              chart->stream);
}

void gg_chart_close_narrow_stairs(const gg_chart *chart, size_t n) {
    if (n > 0)
        fputs("\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1\" "
              "stroke-opacity=\".45\" stroke-dasharray=\"2 2\"/>\n",
              chart->stream);
}

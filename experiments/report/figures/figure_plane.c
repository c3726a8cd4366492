/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay plane: every strategy as a curve over tau, and the exact front if it is known.
 */
#include <math.h>
#include <string.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

enum { MOST_PLACES = GG_CHART_POINTS };

typedef struct range {
    double low;
    double high;
} range;

static void widen(range *of, double value) {
    if (!isfinite(value))
        return;
    of->low = fmin(of->low, value);
    of->high = fmax(of->high, value);
}

static bool on_panel(const gg_front_point *point, const gg_panel *panel) {
    return point->preset[0] == '\0' || strcmp(point->preset, panel->key->preset) == 0;
}

static bool has_front(const gg_study *study, const gg_panel *panel) {
    for (size_t k = 0; k < study->front.count; k++)
        if (on_panel(&study->front.points[k], panel))
            return true;
    return false;
}

/* Delays have heavy tails, hence medians; but a front bounds means. */
static double delay_of(const gg_delay_stats *d, bool mean) {
    return mean ? d->local_mean_s + d->comm_mean_s + d->comp_mean_s : d->delay_median_s;
}

static void ranges(const gg_study *study, const gg_panel *panel, range *delay, range *accuracy) {
    bool mean = has_front(study, panel);
    *delay = *accuracy = (range){INFINITY, -INFINITY};
    for (size_t k = 0; k < panel->slices.count; k++) {
        const gg_slice *slice = &panel->slices.items[k];
        if (slice->along != GG_BY_TAU || isnan(slice->delays.accuracy_mean))
            continue;
        widen(delay, delay_of(&slice->delays, mean));
        widen(accuracy, slice->delays.accuracy_mean);
        widen(accuracy, slice->delays.accuracy_mean_low);
        widen(accuracy, slice->delays.accuracy_mean_high);
    }
    for (size_t k = 0; k < study->front.count; k++)
        if (on_panel(&study->front.points[k], panel)) {
            widen(delay, study->front.points[k].delay_s);
            widen(accuracy, study->front.points[k].accuracy);
        }
}

static bool shown(const gg_study *study, size_t panel) {
    range delay, accuracy;
    ranges(study, &study->summary->panels[panel], &delay, &accuracy);
    return delay.low <= delay.high && accuracy.low <= accuracy.high;
}

/* Delay and accuracy of a strategy over tau, ascending. */
static size_t collect(const gg_panel *panel, size_t strategy, bool mean, double *xs, double *ys) {
    size_t n = 0;
    for (size_t k = 0; k < panel->slices.count && n < MOST_PLACES; k++) {
        const gg_slice *slice = &panel->slices.items[k];
        if (slice->along != GG_BY_TAU || slice->strategy != strategy)
            continue;
        double delay_s = delay_of(&slice->delays, mean);
        bool known = isfinite(delay_s) && isfinite(slice->delays.accuracy_mean);
        xs[n] = known ? delay_s : NAN;
        ys[n++] = known ? slice->delays.accuracy_mean : NAN;
    }
    return n;
}

static void draw_intervals(const gg_chart *chart, const gg_summary *summary, const gg_panel *panel,
                           size_t strategy, bool mean) {
    double xs[MOST_PLACES], lows[MOST_PLACES], highs[MOST_PLACES];
    size_t n = 0;
    for (size_t k = 0; k < panel->slices.count && n < MOST_PLACES; k++) {
        const gg_slice *slice = &panel->slices.items[k];
        double delay_s = delay_of(&slice->delays, mean);
        if (slice->along != GG_BY_TAU || slice->strategy != strategy || !isfinite(delay_s))
            continue;
        xs[n] = delay_s;
        lows[n] = slice->delays.accuracy_mean_low;
        highs[n++] = slice->delays.accuracy_mean_high;
    }
    gg_chart_intervals(chart, gg_series_look(summary, strategy), n, xs, lows, highs);
}

static gg_axis_range axis_of(range of, bool positive, const char *title, gg_tick_fn label) {
    double margin = of.high > of.low ? 0.07 * (of.high - of.low) : 0.05 * fabs(of.high) + 1e-6;
    gg_axis_range axis = {
        .low = of.low - margin, .high = of.high + margin, .title = title, .label = label};
    if (positive && of.low > 0.0 && of.high / of.low > 30.0) {
        axis.scale = GG_SCALE_LOG;
        axis.low = of.low / 1.2;
        axis.high = of.high * 1.2;
    } else if (axis.low < 0.0) {
        axis.low = 0.0;
    }
    return axis;
}

static void draw_front(const gg_chart *chart, const gg_study *study, const gg_panel *panel) {
    bool begun = false;
    for (size_t k = 0; k < study->front.count; k++) {
        const gg_front_point *point = &study->front.points[k];
        if (!on_panel(point, panel))
            continue;
        if (!begun)
            gg_svg_print(chart->stream, "<path d=\"M%.1f %.1f", gg_chart_x(chart, point->delay_s),
                         gg_chart_y(chart, point->accuracy));
        else
            gg_svg_print(chart->stream, "H%.1fV%.1f", gg_chart_x(chart, point->delay_s),
                         gg_chart_y(chart, point->accuracy));
        begun = true;
    }
    if (begun)
        fputs("\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"5\" "
              "stroke-opacity=\".28\"/>\n",
              chart->stream);
}

static void describe(const gg_summary *summary, const gg_panel *panel, bool mean,
                     gg_sentence *text) {
    gg_sentence_add(text, "Accuracy and %s delay per query:", mean ? "mean" : "median");
    for (size_t c = 0; c < panel->n_curves; c++) {
        const gg_delay_stats *d = &panel->curves[c].delays;
        gg_sentence_add(text, "%s %s %s %% at %s ms", c > 0 ? "," : "",
                        summary->strategies[panel->curves[c].strategy].name,
                        gg_percent(d->accuracy_mean).text, gg_milliseconds(delay_of(d, mean)).text);
    }
}

static void draw(FILE *stream, const gg_study *study, size_t panel, const gg_svg_place *place) {
    const gg_summary *summary = study->summary;
    const gg_panel *of = &summary->panels[panel];
    range delay, accuracy;
    double xs[MOST_PLACES], ys[MOST_PLACES];
    char title[160];
    gg_sentence description = {0};
    bool mean = has_front(study, of);
    ranges(study, of, &delay, &accuracy);
    gg_chart chart = {.stream = stream,
                      .x = axis_of(delay, true,
                                   mean ? "delay per query, mean" : "delay per query, median",
                                   gg_tick_seconds),
                      .y = axis_of(accuracy, false, "correct answers", gg_tick_percent),
                      .height = 240};
    gg_figure_title("Accuracy and delay", of, title, sizeof title);
    describe(summary, of, mean, &description);
    gg_chart_open(&chart, place, summary, of, title, description.text);
    draw_front(&chart, study, of);
    for (size_t c = 0; c < of->n_curves; c++)
        if (gg_figure_emphasises(study, of->curves[c].strategy))
            draw_intervals(&chart, summary, of, of->curves[c].strategy, mean);
    for (size_t c = 0; c < of->n_curves; c++) {
        size_t strategy = of->curves[c].strategy;
        size_t n = collect(of, strategy, mean, xs, ys);
        gg_chart_line(&chart, gg_series_look(summary, strategy),
                      gg_figure_emphasises(study, strategy), n, xs, ys);
    }
    gg_chart_close(&chart, summary, of);
}

static void caption(const gg_study *study, size_t panel, gg_sentence *text) {
    const gg_summary *summary = study->summary;
    const gg_panel *of = &summary->panels[panel];
    double xs[MOST_PLACES], ys[MOST_PLACES];
    size_t subject = gg_summary_subject_index(summary),
           n = collect(of, subject, has_front(study, of), xs, ys);
    const char *name = gg_strategy_title(gg_summary_subject(summary));
    if (n > 0 && !isnan(xs[0]) && !isnan(xs[n - 1]))
        gg_sentence_add(text, "%s answers %s %% correctly in %s ms", name, gg_percent(ys[0]).text,
                        gg_milliseconds(xs[0]).text);
    if (n > 1 && !isnan(xs[0]) && !isnan(xs[n - 1]))
        gg_sentence_add(text, " at the smallest τ and %s %% in %s ms at the largest",
                        gg_percent(ys[n - 1]).text, gg_milliseconds(xs[n - 1]).text);
    if (text->used > 0)
        gg_sentence_add(text, " (whiskers: 95 %% intervals).");
    if (has_front(study, of))
        gg_sentence_add(text, " The broad line is the exact front.");
}

const gg_figure gg_figure_plane = {
    "accuracy-delay", "Accuracy against delay", "slices.csv", shown, draw, caption};

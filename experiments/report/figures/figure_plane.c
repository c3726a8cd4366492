/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay plane: every strategy as a curve over tau, and the exact front if it is known.
 */
#include <math.h>
#include <string.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

/* What is proven to within this is called exact. */
static const double EXACT = 1e-3;

static bool on_panel(const gg_front_point *point, const gg_panel *panel) {
    return point->preset[0] == '\0' || strcmp(point->preset, panel->key->preset) == 0;
}

static bool has_front(const gg_drawing *of) {
    for (size_t k = 0; k < of->study->front.count; k++)
        if (on_panel(&of->study->front.points[k], of->panel))
            return true;
    return false;
}

/* Figure and front have the same accuracy: the expected one, in hindsight where the front is or
 * where nothing else is known. */
static bool in_hindsight(const gg_drawing *of) {
    for (size_t k = 0; k < of->study->front.count; k++)
        if (on_panel(&of->study->front.points[k], of->panel))
            return of->study->front.points[k].hindsight;
    for (size_t c = 0; c < of->panel->n_curves; c++)
        if (!isnan(of->panel->curves[c].delays.expected_accuracy_mean))
            return false;
    return true;
}

static void ranges(const gg_drawing *of, gg_axis_range *delay, gg_axis_range *accuracy) {
    const gg_front *front = &of->study->front;
    bool hindsight = in_hindsight(of);
    *delay = *accuracy = (gg_axis_range){.low = INFINITY, .high = -INFINITY};
    for (size_t k = 0; k < of->panel->slices.count; k++) {
        const gg_slice *slice = &of->panel->slices.items[k];
        const gg_shown_accuracy at = gg_accuracy_of(&slice->delays, hindsight);
        if (slice->along != GG_BY_TAU || isnan(at.mean))
            continue;
        gg_axis_widen(delay, gg_delay_mean_s(&slice->delays));
        if (gg_drawing_emphasises(of, slice->strategy)) {
            gg_axis_widen(delay, slice->delays.delay_mean_low_s);
            gg_axis_widen(delay, slice->delays.delay_mean_high_s);
        }
        gg_axis_widen(accuracy, at.mean);
        gg_axis_widen(accuracy, at.low);
        gg_axis_widen(accuracy, at.high);
    }
    for (size_t k = 0; k < front->count; k++)
        if (on_panel(&front->points[k], of->panel)) {
            gg_axis_widen(delay, front->points[k].delay_s);
            if (!isnan(front->points[k].low_s)) {
                gg_axis_widen(delay, front->points[k].low_s);
                gg_axis_widen(delay, front->points[k].high_s);
            }
            gg_axis_widen(accuracy, front->points[k].accuracy);
        }
}

static bool shown(const gg_drawing *of) {
    gg_axis_range delay, accuracy;
    ranges(of, &delay, &accuracy);
    return delay.low <= delay.high && accuracy.low <= accuracy.high;
}

/* Delay and accuracy of a strategy at one tau. */
static gg_slice_point in_plane(const gg_drawing *of, const gg_slice *slice) {
    const gg_delay_stats *d = &slice->delays;
    double delay_s = gg_delay_mean_s(d);
    const gg_shown_accuracy at = gg_accuracy_of(d, in_hindsight(of));
    bool known = isfinite(delay_s) && isfinite(at.mean);
    return (gg_slice_point){
        .x = known ? delay_s : NAN, .y = known ? at.mean : NAN, .low = at.low, .high = at.high};
}

/* The same with the interval of the delay, whose mean a few bad channels may carry. */
static gg_slice_point across_plane(const gg_drawing *of, const gg_slice *slice) {
    gg_slice_point at = in_plane(of, slice);
    at.low = slice->delays.delay_mean_low_s;
    at.high = slice->delays.delay_mean_high_s;
    return at;
}

static void draw_spans(const gg_drawing *of, const gg_chart *chart) {
    size_t subject = gg_summary_subject_index(of->summary);
    const gg_slice_points at = gg_drawing_points(of, subject, across_plane);
    gg_chart_spans(chart, gg_series_look(of->summary, subject), at.n, at.ys, at.lows, at.highs);
}

/* The ends of the front's interval, where they are known: -1 the lower, 1 the upper one. */
static void draw_interval(const gg_drawing *of, const gg_chart *chart, int end) {
    const gg_front *front = &of->study->front;
    size_t n = 0;
    for (size_t k = 0; k < front->count; k++) {
        const gg_front_point *at = &front->points[k];
        if (on_panel(at, of->panel) && !isnan(at->low_s))
            gg_chart_stair(chart, n++, end < 0 ? at->low_s : at->high_s, at->accuracy);
    }
    gg_chart_close_narrow_stairs(chart, n);
}

static bool has_interval(const gg_drawing *of) {
    for (size_t k = 0; k < of->study->front.count; k++)
        if (on_panel(&of->study->front.points[k], of->panel) &&
            !isnan(of->study->front.points[k].low_s))
            return true;
    return false;
}

static void draw_front(const gg_drawing *of, const gg_chart *chart) {
    const gg_front *front = &of->study->front;
    size_t n = 0;
    for (size_t k = 0; k < front->count; k++) {
        if (!on_panel(&front->points[k], of->panel))
            continue;
        gg_chart_stair(chart, n++, front->points[k].delay_s, front->points[k].accuracy);
    }
    gg_chart_close_stairs(chart, n);
    draw_interval(of, chart, -1);
    draw_interval(of, chart, 1);
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    bool hindsight = in_hindsight(of);
    gg_sentence_add(text, "%s and mean delay per query:",
                    hindsight ? "Accuracy in hindsight" : "Expected accuracy");
    for (size_t c = 0; c < of->panel->n_curves; c++) {
        const gg_delay_stats *d = &of->panel->curves[c].delays;
        gg_sentence_add(text, "%s %s %s %% at %s ms", c > 0 ? "," : "",
                        of->summary->strategies[of->panel->curves[c].strategy].name,
                        gg_percent(gg_accuracy_of(d, hindsight).mean).text,
                        gg_milliseconds(gg_delay_mean_s(d)).text);
    }
}

static void draw(const gg_drawing *of) {
    gg_chart chart = {.height = 240};
    ranges(of, &chart.x, &chart.y);
    gg_axis_pad(&chart.x, 0.07, 30.0);
    gg_axis_pad(&chart.y, 0.07, INFINITY);
    chart.x.title = "delay per query, mean";
    chart.x.label = gg_tick_seconds;
    chart.y.title = in_hindsight(of) ? "right in hindsight" : "expected accuracy";
    chart.y.label = gg_tick_percent;
    gg_drawing_open(of, &chart);
    draw_front(of, &chart);
    draw_spans(of, &chart);
    gg_drawing_curves(of, &chart, in_plane, false);
    gg_chart_close(&chart);
}

/* "the exact front", or how exact it is. */
static void name_front(const gg_drawing *of, gg_sentence *text) {
    const gg_front *front = &of->study->front;
    double widest = 0.0;
    for (size_t k = 0; k < front->count; k++)
        if (on_panel(&front->points[k], of->panel) && front->points[k].bound_s > 0.0)
            widest = fmax(widest, front->points[k].delay_s / front->points[k].bound_s - 1.0);
    if (widest <= EXACT)
        gg_sentence_add(text, "the exact front");
    else
        gg_sentence_add(text, "the front, to within %s %%,", gg_percent(widest).text);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    const gg_slice_points at =
        gg_drawing_points(of, gg_summary_subject_index(of->summary), in_plane);
    const char *name = gg_strategy_title(gg_summary_subject(of->summary));
    if (at.n > 0 && !isnan(at.xs[0]) && !isnan(at.xs[at.n - 1]))
        gg_sentence_add(text,
                        in_hindsight(of) ? "%s answers %s %% correctly in %s ms"
                                         : "%s expects %s %% right answers in %s ms",
                        name, gg_percent(at.ys[0]).text, gg_milliseconds(at.xs[0]).text);
    if (gg_slice_points_span(&at))
        gg_sentence_add(text, " at the smallest τ and %s %% in %s ms at the largest",
                        gg_percent(at.ys[at.n - 1]).text, gg_milliseconds(at.xs[at.n - 1]).text);
    if (text->used > 0)
        gg_sentence_add(text, " (whiskers: 95 %% intervals).");
    if (has_front(of) && in_hindsight(of)) {
        gg_sentence_add(text, " The broad line is the hindsight bound: ");
        name_front(of, text);
        gg_sentence_add(text,
                        " for who knew which answers are right, which nobody does when deciding.");
    } else if (has_front(of)) {
        gg_sentence_add(text, " The broad line is ");
        name_front(of, text);
        gg_sentence_add(text, " of expected accuracy.");
    }
    if (has_interval(of))
        gg_sentence_add(text, " Dotted: its 95 %% interval.");
}

const gg_figure gg_figure_plane = {"accuracy-delay",
                                   "Accuracy against delay",
                                   "Accuracy and delay",
                                   "slices.csv",
                                   shown,
                                   describe,
                                   draw,
                                   caption,
                                   GG_BY_TAU};

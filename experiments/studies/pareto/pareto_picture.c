/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay plane as a picture: the front as a broad staircase, a curve over tau for each
 * strategy.
 */
#include <math.h>
#include <string.h>

#include "experiments/charts/chart.h"
#include "experiments/studies/pareto/pareto_study.h"
#include "models/base/shown.h"

/* The looks of goa, dmin and random in every figure. */
static const size_t slots[GG_PARETO_CURVES] = {0, 6, 7};

static const double LEGEND_STEP = 92, LEGEND_SAMPLE = 22;

static void draw_front(const gg_chart *chart, const gg_tradeoff *front, double per_query) {
    for (size_t k = 0; k < front->count; k++)
        gg_chart_stair(chart, k, front->points[k].objective_s * per_query,
                       front->points[k].accuracy);
    gg_chart_close_stairs(chart, front->count);
    for (size_t k = 0; k < front->count; k++)
        gg_svg_print(chart->stream, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.2\"/>",
                     gg_chart_x(chart, front->points[k].objective_s * per_query),
                     gg_chart_y(chart, front->points[k].accuracy));
    fputc('\n', chart->stream);
}

/* One line above the curves, in room that the axis leaves there. */
static void draw_legend(const gg_chart *chart, const gg_pareto_study *study) {
    double x = gg_chart_x(chart, chart->x.low) + 8.0, y = gg_chart_y(chart, chart->y.high) + 8.0;
    fprintf(chart->stream,
            "<path d=\"M%.1f %.1fh%.0f\" stroke=\"currentColor\" stroke-width=\"5\" "
            "stroke-opacity=\".28\"/>",
            x, y, LEGEND_SAMPLE);
    gg_svg_text(chart->stream, x + LEGEND_SAMPLE + 6, y + 4.5, "start", "front");
    for (size_t c = 0; c < GG_PARETO_CURVES; c++) {
        gg_series_style style = gg_series_slot(slots[c]);
        x += LEGEND_STEP;
        fprintf(chart->stream,
                "<path d=\"M%.1f %.1fh%.0f\" stroke=\"%s\" stroke-width=\"2\" "
                "stroke-dasharray=\"%s\"/>",
                x, y, LEGEND_SAMPLE, style.colour, style.dash);
        gg_svg_marker(chart->stream, style, x + 0.5 * LEGEND_SAMPLE, y);
        gg_svg_text(chart->stream, x + LEGEND_SAMPLE + 6, y + 4.5, "start",
                    study->curves[c].solver);
    }
    fputc('\n', chart->stream);
}

/* Room above for the legend; no tick beyond all answers correct. */
static void set_accuracy_ticks(gg_axis_range *axis, double *ticks) {
    size_t n = 0;
    double range = axis->high - axis->low;
    double step = range > 0.5 ? 0.2 : range > 0.25 ? 0.1 : range > 0.1 ? 0.05 : 0.02;
    for (double k = ceil(axis->low / step); k * step <= fmin(1.0, axis->high) + 1e-9; k += 1.0)
        ticks[n++] = k * step;
    axis->ticks = ticks;
    axis->n_ticks = n;
    axis->high += 0.12 * range;
}

void gg_pareto_draw(const gg_pareto_view *view, FILE *stream) {
    const gg_pareto_study *study = view->study;
    double per_query = 1.0 / (double)view->instance->n_users;
    bool weighted = view->objective == GG_WEIGHTED;
    gg_chart chart = {.stream = stream,
                      .frame = &gg_chart_card,
                      .x = {.low = INFINITY,
                            .high = -INFINITY,
                            .title = weighted ? "weighted delay per query" : "delay per query",
                            .label = gg_tick_seconds},
                      .y = {.low = INFINITY,
                            .high = -INFINITY,
                            .title = view->hindsight ? "right in hindsight" : "expected accuracy",
                            .label = gg_tick_percent},
                      .height = 300};
    for (size_t k = 0; k < study->front.count; k++) {
        gg_axis_widen(&chart.x, study->front.points[k].objective_s * per_query);
        gg_axis_widen(&chart.y, study->front.points[k].accuracy);
    }
    for (size_t c = 0; c < GG_PARETO_CURVES; c++)
        for (size_t k = 0; k < study->curves[c].count; k++) {
            gg_axis_widen(&chart.x, study->curves[c].points[k].objective_s * per_query);
            gg_axis_widen(&chart.y, study->curves[c].points[k].accuracy);
        }
    gg_axis_pad(&chart.x, 0.05, 10.0);
    gg_axis_pad(&chart.y, 0.07, INFINITY);
    double ticks[16];
    set_accuracy_ticks(&chart.y, ticks);
    char title[128], description[160], instance[61];
    snprintf(title, sizeof title, "Accuracy and delay, %s",
             gg_shown_cut(view->instance->name, instance, sizeof instance));
    snprintf(description, sizeof description,
             "The exact front of %s accuracy has %zu points, from %.1f to %.1f percent.",
             gg_accuracy_kind(view->hindsight), study->front.count,
             100.0 * study->front.points[0].accuracy,
             100.0 * study->front.points[study->front.count - 1].accuracy);
    const gg_svg_place place = {"pareto", true};
    gg_chart_open(&chart, &place, title, description);
    draw_front(&chart, &study->front, per_query);
    for (size_t c = GG_PARETO_CURVES; c-- > 0;) {
        double xs[GG_PARETO_TAUS], ys[GG_PARETO_TAUS];
        for (size_t k = 0; k < study->curves[c].count; k++) {
            const gg_tau_point *at = &study->curves[c].points[k];
            xs[k] = isfinite(at->objective_s) ? at->objective_s * per_query : NAN;
            ys[k] = at->accuracy;
        }
        gg_chart_line(&chart, gg_series_slot(slots[c]), c == 0, study->curves[c].count, xs, ys);
    }
    draw_legend(&chart, study);
    gg_chart_close(&chart);
}

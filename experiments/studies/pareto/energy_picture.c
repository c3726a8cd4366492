/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The delay-energy plane as a picture: the polygon that no decision is below, the front's points
 * and those of strategies.
 */
#include <math.h>

#include "experiments/charts/chart.h"
#include "experiments/studies/pareto/energy_study.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

static void tick_joules(double value, char *text, size_t size) {
    snprintf(text, size, "%.3g mJ", 1e3 * value);
}

/* The polygon's edge, from the highest delay that is shown to the largest energy. */
static void draw_polygon(const gg_chart *chart, size_t count, const double *energy_j,
                         const double *delay_s, double per_query) {
    gg_chart_open_path(chart);
    gg_chart_path_to(chart, 'M', energy_j[0] * per_query, chart->y.high);
    for (size_t k = 0; k < count; k++)
        gg_chart_path_to(chart, 'L', energy_j[k] * per_query, delay_s[k] * per_query);
    gg_chart_path_to(chart, 'L', chart->x.high, delay_s[count - 1] * per_query);
    gg_chart_close_path(chart, (gg_series_style){"currentColor", "none", 0}, true);
}

static gg_series_style style_of(size_t strategy, const gg_energy_study *study) {
    gg_series_style style = gg_series_slot(gg_series_owned_slot(study->strategies[strategy].name));
    style.marker = strategy;
    return style;
}

static gg_legend_entry legend_entry(const void *context, size_t index) {
    const gg_energy_study *study = context;
    gg_legend_entry entry = {.style = style_of(index, study)};
    snprintf(entry.label, sizeof entry.label, "%s%s", study->strategies[index].name,
             study->strategies[index].breaks_tau ? " (breaks tau)" : "");
    entry.letters = 24;
    return entry;
}

static void widen(const gg_energy_study *study, gg_chart *chart, double per_query) {
    for (size_t k = 0; k < study->front.count; k++) {
        gg_axis_widen(&chart->x, study->front.points[k].energy_j * per_query);
        gg_axis_widen(&chart->y, study->front.points[k].delay_s * per_query);
    }
    for (size_t s = 0; s < study->count; s++) {
        gg_axis_widen(&chart->x, study->strategies[s].energy_j * per_query);
        gg_axis_widen(&chart->y, study->strategies[s].delay_s * per_query);
    }
    gg_axis_pad(&chart->x, 0.05, 10.0);
    gg_axis_pad(&chart->y, 0.07, 10.0);
}

static void draw_points(const gg_energy_study *study, const gg_chart *chart, double per_query) {
    for (size_t k = 0; k < study->front.count; k++)
        gg_svg_print(chart->stream, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.2\"/>",
                     gg_chart_x(chart, study->front.points[k].energy_j * per_query),
                     gg_chart_y(chart, study->front.points[k].delay_s * per_query));
    fputc('\n', chart->stream);
    for (size_t s = 0; s < study->count; s++)
        if (isfinite(study->strategies[s].delay_s))
            gg_svg_marker(chart->stream, style_of(s, study),
                          gg_chart_x(chart, study->strategies[s].energy_j * per_query),
                          gg_chart_y(chart, study->strategies[s].delay_s * per_query));
}

gg_status gg_energy_draw(const gg_energy_study *study, FILE *stream, gg_error *err) {
    double per_query = 1.0 / (double)study->instance->n_users, *energy_j, *delay_s;
    size_t count;
    GG_TRY(gg_energy_polygon(&study->front, &count, &energy_j, &delay_s, err));
    gg_chart chart = {.stream = stream,
                      .frame = &gg_chart_card,
                      .x = {.low = INFINITY,
                            .high = -INFINITY,
                            .title = "energy of the device per query",
                            .label = tick_joules},
                      .y = {.low = INFINITY,
                            .high = -INFINITY,
                            .title = "delay per query",
                            .label = gg_tick_seconds},
                      .height = 300,
                      .legend = {study->count, legend_entry, study}};
    widen(study, &chart, per_query);
    char title[128], description[160], instance[61];
    snprintf(title, sizeof title, "Delay and energy, %s",
             gg_shown_cut(study->instance->name, instance, sizeof instance));
    snprintf(description, sizeof description,
             "The front's %zu supported points, and the line that no decision is below.",
             study->front.count);
    const gg_svg_place place = {"energy", true};
    gg_chart_open(&chart, &place, title, description);
    draw_polygon(&chart, count, energy_j, delay_s, per_query);
    draw_points(study, &chart, per_query);
    gg_chart_close(&chart);
    gg_free(energy_j);
    return GG_OK;
}

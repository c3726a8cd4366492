/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the longest proofs came about: incumbent and lower bound over time.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"

enum { MOST_PROOFS = 4 };

typedef struct longest {
    size_t count;
    const gg_row *rows[MOST_PROOFS];
} longest;

static longest find_longest(const gg_drawing *of) {
    const gg_lineup *lineup = &of->study->lineup;
    const gg_row *rows = of->summary->results->rows;
    gg_worst slowest = {0};
    longest found = {0};
    for (size_t k = lineup->first[of->number] * lineup->n_strategies;
         k < lineup->first[of->number + 1] * lineup->n_strategies; k++)
        if (lineup->row[k] != GG_NO_ROW && rows[lineup->row[k]].course[0] != '\0')
            gg_worst_add(&slowest, of->summary, lineup->row[k], rows[lineup->row[k]].runtime_s);
    for (; found.count < slowest.count && found.count < MOST_PROOFS; found.count++)
        found.rows[found.count] = &rows[slowest.rows[found.count]];
    return found;
}

static bool shown(const gg_drawing *of) {
    return find_longest(of).count > 0;
}

static gg_legend_entry entry_of(const void *context, size_t index) {
    const gg_row *row = ((const longest *)context)->rows[index];
    gg_legend_entry entry = {.style = gg_series_slot(GG_SERIES_OWNED + index)};
    int length =
        snprintf(entry.label, sizeof entry.label, "%s, N = %u, M = %u, τ = %s, run %u", row->solver,
                 row->n_users, row->n_servers, gg_plain(row->tau).text, row->run);
    entry.letters = (size_t)length;
    return entry;
}

/* One of the course's two curves as stairs: what is known at a time is known until the next. */
static void draw_stairs(const gg_chart *chart, const gg_row *row, const gg_course *course,
                        size_t number, bool bound) {
    double xs[2 * GG_COURSE_POINTS], ys[2 * GG_COURSE_POINTS];
    gg_series_style style = gg_series_slot(GG_SERIES_OWNED + number);
    size_t n = 0;
    style.dash = bound ? style.dash : "none";
    for (size_t k = 0; k < course->count; k++) {
        const gg_course_point *p = &course->points[k];
        double y = (bound ? p->lower_bound_s : p->objective_s) / row->objective_s - 1.0;
        if (k > 0) {
            xs[n] = p->time_s;
            ys[n] = ys[n - 1];
            n++;
        }
        xs[n] = p->time_s;
        ys[n++] = y;
    }
    gg_chart_line(chart, style, false, n, xs, ys);
}

static void draw(const gg_drawing *of) {
    const longest found = find_longest(of);
    const double widest = 0.1;
    gg_chart chart = {.stream = of->stream,
                      .frame = &gg_chart_card,
                      .x = {.scale = GG_SCALE_LOG,
                            .low = INFINITY,
                            .high = -INFINITY,
                            .title = "time",
                            .label = gg_tick_seconds},
                      .y = {.low = 0.0,
                            .high = 0.0,
                            .title = "above or below the decision",
                            .label = gg_tick_percent},
                      .height = 240,
                      .legend = {found.count, entry_of, &found}};
    gg_course courses[MOST_PROOFS];
    for (size_t k = 0; k < found.count; k++) {
        gg_course_parse(found.rows[k]->course, &courses[k]);
        for (size_t c = 0; c < courses[k].count; c++) {
            const gg_course_point *p = &courses[k].points[c];
            gg_axis_widen(&chart.x, fmax(p->time_s, 1e-3));
            gg_axis_widen(&chart.y,
                          fmax(p->lower_bound_s / found.rows[k]->objective_s - 1.0, -widest));
            gg_axis_widen(&chart.y,
                          fmin(p->objective_s / found.rows[k]->objective_s - 1.0, widest));
        }
    }
    double margin = 0.04 * (chart.y.high - chart.y.low);
    chart.y.low -= margin;
    chart.y.high += margin;
    chart.x.low = pow(10.0, floor(log10(chart.x.low)));
    chart.x.high = pow(10.0, ceil(log10(chart.x.high * 1.001)));
    char title[GG_FIGURE_TITLE];
    gg_sentence description;
    gg_drawing_tell(of, title, &description);
    gg_chart_open(&chart, of->place, title, description.text);
    for (size_t k = 0; k < found.count; k++) {
        draw_stairs(&chart, found.rows[k], &courses[k], k, true);
        draw_stairs(&chart, found.rows[k], &courses[k], k, false);
    }
    gg_chart_close(&chart);
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    const longest found = find_longest(of);
    for (size_t k = 0; k < found.count; k++) {
        const gg_legend_entry entry = entry_of(&found, k);
        const gg_row *row = found.rows[k];
        char time[32];
        gg_tick_seconds(row->runtime_s, time, sizeof time);
        gg_sentence_add(text, "%s%s: %s, %s nodes, %s %% left.", k > 0 ? " " : "", entry.label,
                        time, gg_count((size_t)row->nodes).text, gg_percent(row->gap).text);
    }
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    gg_sentence_add(text, "The longest proofs, one a draw: incumbents from above, "
                          "bounds from below. ");
    describe(of, text);
}

const gg_figure gg_figure_course = {"course",
                                    "How proofs come about",
                                    "Incumbent and bound over time",
                                    "course.csv",
                                    shown,
                                    describe,
                                    draw,
                                    caption,
                                    GG_N_ALONG};

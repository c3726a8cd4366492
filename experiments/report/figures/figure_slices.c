/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mean gap of each strategy along an axis of the grid, with its bootstrap interval.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

enum { MOST_PLACES = GG_CHART_POINTS };

static const char *const symbols[] = {"N", "M", "τ"};

/* A slice whose mean is one of allowed decisions: what breaks tau may undercut the optimum. */
static bool drawable(const gg_slice *slice) {
    return slice->gaps.breaks_tau == 0 && slice->gaps.proven > 0 && isfinite(slice->gaps.mean);
}

static bool shown(const gg_study *study, size_t panel, gg_along along) {
    const gg_slices *slices = &study->summary->panels[panel].slices;
    if (slices->n_places[along] < 2)
        return false;
    for (size_t k = 0; k < slices->count; k++)
        if (slices->items[k].along == along && drawable(&slices->items[k]))
            return true;
    return false;
}

/* The strategy's means along the axis, NAN where there is none. */
static size_t collect(const gg_slices *slices, gg_along along, size_t strategy, double *xs,
                      double *ys) {
    size_t n = 0;
    for (size_t k = 0; k < slices->count && n < MOST_PLACES; k++) {
        const gg_slice *slice = &slices->items[k];
        if (slice->along != along || slice->strategy != strategy)
            continue;
        xs[n] = slice->at;
        ys[n++] = drawable(slice) ? slice->gaps.mean : NAN;
    }
    return n;
}

static void draw_intervals(const gg_chart *chart, const gg_slices *slices, gg_along along,
                           size_t strategy, gg_series_style style) {
    double xs[MOST_PLACES], lows[MOST_PLACES], highs[MOST_PLACES];
    size_t n = 0;
    for (size_t k = 0; k < slices->count && n < MOST_PLACES; k++) {
        const gg_slice *slice = &slices->items[k];
        if (slice->along != along || slice->strategy != strategy || !drawable(slice) ||
            slice->gaps.proven < 2)
            continue;
        xs[n] = slice->at;
        lows[n] = slice->gaps.mean_low;
        highs[n++] = slice->gaps.mean_high;
    }
    gg_chart_intervals(chart, style, n, xs, lows, highs);
}

static size_t places(const gg_slices *slices, gg_along along, double *xs) {
    size_t n = 0;
    for (size_t k = 0; k < slices->count && n < MOST_PLACES; k++)
        if (slices->items[k].along == along && (n == 0 || xs[n - 1] != slices->items[k].at))
            xs[n++] = slices->items[k].at;
    return n;
}

static double largest(const gg_slices *slices, gg_along along) {
    double highest = 0.01;
    for (size_t k = 0; k < slices->count; k++) {
        const gg_slice *slice = &slices->items[k];
        double end = fmax(slice->gaps.mean, slice->gaps.mean_high);
        if (slice->along == along && drawable(slice) && isfinite(end) && end > highest)
            highest = end;
    }
    /* A little air above the highest whisker. */
    return highest * 1.15;
}

/* "GOA's mean gap goes from 2.54 % at N = 12 to 6.57 % at N = 20." */
static void tell(const gg_study *study, size_t panel, gg_along along, size_t strategy,
                 gg_sentence *text) {
    double xs[MOST_PLACES], ys[MOST_PLACES];
    const gg_slices *slices = &study->summary->panels[panel].slices;
    size_t n = collect(slices, along, strategy, xs, ys);
    if (n < 2 || isnan(ys[0]) || isnan(ys[n - 1]))
        return;
    gg_sentence_add(text, "%s%s: mean gap %s %% at %s = %s, %s %% at %s = %s.",
                    text->used > 0 ? " " : "",
                    gg_strategy_title(&study->summary->strategies[strategy]),
                    gg_percent(ys[0]).text, symbols[along], gg_plain(xs[0]).text,
                    gg_percent(ys[n - 1]).text, symbols[along], gg_plain(xs[n - 1]).text);
}

static void draw(FILE *stream, const gg_study *study, size_t panel, const gg_svg_place *place,
                 gg_along along) {
    static const char *const titles[] = {"users N", "servers M", "threshold τ"};
    static const char *const what[] = {"Mean gap by number of users",
                                       "Mean gap by number of servers", "Mean gap by threshold"};
    const gg_summary *summary = study->summary;
    const gg_panel *of = &summary->panels[panel];
    double ticks[MOST_PLACES], xs[MOST_PLACES], ys[MOST_PLACES];
    size_t n_ticks = places(&of->slices, along, ticks);
    double margin = 0.04 * (ticks[n_ticks - 1] - ticks[0]);
    gg_chart chart = {.stream = stream,
                      .x = {.low = ticks[0] - margin,
                            .high = ticks[n_ticks - 1] + margin,
                            .title = titles[along],
                            .label = gg_tick_plain,
                            .ticks = ticks,
                            .n_ticks = n_ticks},
                      .y = {.scale = GG_SCALE_GAP,
                            .high = largest(&of->slices, along),
                            .title = "mean gap",
                            .label = gg_tick_percent},
                      .height = 230};
    char title[160];
    gg_sentence description = {0};
    gg_figure_title(what[along], of, title, sizeof title);
    for (size_t c = 0; c < of->n_curves; c++)
        tell(study, panel, along, of->curves[c].strategy, &description);
    gg_chart_open(&chart, place, summary, of, title, description.text);
    for (size_t c = 0; c < of->n_curves; c++)
        draw_intervals(&chart, &of->slices, along, of->curves[c].strategy,
                       gg_series_look(summary, of->curves[c].strategy));
    for (size_t c = 0; c < of->n_curves; c++) {
        size_t strategy = of->curves[c].strategy;
        size_t n = collect(&of->slices, along, strategy, xs, ys);
        gg_chart_line(&chart, gg_series_look(summary, strategy),
                      gg_figure_emphasises(study, strategy), n, xs, ys);
    }
    gg_chart_close(&chart, summary, of);
}

static void caption(const gg_study *study, size_t panel, gg_along along, gg_sentence *text) {
    const gg_panel *of = &study->summary->panels[panel];
    tell(study, panel, along, gg_summary_subject_index(study->summary), text);
    const gg_curve *subject = gg_panel_curve(of, gg_summary_subject_index(study->summary));
    size_t left_out = 0;
    for (size_t k = 0; k < of->slices.count; k++)
        left_out += of->slices.items[k].along == along && of->slices.items[k].gaps.breaks_tau > 0;
    if (subject != NULL && subject->gaps.unproven > 0)
        gg_sentence_add(text, "%sOnly the %s runs with a proven optimum are in it, of %s.",
                        text->used > 0 ? " " : "", gg_count(subject->gaps.proven).text,
                        gg_count(subject->gaps.runs).text);
    if (left_out > 0)
        gg_sentence_add(text, "%sPoints where a strategy (†) breaks τ are left out.",
                        text->used > 0 ? " " : "");
}

#define FIGURE(name, along, file, heading)                                                         \
    static bool shown_##name(const gg_study *study, size_t panel) {                                \
        return shown(study, panel, along);                                                         \
    }                                                                                              \
    static void draw_##name(FILE *stream, const gg_study *study, size_t panel,                     \
                            const gg_svg_place *place) {                                           \
        draw(stream, study, panel, place, along);                                                  \
    }                                                                                              \
    static void caption_##name(const gg_study *study, size_t panel, gg_sentence *text) {           \
        caption(study, panel, along, text);                                                        \
    }                                                                                              \
    const gg_figure gg_figure_by_##name = {file,         heading,     "slices.csv",                \
                                           shown_##name, draw_##name, caption_##name};

FIGURE(users, GG_BY_USERS, "gap-by-users", "By number of users")
FIGURE(servers, GG_BY_SERVERS, "gap-by-servers", "By number of servers")
FIGURE(tau, GG_BY_TAU, "gap-by-tau", "By threshold τ")

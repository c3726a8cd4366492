/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long strategies take: by number of users, and as performance profiles.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

enum { MOST_PLACES = GG_CHART_POINTS };

/* ---- by number of users ---- */

static bool timed(const gg_slice *slice) {
    return slice->along == GG_BY_USERS && slice->delays.runtime_median_s > 0.0 &&
           isfinite(slice->delays.runtime_median_s);
}

static bool runtime_shown(const gg_study *study, size_t panel) {
    const gg_slices *slices = &study->summary->panels[panel].slices;
    size_t count = 0;
    for (size_t k = 0; k < slices->count; k++)
        count += timed(&slices->items[k]);
    return slices->n_places[GG_BY_USERS] > 1 && count > 0;
}

static size_t collect(const gg_panel *panel, size_t strategy, double *xs, double *ys) {
    size_t n = 0;
    for (size_t k = 0; k < panel->slices.count && n < MOST_PLACES; k++) {
        const gg_slice *slice = &panel->slices.items[k];
        if (slice->strategy != strategy || slice->along != GG_BY_USERS)
            continue;
        xs[n] = slice->at;
        ys[n++] = timed(slice) ? slice->delays.runtime_median_s : NAN;
    }
    return n;
}

static void draw_quartiles(const gg_chart *chart, const gg_panel *panel, size_t strategy,
                           gg_series_style style) {
    double xs[MOST_PLACES], lows[MOST_PLACES], highs[MOST_PLACES];
    size_t n = 0;
    for (size_t k = 0; k < panel->slices.count && n < MOST_PLACES; k++) {
        const gg_slice *slice = &panel->slices.items[k];
        if (slice->strategy != strategy || !timed(slice))
            continue;
        xs[n] = slice->at;
        lows[n] = slice->delays.runtime_p25_s;
        highs[n++] = slice->delays.runtime_p75_s;
    }
    gg_chart_intervals(chart, style, n, xs, lows, highs);
}

/* Axes of the panel's times and numbers of users, and a tick at each of these. */
static void fit(const gg_panel *panel, gg_chart *chart, double *ticks) {
    size_t n = 0;
    double low = INFINITY, high = 0.0;
    for (size_t k = 0; k < panel->slices.count; k++) {
        const gg_slice *slice = &panel->slices.items[k];
        if (slice->along != GG_BY_USERS)
            continue;
        if (n < MOST_PLACES && (n == 0 || ticks[n - 1] != slice->at))
            ticks[n++] = slice->at;
        if (!timed(slice))
            continue;
        low = fmin(low, slice->delays.runtime_p25_s > 0.0 ? slice->delays.runtime_p25_s
                                                          : slice->delays.runtime_median_s);
        high = fmax(high, slice->delays.runtime_p75_s);
    }
    double margin = pow(ticks[n - 1] / ticks[0], 0.04);
    chart->x.low = ticks[0] / margin;
    chart->x.high = ticks[n - 1] * margin;
    chart->x.ticks = ticks;
    chart->x.n_ticks = n;
    chart->y.low = pow(10.0, floor(log10(low)));
    chart->y.high = pow(10.0, ceil(log10(high * 1.001)));
}

static void tell(const gg_study *study, size_t panel, size_t strategy, gg_sentence *text) {
    double xs[MOST_PLACES], ys[MOST_PLACES];
    char first[32], last[32];
    size_t n = collect(&study->summary->panels[panel], strategy, xs, ys);
    if (n < 2 || isnan(ys[0]) || isnan(ys[n - 1]))
        return;
    gg_tick_seconds(ys[0], first, sizeof first);
    gg_tick_seconds(ys[n - 1], last, sizeof last);
    gg_sentence_add(text, "%s%s: %s at N = %s, %s at N = %s.", text->used > 0 ? " " : "",
                    gg_strategy_title(&study->summary->strategies[strategy]), first,
                    gg_plain(xs[0]).text, last, gg_plain(xs[n - 1]).text);
}

static void runtime_draw(FILE *stream, const gg_study *study, size_t panel,
                         const gg_svg_place *place) {
    const gg_summary *summary = study->summary;
    const gg_panel *of = &summary->panels[panel];
    double ticks[MOST_PLACES], xs[MOST_PLACES], ys[MOST_PLACES];
    gg_chart chart = {
        .stream = stream,
        .x = {.scale = GG_SCALE_LOG, .title = "users N", .label = gg_tick_plain},
        .y = {.scale = GG_SCALE_LOG, .title = "time to decide, median", .label = gg_tick_seconds},
        .height = 240};
    char title[160];
    gg_sentence description = {0};
    fit(of, &chart, ticks);
    gg_figure_title("Time to decide by number of users", of, title, sizeof title);
    for (size_t c = 0; c < of->n_curves; c++)
        tell(study, panel, of->curves[c].strategy, &description);
    gg_chart_open(&chart, place, summary, of, title, description.text);
    for (size_t c = 0; c < of->n_curves; c++)
        draw_quartiles(&chart, of, of->curves[c].strategy,
                       gg_series_look(summary, of->curves[c].strategy));
    for (size_t c = 0; c < of->n_curves; c++) {
        size_t strategy = of->curves[c].strategy, n = collect(of, strategy, xs, ys);
        gg_chart_line(&chart, gg_series_look(summary, strategy),
                      gg_figure_emphasises(study, strategy), n, xs, ys);
    }
    gg_chart_close(&chart, summary, of);
}

static void runtime_caption(const gg_study *study, size_t panel, gg_sentence *text) {
    const gg_summary *summary = study->summary;
    tell(study, panel, gg_summary_subject_index(summary), text);
    for (size_t s = 0; s < summary->n_strategies; s++)
        if (summary->strategies[s].proves)
            tell(study, panel, s, text);
}

const gg_figure gg_figure_runtime = {"runtime",     "By number of users", "slices.csv",
                                     runtime_shown, runtime_draw,         runtime_caption};

/* ---- performance profiles ---- */

static double slowest(const gg_profiles *profiles, size_t panel) {
    double largest = 1.0;
    for (size_t k = 0; k < profiles->count; k++) {
        const gg_ecdf *ecdf = &profiles->items[k].ecdf;
        if (profiles->items[k].panel == panel && ecdf->count > 0)
            largest = fmax(largest, ecdf->at[ecdf->count - 1]);
    }
    return largest;
}

static bool profile_shown(const gg_study *study, size_t panel) {
    return slowest(&study->profiles, panel) > 1.0;
}

static void tick_times(double value, char *text, size_t size) {
    if (value < 1e6)
        snprintf(text, size, "%.0f×", value);
    else
        snprintf(text, size, "%.0e×", value);
}

static void profile_describe(const gg_study *study, size_t panel, gg_sentence *text) {
    gg_sentence_add(text, "Share of instances decided within 1 %% of the best known decision:");
    for (size_t k = 0; k < study->profiles.count; k++) {
        const gg_profile *profile = &study->profiles.items[k];
        if (profile->panel == panel && profile->instances > 0)
            gg_sentence_add(text, " %s %s %%;", study->summary->strategies[profile->strategy].name,
                            gg_share((double)profile->solved / (double)profile->instances).text);
    }
}

static void profile_draw(FILE *stream, const gg_study *study, size_t panel,
                         const gg_svg_place *place) {
    const gg_summary *summary = study->summary;
    const gg_panel *of = &summary->panels[panel];
    gg_chart chart = {.stream = stream,
                      .x = {.scale = GG_SCALE_LOG,
                            .low = 1.0,
                            .high = pow(10.0, ceil(log10(slowest(&study->profiles, panel)))),
                            .title = "time, as a multiple of the fastest strategy's",
                            .label = tick_times},
                      .y = {.high = 1.0, .title = "share of instances", .label = gg_tick_percent},
                      .height = 240};
    char title[160];
    gg_sentence description = {0};
    gg_figure_title("Performance profile", of, title, sizeof title);
    profile_describe(study, panel, &description);
    gg_chart_open(&chart, place, summary, of, title, description.text);
    for (size_t k = 0; k < study->profiles.count; k++) {
        const gg_profile *profile = &study->profiles.items[k];
        if (profile->panel == panel)
            gg_chart_steps(&chart, gg_series_look(summary, profile->strategy),
                           gg_figure_emphasises(study, profile->strategy), &profile->ecdf);
    }
    gg_chart_close(&chart, summary, of);
}

static void profile_caption(const gg_study *study, size_t panel, gg_sentence *text) {
    const gg_profile *best = NULL;
    for (size_t k = 0; k < study->profiles.count; k++) {
        const gg_profile *profile = &study->profiles.items[k];
        if (profile->panel != panel || profile->instances == 0)
            continue;
        if (best == NULL || gg_ecdf_at(&profile->ecdf, 1.0) > gg_ecdf_at(&best->ecdf, 1.0))
            best = profile;
    }
    if (best != NULL)
        gg_sentence_add(text,
                        "%s is the fastest to a decision within 1 %% on %s %% of the instances "
                        "and reaches one on %s %%.",
                        gg_strategy_title(&study->summary->strategies[best->strategy]),
                        gg_share(gg_ecdf_at(&best->ecdf, 1.0)).text,
                        gg_share((double)best->solved / (double)best->instances).text);
}

const gg_figure gg_figure_profile = {"profile",     "Performance profile", "profile.csv",
                                     profile_shown, profile_draw,          profile_caption};

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long strategies take: by number of users, and as performance profiles.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

static bool timed(const gg_slice *slice) {
    return slice->along == GG_BY_USERS && slice->delays.runtime_median_s > 0.0 &&
           isfinite(slice->delays.runtime_median_s);
}

static bool runtime_shown(const gg_drawing *of) {
    const gg_slices *slices = &of->panel->slices;
    size_t count = 0;
    for (size_t k = 0; k < slices->count; k++)
        count += timed(&slices->items[k]);
    return slices->n_places[GG_BY_USERS] > 1 && count > 0;
}

static gg_slice_point time_to_decide(const gg_drawing *of, const gg_slice *slice) {
    (void)of;
    if (!timed(slice))
        return (gg_slice_point){slice->at, NAN, NAN, NAN};
    return (gg_slice_point){slice->at, slice->delays.runtime_median_s, slice->delays.runtime_p25_s,
                            slice->delays.runtime_p75_s};
}

/* Axes of the panel's times and numbers of users, and a tick at each of these. */
static void fit(const gg_drawing *of, gg_chart *chart, double *ticks) {
    size_t n = gg_drawing_places(of, ticks);
    double low = INFINITY, high = 0.0;
    for (size_t k = 0; k < of->panel->slices.count; k++) {
        const gg_delay_stats *d = &of->panel->slices.items[k].delays;
        if (!timed(&of->panel->slices.items[k]))
            continue;
        low = fmin(low, d->runtime_p25_s > 0.0 ? d->runtime_p25_s : d->runtime_median_s);
        high = fmax(high, d->runtime_p75_s);
    }
    double margin = pow(ticks[n - 1] / ticks[0], 0.04);
    chart->x.low = ticks[0] / margin;
    chart->x.high = ticks[n - 1] * margin;
    chart->x.ticks = ticks;
    chart->x.n_ticks = n;
    chart->y.low = pow(10.0, floor(log10(low)));
    chart->y.high = pow(10.0, ceil(log10(high * 1.001)));
}

static void tell(const gg_drawing *of, size_t strategy, gg_sentence *text) {
    const gg_slice_points at = gg_drawing_points(of, strategy, time_to_decide);
    char first[32], last[32];
    if (!gg_slice_points_span(&at))
        return;
    gg_tick_seconds(at.ys[0], first, sizeof first);
    gg_tick_seconds(at.ys[at.n - 1], last, sizeof last);
    gg_sentence_add(text, "%s%s: %s at N = %s, %s at N = %s.", text->used > 0 ? " " : "",
                    gg_strategy_title(&of->summary->strategies[strategy]), first,
                    gg_plain(at.xs[0]).text, last, gg_plain(at.xs[at.n - 1]).text);
}

static void runtime_describe(const gg_drawing *of, gg_sentence *text) {
    for (size_t c = 0; c < of->panel->n_curves; c++)
        tell(of, of->panel->curves[c].strategy, text);
}

static void runtime_draw(const gg_drawing *of) {
    double ticks[GG_CHART_POINTS];
    gg_chart chart = {
        .x = {.scale = GG_SCALE_LOG, .title = "users N", .label = gg_tick_plain},
        .y = {.scale = GG_SCALE_LOG, .title = "time to decide, median", .label = gg_tick_seconds},
        .height = 240};
    fit(of, &chart, ticks);
    gg_drawing_open(of, &chart);
    gg_drawing_curves(of, &chart, time_to_decide, true);
    gg_chart_close(&chart);
}

static void runtime_caption(const gg_drawing *of, gg_sentence *text) {
    tell(of, gg_summary_subject_index(of->summary), text);
    for (size_t s = 0; s < of->summary->n_strategies; s++)
        if (of->summary->strategies[s].proves)
            tell(of, s, text);
}

const gg_figure gg_figure_runtime = {
    "runtime",    "By number of users", "Time to decide by number of users",
    "slices.csv", runtime_shown,        runtime_describe,
    runtime_draw, runtime_caption,      GG_BY_USERS};

static double slowest(const gg_profiles *profiles, size_t panel) {
    double largest = 1.0;
    for (size_t k = 0; k < profiles->count; k++) {
        const gg_ecdf *ecdf = &profiles->items[k].ecdf;
        if (profiles->items[k].panel == panel && ecdf->count > 0)
            largest = fmax(largest, ecdf->at[ecdf->count - 1]);
    }
    return largest;
}

static bool profile_shown(const gg_drawing *of) {
    return slowest(&of->study->profiles, of->number) > 1.0;
}

static void tick_times(double value, char *text, size_t size) {
    if (value < 1e6)
        snprintf(text, size, "%.0f×", value);
    else
        snprintf(text, size, "%.0e×", value);
}

static void profile_describe(const gg_drawing *of, gg_sentence *text) {
    const gg_profiles *profiles = &of->study->profiles;
    gg_sentence_add(text, "Share of instances decided within 1 %% of the best known decision:");
    for (size_t k = 0; k < profiles->count; k++) {
        const gg_profile *profile = &profiles->items[k];
        if (profile->panel == of->number && profile->instances > 0)
            gg_sentence_add(text, " %s %s %%;", of->summary->strategies[profile->strategy].name,
                            gg_share((double)profile->solved / (double)profile->instances).text);
    }
}

static void profile_draw(const gg_drawing *of) {
    const gg_profiles *profiles = &of->study->profiles;
    gg_chart chart = {.x = {.scale = GG_SCALE_LOG,
                            .low = 1.0,
                            .high = pow(10.0, ceil(log10(slowest(profiles, of->number)))),
                            .title = "time, as a multiple of the fastest strategy's",
                            .label = tick_times},
                      .y = {.high = 1.0, .title = "share of instances", .label = gg_tick_percent},
                      .height = 240};
    gg_drawing_open(of, &chart);
    for (size_t k = 0; k < profiles->count; k++) {
        const gg_profile *profile = &profiles->items[k];
        if (profile->panel == of->number)
            gg_chart_steps(&chart, gg_series_look(of->summary, profile->strategy),
                           gg_drawing_emphasises(of, profile->strategy), &profile->ecdf);
    }
    gg_chart_close(&chart);
}

static void profile_caption(const gg_drawing *of, gg_sentence *text) {
    const gg_profile *best = NULL;
    for (size_t k = 0; k < of->study->profiles.count; k++) {
        const gg_profile *profile = &of->study->profiles.items[k];
        if (profile->panel != of->number || profile->instances == 0)
            continue;
        if (best == NULL || gg_ecdf_at(&profile->ecdf, 1.0) > gg_ecdf_at(&best->ecdf, 1.0))
            best = profile;
    }
    if (best != NULL)
        gg_sentence_add(text,
                        "%s is the fastest to a decision within 1 %% on %s %% of the instances "
                        "and reaches one on %s %%.",
                        gg_strategy_title(&of->summary->strategies[best->strategy]),
                        gg_share(gg_ecdf_at(&best->ecdf, 1.0)).text,
                        gg_share((double)best->solved / (double)best->instances).text);
}

const gg_figure gg_figure_profile = {"profile",     "Performance profile", "Performance profile",
                                     "profile.csv", profile_shown,         profile_describe,
                                     profile_draw,  profile_caption,       GG_N_ALONG};

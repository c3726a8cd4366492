/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mean gap of each strategy along an axis of the grid, with its bootstrap interval.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

static const char *const symbols[] = {"N", "M", "τ"};

/* A slice whose mean is one of allowed decisions: what breaks tau may undercut the optimum. */
static bool drawable(const gg_slice *slice) {
    return slice->gaps.breaks_tau == 0 && slice->gaps.proven > 0 && isfinite(slice->gaps.mean);
}

static bool shown(const gg_drawing *of) {
    const gg_slices *slices = &of->panel->slices;
    if (slices->n_places[of->figure->along] < 2)
        return false;
    for (size_t k = 0; k < slices->count; k++)
        if (slices->items[k].along == of->figure->along && drawable(&slices->items[k]))
            return true;
    return false;
}

static gg_slice_point mean_gap(const gg_drawing *of, const gg_slice *slice) {
    (void)of;
    bool several = drawable(slice);
    return (gg_slice_point){.x = slice->at,
                            .y = drawable(slice) ? slice->gaps.mean : NAN,
                            .low = several ? slice->gaps.mean_low : NAN,
                            .high = several ? slice->gaps.mean_high : NAN};
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
static void tell(const gg_drawing *of, size_t strategy, gg_sentence *text) {
    const gg_slice_points at = gg_drawing_points(of, strategy, mean_gap);
    const char *symbol = symbols[of->figure->along];
    if (!gg_slice_points_span(&at))
        return;
    gg_sentence_add(text, "%s%s: mean gap %s %% at %s = %s, %s %% at %s = %s.",
                    text->used > 0 ? " " : "",
                    gg_strategy_title(&of->summary->strategies[strategy]),
                    gg_percent(at.ys[0]).text, symbol, gg_plain(at.xs[0]).text,
                    gg_percent(at.ys[at.n - 1]).text, symbol, gg_plain(at.xs[at.n - 1]).text);
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    for (size_t c = 0; c < of->panel->n_curves; c++)
        tell(of, of->panel->curves[c].strategy, text);
}

static void draw(const gg_drawing *of) {
    static const char *const titles[] = {"users N", "servers M", "threshold τ"};
    gg_along along = of->figure->along;
    double ticks[GG_CHART_POINTS];
    size_t n_ticks = gg_drawing_places(of, ticks);
    double margin = 0.04 * (ticks[n_ticks - 1] - ticks[0]);
    gg_chart chart = {.x = {.low = ticks[0] - margin,
                            .high = ticks[n_ticks - 1] + margin,
                            .title = titles[along],
                            .label = gg_tick_plain,
                            .ticks = ticks,
                            .n_ticks = n_ticks},
                      .y = {.scale = GG_SCALE_GAP,
                            .high = largest(&of->panel->slices, along),
                            .title = "mean gap",
                            .label = gg_tick_percent},
                      .height = 230};
    gg_drawing_open(of, &chart);
    gg_drawing_curves(of, &chart, mean_gap, true);
    gg_chart_close(&chart);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    const gg_slices *slices = &of->panel->slices;
    const gg_curve *subject = gg_drawing_subject(of);
    size_t left_out = 0;
    tell(of, gg_summary_subject_index(of->summary), text);
    for (size_t k = 0; k < slices->count; k++)
        left_out +=
            slices->items[k].along == of->figure->along && slices->items[k].gaps.breaks_tau > 0;
    if (subject != NULL && subject->gaps.unproven > 0)
        gg_sentence_add(text, "%sOnly the %s instances with a proven optimum are in it, of %s.",
                        text->used > 0 ? " " : "", gg_count(subject->gaps.proven).text,
                        gg_count(subject->gaps.instances).text);
    if (left_out > 0)
        gg_sentence_add(text, "%sPoints where a strategy (†) breaks τ are left out.",
                        text->used > 0 ? " " : "");
}

#define ALONG(axis, file, heading, title)                                                          \
    { file, heading, title, "slices.csv", shown, describe, draw, caption, axis }

const gg_figure gg_figure_by_users =
    ALONG(GG_BY_USERS, "gap-by-users", "By number of users", "Mean gap by number of users");
const gg_figure gg_figure_by_servers =
    ALONG(GG_BY_SERVERS, "gap-by-servers", "By number of servers", "Mean gap by number of servers");
const gg_figure gg_figure_by_tau =
    ALONG(GG_BY_TAU, "gap-by-tau", "By threshold τ", "Mean gap by threshold");

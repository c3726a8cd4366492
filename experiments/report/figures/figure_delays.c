/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a query's delay is made of: two bars a strategy, means and medians. Where a few queries wait
 * long the means show what the medians hide.
 */
#include <math.h>

#include "experiments/charts/bars.h"
#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"
#include "models/base/shown.h"

enum { MEANS, MEDIANS, N_BARS };

static void parts_of(const gg_delay_stats *d, int bar, double *parts) {
    parts[0] = bar == MEANS ? d->local_mean_s : d->local_median_s;
    parts[1] = bar == MEANS ? d->comm_mean_s : d->comm_median_s;
    parts[2] = bar == MEANS ? d->comp_mean_s : d->comp_median_s;
}

static double longest_bar(const gg_panel *panel) {
    double longest = 0.0, parts[GG_BAR_PARTS];
    for (size_t c = 0; c < panel->n_curves; c++)
        for (int bar = 0; bar < N_BARS; bar++) {
            parts_of(&panel->curves[c].delays, bar, parts);
            if (isfinite(gg_bar_length(parts)))
                longest = fmax(longest, gg_bar_length(parts));
        }
    return longest;
}

static bool shown(const gg_drawing *of) {
    return longest_bar(of->panel) > 0.0;
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    gg_sentence_add(text, "Mean and median delay per query in ms:");
    for (size_t c = 0; c < of->panel->n_curves; c++)
        gg_sentence_add(text, "%s %s %s and %s", c > 0 ? "," : "",
                        of->summary->strategies[of->panel->curves[c].strategy].name,
                        gg_milliseconds(gg_delay_mean_s(&of->panel->curves[c].delays)).text,
                        gg_milliseconds(of->panel->curves[c].delays.delay_median_s).text);
}

static void draw(const gg_drawing *of) {
    const gg_bars bars = {.stream = of->stream,
                          .names = {"on the device", "transmission", "edge computing"},
                          .colours = {"#009E73", "#E69F00", "#56B4E9"},
                          .longest = longest_bar(of->panel),
                          .row = 41,
                          .sink = 2};
    char title[GG_FIGURE_TITLE], label[40], name[17];
    gg_sentence description;
    gg_drawing_tell(of, title, &description);
    gg_bars_open(&bars, of->place, of->panel->n_curves, title, description.text);
    for (size_t c = 0; c < of->panel->n_curves; c++) {
        const gg_curve *curve = &of->panel->curves[c];
        gg_shown_cut(of->summary->strategies[curve->strategy].name, name, sizeof name);
        snprintf(label, sizeof label, "%s%s", name, curve->gaps.breaks_tau > 0 ? " †" : "");
        gg_bars_name(&bars, c, 5, label);
        for (int bar = 0; bar < N_BARS; bar++) {
            double parts[GG_BAR_PARTS];
            parts_of(&curve->delays, bar, parts);
            snprintf(label, sizeof label, "%s ms", gg_milliseconds(gg_bar_length(parts)).text);
            gg_bars_put(&bars, c, (size_t)bar, parts, label);
        }
    }
    gg_svg_close(of->stream);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    const gg_curve *subject = gg_drawing_subject(of);
    double parts[GG_BAR_PARTS];
    if (subject == NULL)
        return;
    parts_of(&subject->delays, MEANS, parts);
    if (!(gg_bar_length(parts) > 0.0) || isinf(gg_bar_length(parts)))
        return;
    gg_sentence_add(text,
                    "A query under %s takes %s ms in the mean, %s %% of it transmission, and %s ms "
                    "in the median.",
                    gg_strategy_title(gg_summary_subject(of->summary)),
                    gg_milliseconds(gg_bar_length(parts)).text,
                    gg_share(parts[1] / gg_bar_length(parts)).text,
                    gg_milliseconds(subject->delays.delay_median_s).text);
}

const gg_figure gg_figure_delays = {"delays",
                                    "Where the time goes",
                                    "Delay per query by its parts",
                                    "panels.csv",
                                    shown,
                                    describe,
                                    draw,
                                    caption,
                                    GG_N_ALONG};

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a query's delay is made of: two bars a strategy, as decided and as measured.
 */
#include <math.h>

#include "experiments/charts/bars.h"
#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"
#include "models/base/shown.h"

static void parts_of(const gg_delay_stats *d, bool measured, double *parts) {
    parts[0] = d->local_median_s;
    parts[1] = d->comm_median_s;
    parts[2] = measured ? d->measured_comp_median_s : d->comp_median_s;
}

static double longest_bar(const gg_panel *panel) {
    double longest = 0.0, parts[GG_BAR_PARTS];
    for (size_t c = 0; c < panel->n_curves; c++)
        for (int measured = 0; measured < 2; measured++) {
            parts_of(&panel->curves[c].delays, measured, parts);
            if (isfinite(gg_bar_length(parts)))
                longest = fmax(longest, gg_bar_length(parts));
        }
    return longest;
}

static bool shown(const gg_drawing *of) {
    return longest_bar(of->panel) > 0.0;
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    gg_sentence_add(text, "Median delay per query in ms:");
    for (size_t c = 0; c < of->panel->n_curves; c++)
        gg_sentence_add(text, "%s %s %s", c > 0 ? "," : "",
                        of->summary->strategies[of->panel->curves[c].strategy].name,
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
        for (int measured = 0; measured < 2; measured++) {
            double parts[GG_BAR_PARTS];
            parts_of(&curve->delays, measured, parts);
            snprintf(label, sizeof label, "%s ms", gg_milliseconds(gg_bar_length(parts)).text);
            gg_bars_put(&bars, c, (size_t)measured, parts, label);
        }
    }
    gg_svg_close(of->stream);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    const gg_curve *subject = gg_drawing_subject(of);
    double parts[GG_BAR_PARTS];
    if (subject == NULL)
        return;
    parts_of(&subject->delays, false, parts);
    if (!(gg_bar_length(parts) > 0.0) || isinf(gg_bar_length(parts)))
        return;
    gg_sentence_add(text, "A query under %s takes %s ms in the median as decided",
                    gg_strategy_title(gg_summary_subject(of->summary)),
                    gg_milliseconds(subject->delays.delay_median_s).text);
    if (!isnan(subject->delays.measured_delay_median_s))
        gg_sentence_add(text, ", %s ms as measured",
                        gg_milliseconds(subject->delays.measured_delay_median_s).text);
    gg_sentence_add(text, "; transmission is %s %% of the bar.",
                    gg_share(parts[1] / gg_bar_length(parts)).text);
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

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which share of the instances each strategy decides within which gap.
 */
#include <math.h>

#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"

/* The decade above the largest finite gap of all panels, between 1 % and 10^6 %: panels compare. */
static double largest_gap(const gg_summary *summary) {
    double largest = 0.01;
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t c = 0; c < summary->panels[p].n_curves; c++) {
            const gg_ecdf *ecdf = &summary->panels[p].curves[c].ecdf;
            while (ecdf->count > 0 && largest < 1e4 && ecdf->at[ecdf->count - 1] > largest)
                largest *= 10.0;
        }
    return largest;
}

static bool shown(const gg_drawing *of) {
    for (size_t c = 0; c < of->panel->n_curves; c++)
        if (of->panel->curves[c].ecdf.count > 0)
            return true;
    return false;
}

/* The gap that half of the instances are within, of every curve. */
static void describe(const gg_drawing *of, gg_sentence *text) {
    gg_sentence_add(text, "Gap that half of the instances are within:");
    for (size_t c = 0; c < of->panel->n_curves; c++) {
        const gg_curve *curve = &of->panel->curves[c];
        double median = gg_ecdf_quantile(&curve->ecdf, 0.5);
        gg_sentence_add(text, " %s ", of->summary->strategies[curve->strategy].name);
        if (isnan(median))
            gg_sentence_add(text, "none");
        else
            gg_sentence_add(text, "%s %%", gg_percent(median).text);
        gg_sentence_add(text, c + 1 < of->panel->n_curves ? "," : ".");
    }
}

static void draw(const gg_drawing *of) {
    gg_chart chart = {
        .x = {.scale = GG_SCALE_GAP,
              .high = largest_gap(of->summary),
              .title = "gap to the proven optimum",
              .label = gg_tick_percent},
        .y = {.high = 1.0, .title = "share of instances within it", .label = gg_tick_percent},
        .height = 250};
    gg_drawing_open(of, &chart);
    for (size_t c = 0; c < of->panel->n_curves; c++) {
        const gg_curve *curve = &of->panel->curves[c];
        gg_chart_steps(&chart, gg_series_look(of->summary, curve->strategy),
                       gg_drawing_emphasises(of, curve->strategy), &curve->ecdf);
    }
    gg_chart_close(&chart);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    const gg_curve *subject = gg_drawing_subject(of);
    if (subject == NULL || subject->ecdf.count == 0)
        return;
    gg_sentence_add(
        text, "%s is optimal in %s %% of the instances and within 5 %% in %s %% of them.",
        gg_strategy_title(gg_summary_subject(of->summary)),
        gg_share(subject->gaps.share_optimal).text, gg_share(subject->gaps.share_within_5pct).text);
    if (subject->gaps.proven < subject->gaps.instances)
        gg_sentence_add(text, " %s of %s instances have a proven optimum; only they are drawn.",
                        gg_count(subject->gaps.proven).text,
                        gg_count(subject->gaps.instances).text);
}

const gg_figure gg_figure_ecdf = {"ecdf",     "Distribution", "Distribution of the gap",
                                  "ecdf.csv", shown,          describe,
                                  draw,       caption,        GG_N_ALONG};

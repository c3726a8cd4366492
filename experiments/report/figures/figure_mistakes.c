/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many users each strategy decides otherwise than the optimum does, by kind.
 */
#include <math.h>

#include "experiments/charts/bars.h"
#include "experiments/output/format.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/stats/headline.h"
#include "models/base/shown.h"

/* The panel's mistakes of each strategy that has any instance to compare, one after the other: NULL
 * after the last. */
static const gg_mistakes *next(const gg_drawing *of, const gg_mistakes *last) {
    const gg_mistake_list *list = &of->study->mistakes;
    for (size_t k = last != NULL ? (size_t)(last - list->items) + 1 : 0; k < list->count; k++)
        if (list->items[k].panel == of->number && list->items[k].instances > 0)
            return &list->items[k];
    return NULL;
}

static double total(const gg_mistakes *of, double shares[GG_BAR_PARTS]) {
    for (size_t kind = 0; kind < GG_N_MISTAKES; kind++)
        shares[kind] = of->users == 0 ? 0.0 : (double)of->count[kind] / (double)of->users;
    return gg_bar_length(shares);
}

static double longest_bar(const gg_drawing *of) {
    double longest = 0.0, shares[GG_BAR_PARTS];
    for (const gg_mistakes *m = next(of, NULL); m != NULL; m = next(of, m))
        longest = fmax(longest, total(m, shares));
    return longest;
}

static bool shown(const gg_drawing *of) {
    return longest_bar(of) > 0.0;
}

static void describe(const gg_drawing *of, gg_sentence *text) {
    double shares[GG_BAR_PARTS];
    gg_sentence_add(text, "Share of users:");
    for (const gg_mistakes *m = next(of, NULL); m != NULL; m = next(of, m))
        gg_sentence_add(text, " %s %s %%;", of->summary->strategies[m->strategy].name,
                        gg_percent(total(m, shares)).text);
}

static void draw(const gg_drawing *of) {
    const gg_bars bars = {.stream = of->stream,
                          .names = {gg_mistake_name(GG_TOO_GREEDY),
                                    gg_mistake_name(GG_WRONG_SERVER),
                                    gg_mistake_name(GG_TOO_CAUTIOUS)},
                          .colours = {"#D55E00", "#CC79A7", "#0072B2"},
                          .longest = longest_bar(of),
                          .row = 24,
                          .sink = 3};
    char title[GG_FIGURE_TITLE], label[40];
    gg_sentence description;
    size_t n_rows = 0, row = 0;
    for (const gg_mistakes *m = next(of, NULL); m != NULL; m = next(of, m))
        n_rows++;
    gg_drawing_tell(of, title, &description);
    gg_bars_open(&bars, of->place, n_rows, title, description.text);
    for (const gg_mistakes *m = next(of, NULL); m != NULL; m = next(of, m), row++) {
        double shares[GG_BAR_PARTS];
        char name[17];
        gg_bars_name(&bars, row, -3,
                     gg_shown_cut(of->summary->strategies[m->strategy].name, name, sizeof name));
        snprintf(label, sizeof label, "%s %%", gg_percent(total(m, shares)).text);
        gg_bars_put(&bars, row, 0, shares, label);
    }
    gg_svg_close(of->stream);
}

static void caption(const gg_drawing *of, gg_sentence *text) {
    double shares[GG_BAR_PARTS];
    for (const gg_mistakes *m = next(of, NULL); m != NULL; m = next(of, m))
        if (gg_drawing_emphasises(of, m->strategy))
            gg_sentence_add(text,
                            "%s decides %s %% of the users otherwise than the optimum, and all of "
                            "them alike in %s of %s instances.",
                            gg_strategy_title(gg_summary_subject(of->summary)),
                            gg_percent(total(m, shares)).text, gg_count(m->equal).text,
                            gg_count(m->instances).text);
}

const gg_figure gg_figure_mistakes = {"mistakes",
                                      "Users decided otherwise",
                                      "Users decided otherwise than in the optimum",
                                      "mistakes.csv",
                                      shown,
                                      describe,
                                      draw,
                                      caption,
                                      GG_N_ALONG};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "experiments/output/format.h"
#include "experiments/output/text_table.h"
#include "experiments/report/report.h"
#include "experiments/report/stats/headline.h"
#include "models/base/shown.h"

enum column { STRATEGY, MEAN, INTERVAL, MEDIAN, P90, MAX, OPTIMAL, WITHIN_1, WITHIN_5, OPEN, TAU };

static const gg_table_column columns[] = {
    [STRATEGY] = {"strategy", "", true},
    [MEAN] = {"mean", "%", false},
    [INTERVAL] = {"95 % int.", "%", false},
    [MEDIAN] = {"median", "%", false},
    [P90] = {"P90", "%", false},
    [MAX] = {"max", "%", false},
    [OPTIMAL] = {"= 0", "%", false},
    [WITHIN_1] = {"≤ 1", "%", false},
    [WITHIN_5] = {"≤ 5", "%", false},
    [OPEN] = {"open", "", false},
    [TAU] = {"tau", "broken", false},
};

static void fill_row(gg_table *table, size_t at, const gg_strategy *strategy,
                     const gg_gap_stats *g) {
    char name[21];
    gg_table_set(table, at, STRATEGY, "%s", gg_shown_cut(strategy->name, name, sizeof name));
    if (g->proven > 0) {
        gg_table_set(table, at, MEAN, "%s", gg_percent(g->mean).text);
        gg_table_set(table, at, INTERVAL, "%.12s..%.12s", gg_percent(g->mean_low).text,
                     gg_percent(g->mean_high).text);
        gg_table_set(table, at, MEDIAN, "%s", gg_percent(g->median).text);
        gg_table_set(table, at, P90, "%s", gg_percent(g->p90).text);
        gg_table_set(table, at, MAX, "%s", gg_percent(g->max).text);
        gg_table_set(table, at, OPTIMAL, "%s", gg_share(g->share_optimal).text);
        gg_table_set(table, at, WITHIN_1, "%s", gg_share(g->share_within_1pct).text);
        gg_table_set(table, at, WITHIN_5, "%s", gg_share(g->share_within_5pct).text);
    }
    if (g->unproven > 0)
        gg_table_set(table, at, OPEN, "%zu", g->unproven);
    if (g->breaks_tau > 0)
        gg_table_set(table, at, TAU, "%zu", g->breaks_tau);
}

/* What the columns have no room for: intervals where the optimum is open, instances without a gap.
 */
static void print_notes(const gg_strategy *strategy, const gg_gap_stats *g, FILE *stream) {
    char shown[GG_SHOWN_SIZE];
    const char *name = gg_shown(strategy->name, shown);
    if (g->unproven > 0 && isinf(g->unproven_median_high))
        fprintf(stream, "  %s: open in %zu of %zu instances, gap there at least %s %% (median)\n",
                name, g->unproven, g->instances, gg_percent(g->unproven_median_low).text);
    else if (g->unproven > 0)
        fprintf(stream, "  %s: open in %zu of %zu instances, gap there in %s..%s %% (medians)\n",
                name, g->unproven, g->instances, gg_percent(g->unproven_median_low).text,
                gg_percent(g->unproven_median_high).text);
    if (g->infeasible > 0)
        fprintf(stream, "  %s: %zu of %zu instances infeasible\n", name, g->infeasible,
                g->instances);
    if (g->undefined > 0)
        fprintf(stream, "  %s: %zu of %zu instances above an optimum of 0\n", name, g->undefined,
                g->instances);
    if (g->failed > 0)
        fprintf(stream, "  %s: %zu of %zu instances failed\n", name, g->failed, g->instances);
}

static gg_status print_cell(const gg_summary *summary, size_t first, size_t n, FILE *stream,
                            gg_error *err) {
    const gg_group *groups = summary->groups + first;
    gg_table table;
    char title[200];
    GG_TRY(gg_table_init(&table, columns, sizeof columns / sizeof *columns, n, err));
    gg_cell_title(groups[0].key, "tau", title, 160);
    size_t used = strlen(title);
    snprintf(title + used, sizeof title - used, ": instances %zu, draws %zu", groups[0].n,
             groups[0].gaps.draws);
    fputc('\n', stream);
    gg_put_wrapped(title, stream);
    for (size_t k = 0; k < n; k++)
        fill_row(&table, k, &summary->strategies[groups[k].strategy], &groups[k].gaps);
    gg_table_print(&table, stream);
    for (size_t k = 0; k < n; k++)
        print_notes(&summary->strategies[groups[k].strategy], &groups[k].gaps, stream);
    return GG_OK;
}

enum plain_column {
    PLAIN_STRATEGY,
    DELAY,
    DELAY_MEDIAN,
    TRANSMISSION,
    RIGHT,
    OFFLOADED,
    ENERGY,
    PLAIN_TAU
};

static const gg_table_column plain_columns[] = {
    [PLAIN_STRATEGY] = {"strategy", "", true}, [DELAY] = {"delay", "ms", false},
    [DELAY_MEDIAN] = {"median", "ms", false},  [TRANSMISSION] = {"transm.", "ms", false},
    [RIGHT] = {"right", "%", false},           [OFFLOADED] = {"offl.", "%", false},
    [ENERGY] = {"energy", "mJ", false},        [PLAIN_TAU] = {"tau", "broken", false},
};

/* What there is to say where no optimum was sought. */
static void fill_plain_row(gg_table *table, size_t at, const gg_strategy *strategy) {
    const gg_delay_stats *d = &strategy->delays;
    char name[21];
    gg_table_set(table, at, PLAIN_STRATEGY, "%s", gg_shown_cut(strategy->name, name, sizeof name));
    gg_table_set(table, at, DELAY, "%s", gg_milliseconds(gg_delay_mean_s(d)).text);
    gg_table_set(table, at, DELAY_MEDIAN, "%s", gg_milliseconds(d->delay_median_s).text);
    gg_table_set(table, at, TRANSMISSION, "%s", gg_milliseconds(d->comm_mean_s).text);
    gg_table_set(table, at, RIGHT, "%s",
                 gg_percent(gg_accuracy_of(d, isnan(d->expected_accuracy_mean)).mean).text);
    gg_table_set(table, at, OFFLOADED, "%s", gg_share(d->offloaded_share_mean).text);
    if (!isnan(d->energy_mean_j))
        gg_table_set(table, at, ENERGY, "%s", gg_millijoules(d->energy_mean_j).text);
    if (strategy->gaps.breaks_tau > 0)
        gg_table_set(table, at, PLAIN_TAU, "%zu", strategy->gaps.breaks_tau);
}

/* Strategies over all cells, as many as the rest of a terminal takes. */
static gg_status print_strategies(const gg_summary *summary, size_t most, FILE *stream,
                                  gg_error *err) {
    size_t n = summary->n_strategies <= most ? summary->n_strategies : most - 1;
    gg_table table;
    bool bounds = gg_headline_has_bounds(summary);
    GG_TRY(gg_table_init(&table, bounds ? columns : plain_columns,
                         bounds ? sizeof columns / sizeof *columns
                                : sizeof plain_columns / sizeof *plain_columns,
                         n, err));
    for (size_t s = 0; s < n; s++)
        if (bounds)
            fill_row(&table, s, &summary->strategies[s], &summary->strategies[s].gaps);
        else
            fill_plain_row(&table, s, &summary->strategies[s]);
    gg_table_print(&table, stream);
    if (n < summary->n_strategies)
        fprintf(stream, "and %zu more (--cells)\n", summary->n_strategies - n);
    return GG_OK;
}

gg_status gg_report_text(const gg_summary *summary, FILE *stream, gg_error *err) {
    enum { LINES = 24, HEADINGS = 2, FEWEST_ROWS = 2 };
    char text[GG_HEADLINE_SIZE];
    gg_headline(summary, text);
    size_t used = HEADINGS + gg_put_wrapped(text, stream);
    gg_headline_more(summary, text);
    used += gg_put_wrapped(text, stream);
    gg_sentence draws = {0};
    gg_draws_tell(summary, &draws);
    used += gg_put_wrapped(draws.text, stream);
    used += gg_put_wrapped(
        !gg_headline_has_bounds(summary)
            ? "Over all cells: mean and median delay per query, mean transmission, right answers, "
              "offloaded queries; tau broken: decisions that keep mandatory users local."
            : "Gap to the proven optimum in percent over all cells (--cells: each), mean with its "
              "95 % "
              "interval; \"= 0\", \"≤ 1\", \"≤ 5\": percent of proven instances with such a gap.",
        stream);
    return print_strategies(summary, used + FEWEST_ROWS < LINES ? LINES - used : FEWEST_ROWS,
                            stream, err);
}

gg_status gg_report_text_cells(const gg_summary *summary, FILE *stream, gg_error *err) {
    for (size_t g = 0, n; g < summary->n_groups; g += n) {
        for (n = 1; g + n < summary->n_groups; n++)
            if (!gg_same_cell(&summary->groups[g], &summary->groups[g + n]))
                break;
        GG_TRY(print_cell(summary, g, n, stream, err));
    }
    return GG_OK;
}

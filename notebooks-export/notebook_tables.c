/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notebooks-export/notebook_tables.h"

#include <math.h>
#include <string.h>

#include "experiments/output/text_table.h"
#include "experiments/report/stats/headline.h"

/* Six columns that say of what a line is, then numbers. */
enum { N_KEYS = 6, N_GAPS = 11, N_DELAYS = 9, N_FAIR = 14 };

#define KEYS                                                                                       \
    {"preset", "", true}, {"objective", "", true}, {"n_users", "", false},                         \
        {"n_servers", "", false}, {"tau", "", false}, {                                            \
        "strategy", "", true                                                                       \
    }

static const gg_table_column gap_columns[N_KEYS + N_GAPS] = {KEYS,
                                                             {"draws", "", false},
                                                             {"instances", "", false},
                                                             {"proven", "", false},
                                                             {"mean", "", false},
                                                             {"mean_low", "", false},
                                                             {"mean_high", "", false},
                                                             {"median", "", false},
                                                             {"max", "", false},
                                                             {"share_optimal", "", false},
                                                             {"share_within_5pct", "", false},
                                                             {"breaks_tau", "", false}};

static const gg_table_column delay_columns[N_KEYS + N_DELAYS] = {
    KEYS,
    {"offloaded_share_mean", "", false},
    {"accuracy_mean", "", false},
    {"expected_accuracy_mean", "", false},
    {"delay_median_s", "", false},
    {"local_median_s", "", false},
    {"comm_median_s", "", false},
    {"comp_median_s", "", false},
    {"measured_delay_median_s", "", false},
    {"runtime_median_s", "", false}};

static void set_numbers(gg_table *table, size_t row, size_t first, const double *values, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (isnan(values[k]))
            gg_table_set(table, row, first + k, "NaN");
        else
            gg_table_set(table, row, first + k, "%.6g", values[k]);
}

/* "12.3 %", as the cells show ratios. */
static void set_ratios(gg_table *table, size_t row, size_t first, const double *values, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (isnan(values[k]))
            gg_table_set(table, row, first + k, "-");
        else
            gg_table_set(table, row, first + k, "%.3g %%", 100.0 * values[k]);
}

static void set_panel(gg_table *table, size_t row, const gg_row *key, const char *strategy) {
    gg_table_set(table, row, 0, "%s", key->preset);
    gg_table_set(table, row, 1, "%s", key->objective);
    gg_table_set(table, row, 5, "%s", strategy);
}

static void set_gaps(gg_table *table, size_t row, const gg_gap_stats *g) {
    const double counts[] = {(double)g->draws, (double)g->instances, (double)g->proven};
    const double ratios[] = {g->mean, g->mean_low,      g->mean_high,        g->median,
                             g->max,  g->share_optimal, g->share_within_5pct};
    const double broken = (double)g->breaks_tau;
    enum { N_COUNTS = sizeof counts / sizeof *counts, N_RATIOS = sizeof ratios / sizeof *ratios };
    set_numbers(table, row, N_KEYS, counts, N_COUNTS);
    set_ratios(table, row, N_KEYS + N_COUNTS, ratios, N_RATIOS);
    set_numbers(table, row, N_KEYS + N_COUNTS + N_RATIOS, &broken, 1);
}

static void set_delays(gg_table *table, size_t row, const gg_delay_stats *d) {
    const double shares[] = {d->offloaded_share_mean, d->accuracy_mean, d->expected_accuracy_mean};
    const double times_s[] = {d->delay_median_s, d->local_median_s,          d->comm_median_s,
                              d->comp_median_s,  d->measured_delay_median_s, d->runtime_median_s};
    enum { N_SHARES = sizeof shares / sizeof *shares };
    set_ratios(table, row, N_KEYS, shares, N_SHARES);
    set_numbers(table, row, N_KEYS + N_SHARES, times_s, N_DELAYS - N_SHARES);
}

static size_t shorter(size_t n) {
    return n < GG_NOTEBOOK_TABLE_ROWS ? n : GG_NOTEBOOK_TABLE_ROWS;
}

static void print(gg_table *table, size_t n_all, FILE *stream) {
    bool cut = n_all > table->n_rows;
    gg_table_print(table, stream);
    if (cut)
        fprintf(stream, "... %zu lines in all\n", n_all);
}

static gg_status write_curves(const gg_study *study, bool delays, FILE *stream, gg_error *err) {
    const gg_summary *summary = study->summary;
    gg_table table;
    size_t n_all = 0, row = 0;
    for (size_t p = 0; p < summary->n_panels; p++)
        n_all += summary->panels[p].n_curves;
    GG_TRY(gg_table_init(&table, delays ? delay_columns : gap_columns,
                         N_KEYS + (size_t)(delays ? N_DELAYS : N_GAPS), shorter(n_all), err));
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t c = 0; c < summary->panels[p].n_curves && row < table.n_rows; c++, row++) {
            const gg_curve *curve = &summary->panels[p].curves[c];
            set_panel(&table, row, summary->panels[p].key,
                      summary->strategies[curve->strategy].name);
            if (delays)
                set_delays(&table, row, &curve->delays);
            else
                set_gaps(&table, row, &curve->gaps);
        }
    print(&table, n_all, stream);
    return GG_OK;
}

static gg_status write_strategies(const gg_study *study, FILE *stream, gg_error *err) {
    return write_curves(study, false, stream, err);
}

static gg_status write_delays(const gg_study *study, FILE *stream, gg_error *err) {
    return write_curves(study, true, stream, err);
}

static const gg_table_column fair_columns[N_FAIR] = {
    {"preset", "", true},        {"objective", "", true},       {"strategy", "", true},
    {"held", "", true},          {"instances", "", false},      {"compared", "", false},
    {"gap_least", "", false},    {"gap_most", "", false},       {"gap_low", "", false},
    {"gap_high", "", false},     {"fair_gap_least", "", false}, {"fair_gap_most", "", false},
    {"fair_gap_low", "", false}, {"fair_gap_high", "", false}};

static void set_fair(gg_table *table, size_t row, const gg_fair_stats *of) {
    const double counts[] = {(double)of->fair.instances, (double)of->compared};
    const double gaps[] = {of->gap.least.mean,   of->gap.most.mean,     of->gap.least.low,
                           of->gap.most.high,    of->at_par.least.mean, of->at_par.most.mean,
                           of->at_par.least.low, of->at_par.most.high};
    set_numbers(table, row, 4, counts, 2);
    set_ratios(table, row, 6, gaps, sizeof gaps / sizeof *gaps);
}

static gg_status write_fair(const gg_study *study, FILE *stream, gg_error *err) {
    const gg_summary *summary = study->summary;
    size_t n_all = summary->fair.count * summary->n_panels;
    gg_table table;
    GG_TRY(gg_table_init(&table, fair_columns, N_FAIR, shorter(n_all), err));
    for (size_t row = 0; row < table.n_rows; row++) {
        const gg_fair *of = &summary->fair.items[row / summary->n_panels];
        const gg_panel *panel = &summary->panels[row % summary->n_panels];
        gg_table_set(&table, row, 0, "%s", panel->key->preset);
        gg_table_set(&table, row, 1, "%s", panel->key->objective);
        gg_table_set(&table, row, 2, "%s", summary->strategies[of->reference].name);
        gg_table_set(&table, row, 3, "%s", summary->strategies[of->held].name);
        set_fair(&table, row, &of->panels[row % summary->n_panels]);
    }
    print(&table, n_all, stream);
    return GG_OK;
}

static gg_status write_cells(const gg_study *study, FILE *stream, gg_error *err) {
    const gg_summary *summary = study->summary;
    gg_table table;
    GG_TRY(gg_table_init(&table, gap_columns, N_KEYS + N_GAPS, shorter(summary->n_groups), err));
    for (size_t row = 0; row < table.n_rows; row++) {
        const gg_group *group = &summary->groups[row];
        const double place[] = {group->key->n_users, group->key->n_servers, group->key->tau};
        set_panel(&table, row, group->key, group->key->solver);
        set_numbers(&table, row, 2, place, sizeof place / sizeof *place);
        set_gaps(&table, row, &group->gaps);
    }
    print(&table, summary->n_groups, stream);
    return GG_OK;
}

/* The report's headline, which the cell computes anew. */
static gg_status write_findings(const gg_study *study, FILE *stream, gg_error *err) {
    char text[GG_HEADLINE_SIZE] = "";
    (void)err;
    gg_headline(study->summary, text);
    fprintf(stream, "%s\n", text);
    gg_headline_more(study->summary, text);
    fprintf(stream, "%s\n", text);
    return GG_OK;
}

gg_notebook_table_fn gg_notebook_table(const char *cell) {
    static const struct {
        const char *cell;
        gg_notebook_table_fn write;
    } tables[] = {{"findings", write_findings},
                  {"strategies", write_strategies},
                  {"cells", write_cells},
                  {"delay-table", write_delays},
                  {"fair", write_fair}};
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        if (strcmp(tables[k].cell, cell) == 0)
            return tables[k].write;
    return NULL;
}

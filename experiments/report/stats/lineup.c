/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/lineup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

/* A row with its place in the order. */
typedef struct entry {
    const gg_row *row;
    size_t number;
    size_t panel;
    size_t strategy;
} entry;

static int compare_instances(const entry *a, const entry *b) {
    GG_COMPARE(a->panel, b->panel);
    GG_COMPARE(a->row->n_users, b->row->n_users);
    GG_COMPARE(a->row->n_servers, b->row->n_servers);
    GG_COMPARE(a->row->tau, b->row->tau);
    GG_COMPARE(a->row->seed, b->row->seed);
    GG_COMPARE(a->row->run, b->row->run);
    return 0;
}

static int compare(const void *left, const void *right) {
    const entry *a = left, *b = right;
    int order = compare_instances(a, b);
    if (order != 0)
        return order;
    GG_COMPARE(a->number, b->number);
    return 0;
}

static void sort_rows(const gg_summary *summary, entry *entries) {
    size_t n = 0;
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        for (size_t g = panel->first_group; g < panel->first_group + panel->n_groups; g++) {
            const gg_group *group = &summary->groups[g];
            for (size_t k = 0; k < group->n; k++)
                entries[n++] = (entry){.row = &summary->results->rows[group->rows[k]],
                                       .number = group->rows[k],
                                       .panel = p,
                                       .strategy = group->strategy};
        }
    }
    qsort(entries, n, sizeof *entries, compare);
}

static void line_up(const gg_summary *summary, const entry *entries, gg_lineup *out) {
    size_t last_panel = SIZE_MAX;
    for (size_t k = 0; k < summary->results->count; k++) {
        if (k == 0 || compare_instances(&entries[k - 1], &entries[k]) != 0) {
            if (entries[k].panel != last_panel)
                out->first[last_panel = entries[k].panel] = out->n_instances;
            for (size_t s = 0; s < out->n_strategies; s++)
                out->row[out->n_instances * out->n_strategies + s] = GG_NO_ROW;
            out->n_instances++;
        }
        size_t *cell = &out->row[(out->n_instances - 1) * out->n_strategies + entries[k].strategy];
        if (*cell == GG_NO_ROW)
            *cell = entries[k].number;
        else
            out->n_duplicates++;
    }
    out->first[summary->n_panels] = out->n_instances;
}

gg_status gg_lineup_compute(const gg_summary *summary, gg_lineup *out, gg_error *err) {
    size_t cells;
    *out = (gg_lineup){.n_strategies = summary->n_strategies};
    entry *entries = gg_alloc(summary->results->count, sizeof *entries);
    out->first = gg_alloc(summary->n_panels + 1, sizeof *out->first);
    if (gg_size_multiply(summary->counts.units, summary->n_strategies, &cells) == 0)
        out->row = gg_alloc(cells, sizeof *out->row);
    gg_status status = GG_OK;
    if (entries == NULL || out->first == NULL || out->row == NULL) {
        gg_lineup_clear(out);
        status = gg_fail(err, GG_E_NOMEM, "comparison of the results: out of memory");
    } else {
        sort_rows(summary, entries);
        line_up(summary, entries, out);
    }
    gg_free(entries);
    return status;
}

void gg_lineup_clear(gg_lineup *lineup) {
    gg_free(lineup->row);
    gg_free(lineup->first);
    *lineup = (gg_lineup){0};
}

const gg_row *gg_lineup_row(const gg_summary *summary, const gg_lineup *lineup, size_t instance,
                            size_t strategy) {
    size_t row = lineup->row[instance * lineup->n_strategies + strategy];
    return row == GG_NO_ROW ? NULL : &summary->results->rows[row];
}

bool gg_row_is_allowed(const gg_row *row) {
    return row != NULL && row->tau_violations == 0 && !isnan(row->objective_s) &&
           strcmp(row->status, "infeasible") != 0 && strcmp(row->status, "failed") != 0;
}

size_t gg_lineup_optimum(const gg_summary *summary, const gg_lineup *lineup, size_t instance,
                         bool with_decision) {
    const gg_results *results = summary->results;
    for (size_t s = 0; s < lineup->n_strategies; s++) {
        size_t k = lineup->row[instance * lineup->n_strategies + s];
        if (k == GG_NO_ROW || summary->gaps[k].kind != GG_GAP_PROVEN ||
            !gg_row_is_allowed(&results->rows[k]) || summary->gaps[k].value != 0.0)
            continue;
        bool stored = results->offsets != NULL && results->offsets[k + 1] > results->offsets[k];
        if (stored || !with_decision)
            return k;
    }
    return GG_NO_ROW;
}

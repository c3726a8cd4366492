/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "summary of the results: out of memory");
}

/* Ranks of the names and numbers that make up a group's key, by first appearance. */
typedef struct rank_key {
    size_t preset;
    size_t objective;
    size_t strategy;
} rank_key;

typedef struct sorter {
    rank_key rank;
    const gg_row *row;
    size_t index;
} sorter;

/* The distinct values of one text column, in order of appearance. */
typedef struct names {
    const char **items;
    size_t count;
} names;

static size_t rank_of(names *known, const char *text, size_t hint) {
    if (hint < known->count && strcmp(known->items[hint], text) == 0)
        return hint;
    for (size_t k = 0; k < known->count; k++)
        if (strcmp(known->items[k], text) == 0)
            return k;
    const char **grown = gg_grow(known->items, known->count, sizeof *known->items);
    if (grown == NULL)
        return SIZE_MAX;
    known->items = grown;
    known->items[known->count] = text;
    return known->count++;
}

static int compare_cells(const sorter *a, const sorter *b) {
    GG_COMPARE(a->rank.preset, b->rank.preset);
    GG_COMPARE(a->rank.objective, b->rank.objective);
    GG_COMPARE(a->row->n_users, b->row->n_users);
    GG_COMPARE(a->row->n_servers, b->row->n_servers);
    GG_COMPARE(a->row->tau, b->row->tau);
    return 0;
}

static int compare_groups(const sorter *a, const sorter *b) {
    int order = compare_cells(a, b);
    if (order != 0)
        return order;
    GG_COMPARE(a->rank.strategy, b->rank.strategy);
    return 0;
}

static int compare(const void *left, const void *right) {
    const sorter *a = left, *b = right;
    int order = compare_groups(a, b);
    if (order != 0)
        return order;
    GG_COMPARE(a->index, b->index);
    return 0;
}

static gg_status rank_rows(const gg_results *results, sorter *order, names *strategies,
                           gg_error *err) {
    names presets = {0}, objectives = {0};
    rank_key last = {0};
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < results->count; k++) {
        const gg_row *row = &results->rows[k];
        last.preset = rank_of(&presets, row->preset, last.preset);
        last.objective = rank_of(&objectives, row->objective, last.objective);
        last.strategy = rank_of(strategies, row->solver, last.strategy + 1);
        order[k] = (sorter){.rank = last, .row = row, .index = k};
        if (last.preset == SIZE_MAX || last.objective == SIZE_MAX || last.strategy == SIZE_MAX)
            status = no_memory(err);
    }
    gg_free(presets.items);
    gg_free(objectives.items);
    return status;
}

static size_t count_groups(const sorter *order, size_t n) {
    size_t count = n > 0;
    for (size_t k = 1; k < n; k++)
        count += compare_groups(&order[k - 1], &order[k]) != 0;
    return count;
}

static void cut_groups(gg_summary *summary, const sorter *order) {
    size_t n = summary->results->count;
    for (size_t k = 0; k < n; k++) {
        summary->rows_by_group[k] = order[k].index;
        if (k == 0 || compare_groups(&order[k - 1], &order[k]) != 0)
            summary->groups[summary->n_groups++] = (gg_group){
                .key = order[k].row,
                .strategy = order[k].rank.strategy,
                .rows = summary->rows_by_group + k,
            };
        summary->groups[summary->n_groups - 1].n++;
    }
}

static gg_status make_groups(gg_summary *summary, gg_error *err) {
    const gg_results *results = summary->results;
    names strategies = {0};
    sorter *order = gg_alloc(results->count, sizeof *order);
    gg_status status = order != NULL ? rank_rows(results, order, &strategies, err) : no_memory(err);
    if (status == GG_OK) {
        qsort(order, results->count, sizeof *order, compare);
        summary->rows_by_group = gg_alloc(results->count, sizeof *summary->rows_by_group);
        summary->groups = gg_alloc(count_groups(order, results->count), sizeof *summary->groups);
        summary->strategies = gg_alloc(strategies.count, sizeof *summary->strategies);
        if (summary->rows_by_group == NULL || summary->groups == NULL ||
            summary->strategies == NULL)
            status = no_memory(err);
    }
    if (status == GG_OK) {
        cut_groups(summary, order);
        summary->n_strategies = strategies.count;
        for (size_t s = 0; s < strategies.count; s++)
            summary->strategies[s].name = strategies.items[s];
    }
    gg_free(order);
    gg_free(strategies.items);
    return status;
}

bool gg_same_cell(const gg_group *a, const gg_group *b) {
    const gg_row *x = a->key, *y = b->key;
    return x->n_users == y->n_users && x->n_servers == y->n_servers && x->tau == y->tau &&
           strcmp(x->objective, y->objective) == 0 && strcmp(x->preset, y->preset) == 0;
}

static gg_status measure_group(gg_group *group, gg_row_set *set, gg_error *err) {
    gg_row_set_empty(set);
    gg_row_set_add(set, group->rows, group->n);
    return gg_row_set_measure(set, &group->gaps, &group->delays, err);
}

/* The rows of a strategy in a run of groups. */
static void gather(const gg_group *groups, size_t n_groups, size_t strategy, gg_row_set *set) {
    gg_row_set_empty(set);
    for (size_t g = 0; g < n_groups; g++)
        if (groups[g].strategy == strategy)
            gg_row_set_add(set, groups[g].rows, groups[g].n);
}

static gg_status measure_strategy(gg_summary *summary, size_t s, gg_row_set *set, gg_error *err) {
    gg_strategy *strategy = &summary->strategies[s];
    gather(summary->groups, summary->n_groups, s, set);
    for (size_t k = 0; k < set->n; k++)
        if (!isnan(summary->results->rows[set->index[k]].lower_bound_s))
            strategy->proves = true;
    return gg_row_set_measure(set, &strategy->gaps, &strategy->delays, err);
}

static gg_status draw_curve(gg_summary *summary, gg_panel *panel, size_t s, gg_row_set *set,
                            gg_error *err) {
    gather(summary->groups + panel->first_group, panel->n_groups, s, set);
    if (set->n == 0)
        return GG_OK;
    gg_curve *curve = &panel->curves[panel->n_curves++];
    curve->strategy = s;
    GG_TRY(gg_row_set_measure(set, &curve->gaps, &curve->delays, err));
    return gg_ecdf_build(set->scratch, set->n_allowed, curve->gaps.proven, 0.0, &curve->ecdf, err);
}

static bool same_panel(const gg_group *a, const gg_group *b) {
    return strcmp(a->key->preset, b->key->preset) == 0 &&
           strcmp(a->key->objective, b->key->objective) == 0;
}

static gg_status make_panels(gg_summary *summary, gg_row_set *set, gg_error *err) {
    summary->panels = gg_alloc(summary->n_groups, sizeof *summary->panels);
    if (summary->panels == NULL)
        return no_memory(err);
    for (size_t g = 0; g < summary->n_groups; g++) {
        const gg_group *group = &summary->groups[g];
        if (g == 0 || !same_panel(group - 1, group))
            summary->panels[summary->n_panels++] = (gg_panel){.key = group->key, .first_group = g};
        summary->panels[summary->n_panels - 1].n_groups++;
    }
    for (size_t p = 0; p < summary->n_panels; p++) {
        gg_panel *panel = &summary->panels[p];
        panel->curves = gg_alloc(summary->n_strategies, sizeof *panel->curves);
        if (panel->curves == NULL)
            return no_memory(err);
        for (size_t s = 0; s < summary->n_strategies; s++)
            GG_TRY(draw_curve(summary, panel, s, set, err));
        GG_TRY(gg_slices_compute(summary->groups + panel->first_group, panel->n_groups, set,
                                 &panel->slices, err));
    }
    return GG_OK;
}

static gg_status measure(gg_summary *summary, gg_error *err) {
    gg_row_set set;
    gg_status status = gg_row_set_init(&set, summary->results, summary->gaps, err);
    for (size_t g = 0; status == GG_OK && g < summary->n_groups; g++)
        status = measure_group(&summary->groups[g], &set, err);
    for (size_t s = 0; status == GG_OK && s < summary->n_strategies; s++)
        status = measure_strategy(summary, s, &set, err);
    if (status == GG_OK)
        status = make_panels(summary, &set, err);
    gg_row_set_clear(&set);
    return status;
}

gg_status gg_summary_compute(const gg_results *results, gg_summary **out, gg_error *err) {
    *out = NULL;
    if (results->count == 0)
        return gg_fail(err, GG_E_INPUT, "the results have no rows");
    gg_summary *summary = gg_alloc(1, sizeof *summary);
    if (summary == NULL)
        return no_memory(err);
    summary->results = results;
    summary->gaps = gg_alloc(results->count, sizeof *summary->gaps);
    gg_status status = summary->gaps != NULL ? gg_gaps_compute(results->rows, results->count,
                                                               summary->gaps, &summary->counts, err)
                                             : no_memory(err);
    if (status == GG_OK)
        status = make_groups(summary, err);
    if (status == GG_OK)
        status = measure(summary, err);
    if (status == GG_OK)
        status = gg_fair_compute(summary, &summary->fair, err);
    if (status == GG_OK)
        *out = summary;
    else
        gg_summary_free(summary);
    return status;
}

void gg_summary_free(gg_summary *summary) {
    if (summary == NULL)
        return;
    for (size_t p = 0; p < summary->n_panels; p++) {
        for (size_t c = 0; c < summary->panels[p].n_curves; c++)
            gg_ecdf_clear(&summary->panels[p].curves[c].ecdf);
        gg_free(summary->panels[p].curves);
        gg_slices_clear(&summary->panels[p].slices);
    }
    gg_fair_clear(&summary->fair);
    gg_free(summary->panels);
    gg_free(summary->groups);
    gg_free(summary->strategies);
    gg_free(summary->rows_by_group);
    gg_free(summary->gaps);
    gg_free(summary);
}

const gg_curve *gg_panel_curve(const gg_panel *panel, size_t strategy) {
    for (size_t c = 0; c < panel->n_curves; c++)
        if (panel->curves[c].strategy == strategy)
            return &panel->curves[c];
    return NULL;
}

size_t gg_summary_subject_index(const gg_summary *summary) {
    for (size_t s = 0; s < summary->n_strategies; s++)
        if (strcmp(summary->strategies[s].name, "goa") == 0)
            return s;
    return 0;
}

const gg_strategy *gg_summary_subject(const gg_summary *summary) {
    return &summary->strategies[gg_summary_subject_index(summary)];
}

const gg_strategy *gg_summary_best_heuristic(const gg_summary *summary) {
    const gg_strategy *subject = gg_summary_subject(summary), *best = NULL;
    for (size_t s = 0; s < summary->n_strategies; s++) {
        const gg_strategy *strategy = &summary->strategies[s];
        if (strategy == subject || strategy->proves || strategy->gaps.breaks_tau > 0 ||
            isnan(strategy->gaps.mean))
            continue;
        if (best == NULL || strategy->gaps.mean < best->gaps.mean)
            best = strategy;
    }
    return best;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gap at equal accuracy (summary.h).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/report/stats/lineup.h"
#include "experiments/report/stats/row_set.h"
#include "models/base/alloc.h"
#include "models/evaluate.h"

static const double EQUAL_S = 1e-12;

/* What is known of the rows of a reference, by their number. */
typedef struct work {
    const gg_summary *summary;
    gg_lineup lineup;
    gg_row_gap *gaps;               /* to the optimum at their accuracy */
    size_t *other[GG_N_FAIR_SIDES]; /* the row of each side, GG_NO_ROW: none */
    gg_row_set fair;                /* measured by `gaps` */
    gg_row_set plain;               /* by the summary's */
} work;

const char *gg_fair_side_name(gg_fair_side side) {
    static const char *const names[GG_N_FAIR_SIDES] = {"reference", "optimum", "held"};
    return names[side];
}

gg_number gg_span_text(const gg_gap_span *span) {
    gg_number least = gg_percent(span->least.mean);
    const gg_number most = gg_percent(span->most.mean);
    const size_t used = strlen(least.text);
    if (strcmp(least.text, most.text) != 0)
        snprintf(least.text + used, sizeof least.text - used, "–%.12s", most.text);
    return least;
}

static double ratio(double f, double to) {
    if (fabs(f - to) <= EQUAL_S || f == to)
        return 0.0;
    return to > 0.0 ? f / to - 1.0 : INFINITY;
}

/* The cheapest decision known that respects tau and expects at least this accuracy, NAN of which is
 * as good as any. */
static size_t find_best(const work *w, size_t instance, double accuracy) {
    size_t best = GG_NO_ROW;
    for (size_t s = 0; s < w->lineup.n_strategies; s++) {
        size_t k = w->lineup.row[instance * w->lineup.n_strategies + s];
        const gg_row *row = gg_lineup_row(w->summary, &w->lineup, instance, s);
        if (!gg_row_is_allowed(row) ||
            !(isnan(accuracy) || row->expected_accuracy >= accuracy - GG_ACCURACY_SLACK))
            continue;
        if (best == GG_NO_ROW || row->objective_s < w->summary->results->rows[best].objective_s)
            best = k;
    }
    return best;
}

/* By the rules of gg_gaps_compute. */
static gg_row_gap gap_to(const gg_row *row, double best_s, const gg_row *held) {
    double f = row->objective_s;
    gg_row_gap gap = {.kind = GG_GAP_PROVEN,
                      .value = NAN,
                      .low = NAN,
                      .high = NAN,
                      .best_s = best_s,
                      .breaks_tau = row->tau_violations > 0};
    if (strcmp(held->status, "optimal") != 0) {
        gap.kind = GG_GAP_INTERVAL;
        gap.low = ratio(f, best_s);
        gap.high = ratio(f, fmax(0.0, held->lower_bound_s));
    } else if (best_s == 0.0 && f > EQUAL_S) {
        gap.kind = GG_GAP_UNDEFINED;
    } else {
        gap.value = ratio(f, best_s);
    }
    return gap;
}

static bool is_decided(const gg_row *row) {
    return row != NULL && !isnan(row->objective_s) && strcmp(row->status, "infeasible") != 0 &&
           strcmp(row->status, "failed") != 0;
}

/* What is known of the reference in every instance. */
static void measure_instances(work *w, const gg_fair *of) {
    for (size_t i = 0; i < w->lineup.n_instances; i++) {
        const gg_row *row = gg_lineup_row(w->summary, &w->lineup, i, of->reference);
        const gg_row *held = gg_lineup_row(w->summary, &w->lineup, i, of->held);
        if (!is_decided(row) || !is_decided(held) || isnan(held->fair_accuracy))
            continue;
        size_t k = w->lineup.row[i * w->lineup.n_strategies + of->reference];
        size_t best = find_best(w, i, held->fair_accuracy);
        if (best == GG_NO_ROW)
            continue;
        w->gaps[k] = gap_to(row, w->summary->results->rows[best].objective_s, held);
        w->other[GG_FAIR_REFERENCE][k] = k;
        w->other[GG_FAIR_OPTIMUM][k] = find_best(w, i, NAN);
        w->other[GG_FAIR_HELD][k] = best;
    }
}

enum measured { DELAY, ACCURACY, LEAST_GAP, MOST_GAP };

/* Of the reference's row `k`; gaps to the optimum or, of GG_FAIR_HELD, to that at its accuracy. */
static double value_of(const work *w, enum measured what, gg_fair_side side, size_t k) {
    const gg_row *row = &w->summary->results->rows[w->other[side][k]];
    const gg_row_gap *gap = side == GG_FAIR_HELD ? &w->gaps[k] : &w->summary->gaps[k];
    if (what == DELAY)
        return row->total_delay_s / row->n_users;
    if (what == ACCURACY)
        return row->expected_accuracy;
    if (gap->kind == GG_GAP_PROVEN)
        return gap->value;
    return what == LEAST_GAP ? gap->low : gap->high;
}

static gg_status mean_of(work *w, enum measured what, gg_fair_side side, gg_mean_interval *out,
                         gg_error *err) {
    const gg_row *rows = w->summary->results->rows, *last = NULL;
    gg_row_set *set = &w->plain;
    size_t n = 0;
    GG_TRY(gg_bootstrap_begin(&set->bootstrap, set->n, err));
    for (size_t k = 0; k < set->n; k++) {
        const gg_row *row = &rows[set->index[k]];
        double value = value_of(w, what, side, set->index[k]);
        if (isnan(value))
            continue;
        set->scratch[n++] = value;
        gg_bootstrap_add(&set->bootstrap,
                         last != NULL && last->run == row->run && last->seed == row->seed, value);
        last = row;
    }
    out->mean = gg_mean(set->scratch, n);
    return gg_bootstrap_end(&set->bootstrap, &out->low, &out->high, err);
}

static gg_status span_of(work *w, gg_fair_side side, gg_gap_span *out, gg_error *err) {
    GG_TRY(mean_of(w, LEAST_GAP, side, &out->least, err));
    return mean_of(w, MOST_GAP, side, &out->most, err);
}

static bool is_bounded(const gg_row_gap *gap) {
    return gap->kind == GG_GAP_PROVEN ? isfinite(gap->value)
                                      : gap->kind == GG_GAP_INTERVAL && isfinite(gap->high);
}

/* Takes up the reference's rows of some instances: all that both decide in `fair`, those whose
 * gaps are bounded both in `plain`. */
static void gather(work *w, const gg_fair *of, size_t first, size_t end) {
    gg_row_set_empty(&w->fair);
    gg_row_set_empty(&w->plain);
    for (size_t i = first; i < end; i++) {
        size_t k = w->lineup.row[i * w->lineup.n_strategies + of->reference];
        if (k == GG_NO_ROW || w->other[GG_FAIR_REFERENCE][k] == GG_NO_ROW)
            continue;
        gg_row_set_add(&w->fair, &k, 1);
        if (is_bounded(&w->gaps[k]) && is_bounded(&w->summary->gaps[k]))
            gg_row_set_add(&w->plain, &k, 1);
    }
}

static gg_status measure(work *w, const gg_fair *of, size_t first, size_t end, gg_fair_stats *out,
                         gg_error *err) {
    gg_delay_stats unused;
    gather(w, of, first, end);
    out->compared = w->plain.n;
    GG_TRY(gg_row_set_measure(&w->fair, &out->fair, &unused, err));
    gg_row_set_by_draw(&w->plain);
    GG_TRY(span_of(w, GG_FAIR_OPTIMUM, &out->gap, err));
    GG_TRY(span_of(w, GG_FAIR_HELD, &out->at_par, err));
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++) {
        GG_TRY(mean_of(w, DELAY, side, &out->delay_s[side], err));
        GG_TRY(mean_of(w, ACCURACY, side, &out->accuracy[side], err));
    }
    return GG_OK;
}

static gg_status measure_pair(work *w, gg_fair *of, gg_error *err) {
    const gg_summary *summary = w->summary;
    for (size_t k = 0; k < summary->results->count; k++) {
        w->gaps[k] = (gg_row_gap){.kind = GG_GAP_NONE};
        for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
            w->other[side][k] = GG_NO_ROW;
    }
    of->panels = gg_alloc(summary->n_panels, sizeof *of->panels);
    GG_NEED(of->panels, err, "fair gaps: out of memory");
    measure_instances(w, of);
    for (size_t p = 0; p < summary->n_panels; p++)
        GG_TRY(measure(w, of, w->lineup.first[p], w->lineup.first[p + 1], &of->panels[p], err));
    return measure(w, of, 0, w->lineup.n_instances, &of->all, err);
}

static size_t strategy_named(const gg_summary *summary, const char *name) {
    for (size_t s = 0; s < summary->n_strategies; s++)
        if (strcmp(summary->strategies[s].name, name) == 0)
            return s;
    return summary->n_strategies;
}

/* The pairs that the rows name, each once. */
static gg_status find_pairs(const gg_summary *summary, gg_fair_list *out, gg_error *err) {
    out->items = gg_alloc(summary->n_strategies, sizeof *out->items);
    GG_NEED(out->items, err, "fair gaps: out of memory");
    for (size_t g = 0; g < summary->n_groups; g++) {
        const gg_group *group = &summary->groups[g];
        bool known = false;
        const char *name = "";
        for (size_t k = 0; k < group->n && *name == '\0'; k++)
            name = summary->results->rows[group->rows[k]].fair_reference;
        size_t reference = strategy_named(summary, name);
        for (size_t k = 0; k < out->count; k++)
            known = known || out->items[k].held == group->strategy;
        if (!known && reference < summary->n_strategies)
            out->items[out->count++] = (gg_fair){.held = group->strategy, .reference = reference};
    }
    return GG_OK;
}

static gg_status allocate(work *w, gg_error *err) {
    const gg_results *results = w->summary->results;
    w->gaps = gg_alloc(results->count, sizeof *w->gaps);
    GG_NEED(w->gaps, err, "fair gaps: out of memory");
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++) {
        w->other[side] = gg_alloc(results->count, sizeof *w->other[side]);
        GG_NEED(w->other[side], err, "fair gaps: out of memory");
    }
    GG_TRY(gg_lineup_compute(w->summary, &w->lineup, err));
    GG_TRY(gg_row_set_init(&w->fair, results, w->gaps, err));
    return gg_row_set_init(&w->plain, results, w->summary->gaps, err);
}

gg_status gg_fair_compute(const gg_summary *summary, gg_fair_list *out, gg_error *err) {
    work w = {.summary = summary};
    *out = (gg_fair_list){0};
    GG_TRY(find_pairs(summary, out, err));
    if (out->count == 0)
        return GG_OK;
    gg_status status = allocate(&w, err);
    for (size_t k = 0; status == GG_OK && k < out->count; k++)
        status = measure_pair(&w, &out->items[k], err);
    gg_row_set_clear(&w.fair);
    gg_row_set_clear(&w.plain);
    gg_lineup_clear(&w.lineup);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        gg_free(w.other[side]);
    gg_free(w.gaps);
    return status;
}

void gg_fair_clear(gg_fair_list *list) {
    for (size_t k = 0; k < list->count; k++)
        gg_free(list->items[k].panels);
    gg_free(list->items);
    *list = (gg_fair_list){0};
}

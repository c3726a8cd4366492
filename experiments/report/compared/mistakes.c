/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/mistakes.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/evaluate.h"

/* More users than this take too long to correct one by one. */
enum { MOST_USERS = 2000 };

typedef struct work {
    const gg_summary *summary;
    const gg_lineup *lineup;
    gg_redraw *redraw;
    gg_mistake_list *list;
    gg_instance *instance; /* of the instance in work; NULL: costs are not known */
    int32_t *trial;        /* a decision; room for every instance's */
} work;

const char *gg_mistake_name(gg_mistake_kind kind) {
    static const char *const names[] = {"too greedy", "wrong server", "too cautious"};
    return names[kind];
}

static gg_mistake_kind kind_of(int16_t decided, int16_t optimal) {
    return optimal < 0 ? GG_TOO_GREEDY : decided < 0 ? GG_TOO_CAUTIOUS : GG_WRONG_SERVER;
}

static const int16_t *decision_of(const gg_results *results, size_t row) {
    return results->assignment + results->offsets[row];
}

static bool has_decision(const gg_results *results, size_t row) {
    return results->offsets[row + 1] - results->offsets[row] == results->rows[row].n_users;
}

/* True when the mistake differs in nothing but tau from one that is listed: the same story. */
static bool repeats(const gg_results *results, const gg_mistakes *of, const gg_mistake *mistake) {
    const gg_row *b = &results->rows[mistake->row];
    for (size_t k = 0; k < of->n_top; k++) {
        const gg_row *a = &results->rows[of->top[k].row];
        if (of->top[k].cost_s == mistake->cost_s && of->top[k].user == mistake->user &&
            a->n_users == b->n_users && a->n_servers == b->n_servers && a->seed == b->seed &&
            a->run == b->run)
            return true;
    }
    return false;
}

/* Keeps the mistake if it is among the costliest so far; equal ones in order of appearance. */
static void keep_top(const gg_results *results, gg_mistakes *of, const gg_mistake *mistake) {
    if (!(mistake->cost_s > 0.0) || repeats(results, of, mistake))
        return;
    size_t at = of->n_top;
    while (at > 0 && of->top[at - 1].share < mistake->share)
        at--;
    if (at == GG_TOP_MISTAKES)
        return;
    if (of->n_top < GG_TOP_MISTAKES)
        of->n_top++;
    memmove(&of->top[at + 1], &of->top[at], (of->n_top - at - 1) * sizeof *of->top);
    of->top[at] = *mistake;
}

/* The trial's objective; NAN for a decision or an objective that the instance does not know. */
static gg_status objective_of(const work *w, const gg_row *row, double *objective_s,
                              gg_error *err) {
    gg_metrics metrics;
    gg_objective objective;
    gg_error own = {0};
    *objective_s = NAN;
    gg_status status = gg_objective_parse(row->objective, &objective, &own);
    if (status == GG_OK)
        status = gg_evaluate(w->instance, objective, w->trial, &metrics, &own);
    if (status == GG_OK)
        *objective_s = metrics.objective_s;
    return status == GG_E_NOMEM ? gg_fail(err, status, "%s", own.message) : GG_OK;
}

/* The cost of every mistake of a row, corrected one at a time. */
static gg_status cost_row(const work *w, size_t row, size_t optimum, gg_mistakes *of,
                          gg_error *err) {
    const gg_results *results = w->summary->results;
    const gg_row *mine = &results->rows[row];
    const int16_t *decided = decision_of(results, row), *optimal = decision_of(results, optimum);
    double f = 0.0, corrected = 0.0;
    for (size_t i = 0; i < mine->n_users; i++)
        w->trial[i] = decided[i];
    gg_status status = objective_of(w, mine, &f, err);
    if (status != GG_OK)
        return status;
    if (f != mine->objective_s && !(fabs(f - mine->objective_s) <= 1e-9 * mine->objective_s)) {
        w->list->mismatch++;
        return GG_OK;
    }
    for (size_t i = 0; status == GG_OK && i < mine->n_users; i++) {
        if (decided[i] == optimal[i])
            continue;
        w->trial[i] = optimal[i];
        status = objective_of(w, mine, &corrected, err);
        w->trial[i] = decided[i];
        gg_mistake mistake = {.row = row,
                              .user = i,
                              .kind = kind_of(decided[i], optimal[i]),
                              .decided = decided[i],
                              .optimal = optimal[i],
                              .alpha = w->instance->alpha[i],
                              .cost_s = f == corrected ? 0.0 : f - corrected};
        mistake.share = mistake.cost_s / results->rows[optimum].objective_s;
        of->costed[mistake.kind]++;
        if (mistake.cost_s > 0.0) {
            of->costly[mistake.kind]++;
            of->cost_s[mistake.kind] += mistake.cost_s;
        }
        keep_top(results, of, &mistake);
    }
    return status;
}

static void count_row(const gg_results *results, size_t row, size_t optimum, gg_mistakes *of) {
    const int16_t *decided = decision_of(results, row), *optimal = decision_of(results, optimum);
    size_t n = results->rows[row].n_users, different = 0;
    for (size_t i = 0; i < n; i++)
        if (decided[i] != optimal[i]) {
            of->count[kind_of(decided[i], optimal[i])]++;
            different++;
        }
    of->instances++;
    of->users += n;
    of->equal += different == 0;
}

/* The row's instance, where it can be drawn. */
static gg_status draw_again(work *w, const gg_row *row, gg_error *err) {
    gg_error own = {0};
    gg_status status = gg_redraw_instance(w->redraw, row, &w->instance, &own);
    return status == GG_E_NOMEM ? gg_fail(err, status, "%s", own.message) : GG_OK;
}

static gg_status compare_instance(work *w, size_t instance, gg_mistakes *of_panel, bool with_cost,
                                  gg_error *err) {
    const gg_results *results = w->summary->results;
    size_t n = w->lineup->n_strategies;
    size_t optimum = gg_lineup_optimum(w->summary, w->lineup, instance, true);
    if (optimum == GG_NO_ROW || !has_decision(results, optimum))
        return GG_OK;
    gg_status status = GG_OK;
    if (with_cost && results->rows[optimum].n_users <= MOST_USERS)
        status = draw_again(w, &results->rows[optimum], err);
    size_t mismatch = w->list->mismatch;
    for (size_t s = 0; status == GG_OK && s < n; s++) {
        size_t row = w->lineup->row[instance * n + s];
        if (row == GG_NO_ROW || !gg_row_is_allowed(&results->rows[row]) ||
            !has_decision(results, row))
            continue;
        count_row(results, row, optimum, &of_panel[s]);
        if (w->instance != NULL)
            status = cost_row(w, row, optimum, &of_panel[s], err);
    }
    w->list->redrawn += w->instance != NULL;
    w->list->costed += w->instance != NULL && mismatch == w->list->mismatch;
    gg_instance_free(w->instance);
    w->instance = NULL;
    return status;
}

static gg_status compare_panel(work *w, size_t panel, gg_error *err) {
    gg_mistakes *of_panel = w->list->items + panel * w->lineup->n_strategies;
    size_t first = w->lineup->first[panel], n = w->lineup->first[panel + 1] - first;
    for (size_t s = 0; s < w->lineup->n_strategies; s++) {
        of_panel[s].panel = panel;
        of_panel[s].strategy = s;
    }
    for (size_t k = 0; k < n; k++) {
        /* True for GG_COSTED_INSTANCES of the n numbers, evenly spread; for all if n is less. */
        bool with_cost = n <= GG_COSTED_INSTANCES ||
                         k * GG_COSTED_INSTANCES / n != (k + 1) * GG_COSTED_INSTANCES / n;
        GG_TRY(compare_instance(w, first + k, of_panel, with_cost, err));
    }
    return GG_OK;
}

gg_status gg_mistakes_compute(const gg_summary *summary, const gg_lineup *lineup, gg_redraw *redraw,
                              gg_mistake_list *out, gg_error *err) {
    const gg_results *results = summary->results;
    size_t most_users = 0;
    *out = (gg_mistake_list){0};
    if (results->offsets == NULL)
        return GG_OK;
    for (size_t k = 0; k < results->count; k++)
        if (results->rows[k].n_users > most_users)
            most_users = results->rows[k].n_users;
    work w = {.summary = summary, .lineup = lineup, .redraw = redraw, .list = out};
    out->count = summary->n_panels * summary->n_strategies;
    out->items = gg_alloc(out->count, sizeof *out->items);
    w.trial = gg_alloc(most_users, sizeof *w.trial);
    gg_status status = GG_OK;
    if (out->items == NULL || w.trial == NULL)
        status = gg_fail(err, GG_E_NOMEM, "mistakes of %zu rows: out of memory", results->count);
    for (size_t p = 0; status == GG_OK && p < summary->n_panels; p++)
        status = compare_panel(&w, p, err);
    gg_free(w.trial);
    gg_instance_free(w.instance);
    if (status != GG_OK)
        gg_mistakes_clear(out);
    return status;
}

void gg_mistakes_clear(gg_mistake_list *list) {
    gg_free(list->items);
    *list = (gg_mistake_list){0};
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

static const double EQUAL = 1e-9;

static const gg_curve *curve_of(const gg_summary *summary, const char *preset,
                                const char *objective, const char *strategy) {
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        if (strcmp(panel->key->preset, preset) != 0 ||
            strcmp(panel->key->objective, objective) != 0)
            continue;
        for (size_t c = 0; c < panel->n_curves; c++)
            if (strcmp(summary->strategies[panel->curves[c].strategy].name, strategy) == 0)
                return &panel->curves[c];
    }
    return NULL;
}

static gg_status list_changes(const gg_summary *summary, gg_changes *out, gg_error *err) {
    out->items = gg_alloc(summary->n_panels * summary->n_strategies, sizeof *out->items);
    GG_NEED(out->items, err, "changes: out of memory");
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        for (size_t c = 0; c < panel->n_curves; c++) {
            const gg_curve *now = &panel->curves[c];
            const gg_curve *was = curve_of(out->earlier, panel->key->preset, panel->key->objective,
                                           summary->strategies[now->strategy].name);
            if (was != NULL)
                out->items[out->count++] = (gg_change){.panel = panel, .now = now, .was = was};
        }
    }
    return GG_OK;
}

static int compare_texts(const gg_row *a, const gg_row *b) {
    int order = strcmp(a->preset, b->preset);
    if (order == 0)
        order = strcmp(a->objective, b->objective);
    return order != 0 ? order : strcmp(a->solver, b->solver);
}

static int compare_rows(const void *left, const void *right) {
    const gg_row *a = *(const gg_row *const *)left, *b = *(const gg_row *const *)right;
    GG_COMPARE(a->seed, b->seed);
    GG_COMPARE(a->run, b->run);
    GG_COMPARE(a->n_users, b->n_users);
    GG_COMPARE(a->n_servers, b->n_servers);
    GG_COMPARE(a->tau, b->tau);
    return compare_texts(a, b);
}

static const gg_row **sorted(const gg_results *results) {
    const gg_row **rows = gg_alloc(results->count, sizeof *rows);
    for (size_t k = 0; rows != NULL && k < results->count; k++)
        rows[k] = &results->rows[k];
    if (rows != NULL && results->count > 0)
        qsort(rows, results->count, sizeof *rows, compare_rows);
    return rows;
}

static void count_pair(const gg_summary *summary, const gg_row *now, const gg_row *was,
                       gg_changes *out) {
    double a = now->objective_s, b = was->objective_s;
    for (size_t k = 0; k < out->count; k++) {
        gg_change *change = &out->items[k];
        if (strcmp(change->panel->key->preset, now->preset) != 0 ||
            strcmp(change->panel->key->objective, now->objective) != 0 ||
            strcmp(summary->strategies[change->now->strategy].name, now->solver) != 0)
            continue;
        /* Without a decision, on one side or both. */
        if (isnan(a) || isnan(b) || a == b || fabs(a - b) <= EQUAL * fmax(a, b)) {
            change->equal += isnan(a) == isnan(b);
            change->better += !isnan(a) && isnan(b);
            change->worse += isnan(a) && !isnan(b);
        } else {
            change->better += a < b;
            change->worse += a > b;
        }
    }
}

static gg_status pair_rows(const gg_summary *summary, const gg_results *earlier, gg_changes *out,
                           gg_error *err) {
    const gg_row **now = sorted(summary->results), **was = sorted(earlier);
    gg_status status = GG_OK;
    if (now == NULL || was == NULL)
        status = gg_fail(err, GG_E_NOMEM, "changes: out of memory");
    for (size_t i = 0, j = 0;
         status == GG_OK && (i < summary->results->count || j < earlier->count);) {
        int order = i == summary->results->count ? 1
                    : j == earlier->count        ? -1
                                                 : compare_rows(&now[i], &was[j]);
        if (order == 0)
            count_pair(summary, now[i], was[j], out);
        out->only_now += order < 0;
        out->only_then += order > 0;
        i += order <= 0;
        j += order >= 0;
    }
    gg_free(now);
    gg_free(was);
    return status;
}

gg_status gg_changes_compute(const gg_summary *summary, const gg_results *earlier, gg_changes *out,
                             gg_error *err) {
    *out = (gg_changes){0};
    GG_TRY(gg_summary_compute(earlier, &out->earlier, err));
    GG_TRY(list_changes(summary, out, err));
    return pair_rows(summary, earlier, out, err);
}

void gg_changes_clear(gg_changes *changes) {
    gg_free(changes->items);
    gg_summary_free(changes->earlier);
    *changes = (gg_changes){0};
}

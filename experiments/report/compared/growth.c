/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/growth.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

/* Ranks of fewer say nothing. */
enum { FEWEST_INSTANCES = 4 };

static const struct {
    const char *name, *title;
} causes[GG_N_CAUSES] = {
    [GG_CAUSE_USERS] = {"users", "users N"},
    [GG_CAUSE_SERVERS] = {"servers", "servers M"},
    [GG_CAUSE_TAU] = {"tau", "threshold τ"},
    [GG_CAUSE_LOAD] = {"load", "offloaded users a server"},
    [GG_CAUSE_TRANSMISSION] = {"transmission", "transmission's share of the delay"},
};

const char *gg_cause_name(gg_cause cause) {
    return causes[cause].name;
}

const char *gg_cause_title(gg_cause cause) {
    return causes[cause].title;
}

static double value_of(const gg_row *row, gg_cause cause) {
    switch (cause) {
    case GG_CAUSE_USERS:
        return row->n_users;
    case GG_CAUSE_SERVERS:
        return row->n_servers;
    case GG_CAUSE_TAU:
        return row->tau;
    case GG_CAUSE_LOAD:
        return row->n_servers > 0 ? (double)row->n_offloaded / row->n_servers : 0.0;
    default:
        return row->total_delay_s > 0.0 ? row->comm_delay_s / row->total_delay_s : 0.0;
    }
}

typedef struct work {
    const gg_summary *summary;
    size_t n;
    size_t *rows; /* of the subject in a panel, with a proven gap; draws side by side */
    double *gap, *cause, *ranks, *by_draw;
    gg_bootstrap bootstrap;
} work;

static int compare(const void *left, const void *right, void *context) {
    const gg_row *rows = context;
    size_t i = *(const size_t *)left, j = *(const size_t *)right;
    int order = gg_compare_draws(&rows[i], &rows[j]);
    return order != 0 ? order : (i > j) - (i < j);
}

static void gather(work *w, const gg_panel *panel, size_t subject) {
    const gg_summary *summary = w->summary;
    w->n = 0;
    for (size_t g = panel->first_group; g < panel->first_group + panel->n_groups; g++) {
        const gg_group *group = &summary->groups[g];
        for (size_t k = 0; group->strategy == subject && k < group->n; k++) {
            const gg_row_gap *gap = &summary->gaps[group->rows[k]];
            if (gap->kind == GG_GAP_PROVEN && isfinite(gap->value))
                w->rows[w->n++] = group->rows[k];
        }
    }
    if (w->n > 0)
        qsort_r(w->rows, w->n, sizeof *w->rows, compare, summary->results->rows);
}

static bool is_constant(const double *values, size_t n) {
    for (size_t k = 1; k < n; k++)
        if (values[k] != values[0])
            return false;
    return true;
}

static gg_status correlate(work *w, gg_cause cause, gg_growth *out, gg_error *err) {
    const gg_row *rows = w->summary->results->rows;
    *out = (gg_growth){0};
    for (size_t first = 0, end; first < w->n; first = end) {
        for (end = first;
             end < w->n && gg_compare_draws(&rows[w->rows[first]], &rows[w->rows[end]]) == 0;
             end++) {
            w->gap[end - first] = w->summary->gaps[w->rows[end]].value;
            w->cause[end - first] = value_of(&rows[w->rows[end]], cause);
        }
        size_t n = end - first;
        if (n >= FEWEST_INSTANCES && !is_constant(w->gap, n) && !is_constant(w->cause, n))
            w->by_draw[out->draws++] = gsl_stats_spearman(w->gap, 1, w->cause, 1, n, w->ranks);
    }
    out->correlation.mean = gg_mean(w->by_draw, out->draws);
    return gg_bootstrap_mean(&w->bootstrap, w->by_draw, out->draws, &out->correlation.low,
                             &out->correlation.high, err);
}

static gg_status allocate(work *w, gg_growth_list *out, gg_error *err) {
    size_t n = w->summary->results->count;
    out->panels = gg_alloc(w->summary->n_panels, sizeof *out->panels);
    w->rows = gg_alloc(n, sizeof *w->rows);
    w->gap = gg_alloc(n, sizeof *w->gap);
    w->cause = gg_alloc(n, sizeof *w->cause);
    w->by_draw = gg_alloc(n, sizeof *w->by_draw);
    w->ranks = gg_alloc(n, 2 * sizeof *w->ranks);
    if (out->panels == NULL || w->rows == NULL || w->gap == NULL || w->cause == NULL ||
        w->by_draw == NULL || w->ranks == NULL)
        return gg_fail(err, GG_E_NOMEM, "growth of the gap: out of memory");
    return GG_OK;
}

gg_status gg_growth_compute(const gg_summary *summary, gg_growth_list *out, gg_error *err) {
    work w = {.summary = summary};
    *out = (gg_growth_list){0};
    gg_status status = allocate(&w, out, err);
    if (status == GG_OK)
        out->count = summary->n_panels;
    for (size_t p = 0; status == GG_OK && p < summary->n_panels; p++) {
        gather(&w, &summary->panels[p], gg_summary_subject_index(summary));
        for (gg_cause c = 0; status == GG_OK && c < GG_N_CAUSES; c++)
            status = correlate(&w, c, &out->panels[p][c], err);
    }
    gg_bootstrap_clear(&w.bootstrap);
    gg_free(w.rows);
    gg_free(w.gap);
    gg_free(w.cause);
    gg_free(w.by_draw);
    gg_free(w.ranks);
    return status;
}

void gg_growth_clear(gg_growth_list *list) {
    gg_free(list->panels);
    *list = (gg_growth_list){0};
}

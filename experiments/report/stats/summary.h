/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything a report shows, computed once: gaps of the rows, statistics of each group, of each
 * strategy over all groups, and the distributions of gaps that the figures draw.
 */
#pragma once

#include "experiments/report/stats/fair.h"
#include "experiments/report/stats/slices.h"
#include "experiments/statistics/ecdf.h"

/* One strategy over all its groups. */
typedef struct gg_strategy {
    const char *name; /* borrowed */
    bool proves;      /* some of its rows carry a lower bound */
    gg_gap_stats gaps;
    gg_delay_stats delays;
} gg_strategy;

/* One strategy under one preset and objective, over all numbers of users, servers and all tau. */
typedef struct gg_curve {
    size_t strategy;
    gg_gap_stats gaps;
    gg_delay_stats delays;
    gg_ecdf ecdf; /* of the proven gaps; out of all proven runs */
} gg_curve;

/* One preset and objective: what is drawn together. */
typedef struct gg_panel {
    const gg_row *key;  /* whose preset and objective count; borrowed */
    size_t first_group; /* its groups stand together */
    size_t n_groups;
    size_t n_curves;
    gg_curve *curves;
    gg_slices slices;
} gg_panel;

typedef struct gg_summary {
    const gg_results *results; /* borrowed */
    gg_row_gap *gaps;          /* of every row */
    gg_gap_counts counts;
    size_t n_strategies;
    gg_strategy *strategies; /* in order of appearance */
    size_t n_groups;
    gg_group *groups; /* ordered by preset, objective, n_users, n_servers, tau, strategy, each in
                         order of appearance */
    size_t n_panels;
    gg_panel *panels;
    gg_fair_list fair;
    size_t *rows_by_group;
} gg_summary;

/* Computes the summary of at least one row; `results` must outlive it. The caller frees *out.
 * Errors: GG_E_INPUT (no rows), GG_E_NOMEM. */
gg_status gg_summary_compute(const gg_results *results, gg_summary **out, gg_error *err);

/* Releases a summary; accepts NULL. */
void gg_summary_free(gg_summary *summary);

/* True when two groups differ in nothing but the strategy. */
bool gg_same_cell(const gg_group *a, const gg_group *b);

/* The curve of a strategy in a panel, or NULL. */
const gg_curve *gg_panel_curve(const gg_panel *panel, size_t strategy);

/* The strategy the report is about: "goa" if it is there, else the first. */
const gg_strategy *gg_summary_subject(const gg_summary *summary);
size_t gg_summary_subject_index(const gg_summary *summary);

/* The strategy of smallest mean gap among those that prove nothing and never break tau, apart from
 * the subject; NULL if there is none. */
const gg_strategy *gg_summary_best_heuristic(const gg_summary *summary);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything a report shows, computed once: gaps of the rows, statistics of each group, of each
 * strategy over all groups, and the distributions of gaps that the figures draw.
 */
#pragma once

#include "experiments/output/format.h"
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
    gg_ecdf ecdf; /* of the proven gaps; out of all proven instances */
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

/* The gap at equal accuracy: how far a strategy is above the cheapest decision that expects as many
 * right answers as its own, beside how far it is above the optimum, on the same instances. */

/* A mean with its 95 % bootstrap interval, draws resampled whole. */
typedef struct gg_mean_interval {
    double mean;
    double low;
    double high;
} gg_mean_interval;

/* Whose decisions are measured side by side. */
typedef enum gg_fair_side {
    GG_FAIR_REFERENCE, /* the strategy itself */
    GG_FAIR_OPTIMUM,
    GG_FAIR_HELD, /* the optimum at the strategy's accuracy */
    GG_N_FAIR_SIDES
} gg_fair_side;

/* "reference", "optimum", "held". */
const char *gg_fair_side_name(gg_fair_side side);

/* Means of the least and of the most that each gap can be by what is proven; the same where all
 * optima are. */
typedef struct gg_gap_span {
    gg_mean_interval least;
    gg_mean_interval most;
} gg_gap_span;

/* "21.5–22.4", or one number where both are written the same: percent. */
gg_number gg_span_text(const gg_gap_span *span);

typedef struct gg_fair_stats {
    gg_gap_stats fair;  /* of the reference to the optimum at its accuracy, where both decide */
    size_t compared;    /* instances where both gaps are bounded: what follows is of these */
    gg_gap_span gap;    /* of the reference to the optimum */
    gg_gap_span at_par; /* of the reference to the optimum at its accuracy */
    gg_mean_interval delay_s[GG_N_FAIR_SIDES];  /* per query, at decision time */
    gg_mean_interval accuracy[GG_N_FAIR_SIDES]; /* expected */
} gg_fair_stats;

/* One strategy that is held to the accuracy of another. */
typedef struct gg_fair {
    size_t held;
    size_t reference;
    gg_fair_stats all;
    gg_fair_stats *panels; /* of each panel; owned */
} gg_fair;

typedef struct gg_fair_list {
    size_t count; /* 0 where no strategy is held to an accuracy */
    gg_fair *items;
} gg_fair_list;

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

/* The gaps at equal accuracy of a summary whose rows, gaps, strategies and panels are there. Clear
 * with gg_fair_clear, also after a failure. Errors: GG_E_NOMEM. */
gg_status gg_fair_compute(const gg_summary *summary, gg_fair_list *out, gg_error *err);
void gg_fair_clear(gg_fair_list *list);

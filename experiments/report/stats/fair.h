/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gap at equal accuracy: how far a strategy is above the cheapest decision that expects as many
 * right answers as its own, beside how far it is above the optimum, on the same instances.
 */
#pragma once

#include "experiments/report/stats/group_stats.h"

/* A mean with its 95 % bootstrap interval, runs resampled whole. */
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

typedef struct gg_fair_stats {
    gg_gap_stats fair;   /* of the reference to the optimum at its accuracy, where both decide */
    size_t compared;     /* instances where both optima are proven: what follows is of these */
    gg_gap_stats plain;  /* of the reference to the optimum */
    gg_gap_stats common; /* of the reference to the optimum at its accuracy */
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

struct gg_summary;

/* Of a summary whose rows, gaps, strategies and panels are there. Clear with gg_fair_clear, also
 * after a failure. Errors: GG_E_NOMEM. */
gg_status gg_fair_compute(const struct gg_summary *summary, gg_fair_list *out, gg_error *err);
void gg_fair_clear(gg_fair_list *list);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What makes the subject's gap grow: its rank correlation with what differs between the instances
 * of one draw.
 */
#pragma once

#include "experiments/report/stats/summary.h"

typedef enum gg_cause {
    GG_CAUSE_USERS,
    GG_CAUSE_SERVERS,
    GG_CAUSE_TAU,
    GG_CAUSE_LOAD,         /* offloaded users a server */
    GG_CAUSE_TRANSMISSION, /* its share of the total delay, as decided */
    GG_N_CAUSES
} gg_cause;

/* "users", "servers", "tau", "load", "transmission"; and as a reader is told. */
const char *gg_cause_name(gg_cause cause);
const char *gg_cause_title(gg_cause cause);

/* Spearman's correlation of the gap with the cause over a draw's proven instances, the mean over
 * the draws where neither is constant. */
typedef struct gg_growth {
    size_t draws; /* 0: nowhere */
    gg_mean_interval correlation;
} gg_growth;

typedef struct gg_growth_list {
    size_t count;                     /* panels */
    gg_growth (*panels)[GG_N_CAUSES]; /* owned */
} gg_growth_list;

/* Of every panel. Clear with gg_growth_clear, also after a failure. Errors: GG_E_NOMEM. */
gg_status gg_growth_compute(const gg_summary *summary, gg_growth_list *out, gg_error *err);
void gg_growth_clear(gg_growth_list *list);

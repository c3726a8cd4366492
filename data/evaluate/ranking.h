/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queries in the order of a score, with equal scores as one group: what every measure of an
 * uncertainty's worth is computed from. Nothing depends on how a sort breaks ties: wherever an
 * order inside a group would matter, measures take the mean over all orders.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
/* The queries of one score. Counts are whole numbers. */
typedef struct gg_rank_group {
    double value;
    double count;
    double wrong;       /* of them, those the model answered wrongly */
    double llm_correct; /* of them, those the large model answers correctly; 0 without llm */
} gg_rank_group;

/* Of more queries than this, lots of equally many are resampled whole: chance put each query into
 * its lot, so that lots are as independent as queries are, and so many tell as much. */
enum { GG_RANKING_LOTS = 8192 };

/* A query, in few bytes: resampling large data is a matter of memory traffic. */
typedef struct gg_ranked_query {
    uint16_t lot;
    uint8_t wrong;
    uint8_t llm_correct;
    bool first; /* of its group */
} gg_ranked_query;

/* Of a group's value taken as the probability of an error, kept within [1e-15, 1 - 1e-15]. */
typedef struct gg_rank_logs {
    double wrong; /* ln p */
    double right; /* ln(1 - p) */
} gg_rank_logs;

typedef struct gg_ranking {
    size_t n_groups;
    gg_rank_group *groups; /* ascending, owned; a resample has none that it misses */
    uint32_t *origin;      /* of each, its number among all groups; owned */
    double count;          /* sums over the groups */
    double wrong;
    double llm_correct;
    bool has_llm;
    size_t n;
    size_t n_lots; /* n of few queries, each a lot of its own */
    /* What the groups were made of, for resampling; owned, and the same for all that share it. */
    gg_ranked_query *queries; /* n, ascending */
    double *values;           /* of all groups */
    gg_rank_logs *logs;       /* likewise */
    uint8_t *times;           /* n_lots, scratch; not shared */
} gg_ranking;

/* Ranks n >= 1 queries by `score`, which may be infinite but not NaN. wrong[i] is 1 where the model
 * erred, else 0; llm_correct[i] (or NULL) is 1 where the large model is right. Release with
 * gg_ranking_clear. Errors: GG_E_USAGE (no
 * query, or more than 2^32 - 1), GG_E_NOMEM. */
gg_status gg_ranking_init(gg_ranking *ranking, const double *score, const uint8_t *wrong,
                          const uint8_t *llm_correct, size_t n, gg_error *err);
void gg_ranking_clear(gg_ranking *ranking);

/* Replaces the counts by those of resample number `resample`: as many lots as there are, drawn with
 * replacement. A pure function of (seed, resample, n): rankings of the same queries by different
 * scores get the same draws. */
void gg_ranking_resample(gg_ranking *ranking, uint64_t seed, uint32_t resample);

/* The counts of the queries themselves again. */
void gg_ranking_restore(gg_ranking *ranking);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What resampling a ranking in several threads takes: copies of its counts, and draws that all
 * copies share.
 */
#pragma once

#include "data/evaluate/ranking.h"

/* A ranking of the same queries that may be resampled beside the first, which must outlive it.
 * Release with gg_ranking_unshare. Errors: GG_E_NOMEM. */
gg_status gg_ranking_share(const gg_ranking *ranking, gg_ranking *out);
void gg_ranking_unshare(gg_ranking *ranking);

/* Draws lots with replacement: how many times each, as gg_ranking_resample does. */
void gg_ranking_draw(size_t n_lots, uint64_t seed, uint32_t resample, uint8_t *times);
/* The area under the ROC (Mann-Whitney, equal values count one half) of queries that are taken
 * times[lot] times; NAN where all are right or all wrong. Counts nothing that is kept: half of what
 * a resample costs. */
double gg_ranking_area(const gg_ranking *ranking, const uint8_t *times);
/* Replaces the counts by those of queries that are taken times[lot] times. */
void gg_ranking_count(gg_ranking *ranking, const uint8_t *times);

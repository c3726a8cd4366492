/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/evaluate/ranking_copy.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"

static const double SMALLEST_PROBABILITY = 1e-15;

typedef struct scored {
    double score;
    uint32_t query;
} scored;

static int compare(const void *a, const void *b) {
    double x = ((const scored *)a)->score, y = ((const scored *)b)->score;
    return (x > y) - (x < y);
}

void gg_ranking_count(gg_ranking *r, const uint8_t *times) {
    size_t kept = 0, all = 0, all_wrong = 0, all_llm_correct = 0;
    /* A group is written where the next is to stand, and stays there if it has queries: to guess
     * which have takes longer. */
    for (size_t k = 0, g = 0; k < r->n; g++) {
        uint32_t count = 0, wrong = 0, llm_correct = 0;
        do {
            const gg_ranked_query *q = &r->queries[k];
            uint32_t taken = times[q->lot];
            count += taken;
            wrong += taken * q->wrong;
            llm_correct += taken * q->llm_correct;
        } while (++k < r->n && !r->queries[k].first);
        r->groups[kept] = (gg_rank_group){r->values[g], count, wrong, llm_correct};
        r->origin[kept] = (uint32_t)g;
        kept += count > 0;
        all += count;
        all_wrong += wrong;
        all_llm_correct += llm_correct;
    }
    r->n_groups = kept;
    r->count = (double)all;
    r->wrong = (double)all_wrong;
    r->llm_correct = (double)all_llm_correct;
}

double gg_ranking_area(const gg_ranking *r, const uint8_t *times) {
    double wins = 0.0, right_below = 0.0, all_wrong = 0.0;
    for (size_t k = 0; k < r->n;) {
        uint32_t count = 0, wrong = 0;
        do {
            const gg_ranked_query *q = &r->queries[k];
            uint32_t taken = times[q->lot];
            count += taken;
            wrong += taken * q->wrong;
        } while (++k < r->n && !r->queries[k].first);
        double right = (double)(count - wrong);
        wins += (double)wrong * (right_below + 0.5 * right);
        right_below += right;
        all_wrong += (double)wrong;
    }
    return right_below > 0.0 && all_wrong > 0.0 ? wins / (all_wrong * right_below) : NAN;
}

/* lot[i] of query i: its own, or one that chance gives it. */
static void draw_lots(uint16_t *lot, size_t n) {
    gg_rng rng = gg_rng_start(n, 0, GG_STREAM_BOOTSTRAP);
    for (size_t i = 0; i < n; i++)
        lot[i] = (uint16_t)(i % GG_RANKING_LOTS);
    for (size_t i = n; n > GG_RANKING_LOTS && i > 1; i--) {
        uint32_t other = gg_rng_next_below(&rng, (uint32_t)i);
        uint16_t swapped = lot[other];
        lot[other] = lot[i - 1];
        lot[i - 1] = swapped;
    }
}

static void group(gg_ranking *r, const scored *order, const uint16_t *lot, const uint8_t *wrong,
                  const uint8_t *llm_correct) {
    size_t n_groups = 0;
    for (size_t k = 0; k < r->n; k++) {
        uint32_t query = order[k].query;
        bool first = k == 0 || order[k].score != order[k - 1].score;
        if (first) {
            double p = fmin(fmax(order[k].score, SMALLEST_PROBABILITY), 1.0 - SMALLEST_PROBABILITY);
            r->values[n_groups] = order[k].score;
            r->logs[n_groups++] = (gg_rank_logs){log(p), log1p(-p)};
        }
        r->queries[k] = (gg_ranked_query){lot[query], wrong[query] != 0,
                                          llm_correct != NULL && llm_correct[query] != 0, first};
    }
}

static gg_status make_room(gg_ranking *r, gg_error *err) {
    r->groups = gg_alloc(r->n, sizeof *r->groups);
    r->origin = gg_alloc(r->n, sizeof *r->origin);
    r->times = gg_alloc(r->n_lots, sizeof *r->times);
    return r->groups != NULL && r->origin != NULL && r->times != NULL
               ? GG_OK
               : gg_fail(err, GG_E_NOMEM, "out of memory for a ranking of %zu queries", r->n);
}

gg_status gg_ranking_share(const gg_ranking *ranking, gg_ranking *out) {
    *out = *ranking;
    gg_status status = make_room(out, NULL);
    if (status != GG_OK)
        gg_ranking_unshare(out);
    return status;
}

void gg_ranking_unshare(gg_ranking *r) {
    gg_free(r->groups);
    gg_free(r->origin);
    gg_free(r->times);
    *r = (gg_ranking){0};
}

gg_status gg_ranking_init(gg_ranking *r, const double *score, const uint8_t *wrong,
                          const uint8_t *llm_correct, size_t n, gg_error *err) {
    *r = (gg_ranking){.n = n,
                      .n_lots = n < GG_RANKING_LOTS ? n : GG_RANKING_LOTS,
                      .has_llm = llm_correct != NULL};
    if (n == 0 || n > UINT32_MAX)
        return gg_fail(err, GG_E_USAGE, "%zu queries cannot be ranked", n);
    scored *order = gg_alloc(n, sizeof *order);
    uint16_t *lot = gg_alloc(n, sizeof *lot);
    r->queries = gg_alloc(n, sizeof *r->queries);
    r->values = gg_alloc(n, sizeof *r->values);
    r->logs = gg_alloc(n, sizeof *r->logs);
    if (order == NULL || lot == NULL || r->queries == NULL || r->values == NULL ||
        r->logs == NULL || make_room(r, NULL) != GG_OK) {
        gg_free(order);
        gg_free(lot);
        gg_ranking_clear(r);
        return gg_fail(err, GG_E_NOMEM, "out of memory for a ranking of %zu queries", n);
    }
    for (size_t i = 0; i < n; i++)
        order[i] = (scored){score[i], (uint32_t)i};
    qsort(order, n, sizeof *order, compare);
    draw_lots(lot, n);
    group(r, order, lot, wrong, llm_correct);
    gg_free(order);
    gg_free(lot);
    gg_ranking_restore(r);
    return GG_OK;
}

void gg_ranking_clear(gg_ranking *r) {
    gg_free(r->queries);
    gg_free(r->values);
    gg_free(r->logs);
    gg_ranking_unshare(r);
}

void gg_ranking_draw(size_t n_lots, uint64_t seed, uint32_t resample, uint8_t *times) {
    uint32_t picks[256];
    gg_rng rng = gg_rng_start(seed, resample, GG_STREAM_BOOTSTRAP);
    memset(times, 0, n_lots * sizeof *times);
    /* A lot is drawn about once: 256 times are out of the question. */
    for (size_t k = 0, some; k < n_lots; k += some) {
        some = n_lots - k < 256 ? n_lots - k : 256;
        gg_rng_fill_below(&rng, (uint32_t)n_lots, picks, some);
        for (size_t j = 0; j < some; j++)
            times[picks[j]]++;
    }
}

void gg_ranking_resample(gg_ranking *r, uint64_t seed, uint32_t resample) {
    gg_ranking_draw(r->n_lots, seed, resample, r->times);
    gg_ranking_count(r, r->times);
}

void gg_ranking_restore(gg_ranking *r) {
    memset(r->times, 1, r->n_lots);
    gg_ranking_count(r, r->times);
}

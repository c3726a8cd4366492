/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/ranking.h"

#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"

typedef struct scored {
    double score;
    uint32_t query;
} scored;

static int compare(const void *a, const void *b) {
    double x = ((const scored *)a)->score, y = ((const scored *)b)->score;
    return (x > y) - (x < y);
}

static void add(gg_ranking *r, size_t query) {
    const gg_ranked_query *q = &r->queries[query];
    gg_rank_group *group = &r->groups[q->group];
    group->count += 1.0;
    group->wrong += q->wrong;
    group->llm_correct += q->llm_correct;
}

static void empty(gg_ranking *r) {
    for (size_t g = 0; g < r->n_groups; g++)
        r->groups[g] = (gg_rank_group){.value = r->groups[g].value};
}

static void sum_up(gg_ranking *r) {
    r->count = r->wrong = r->llm_correct = 0.0;
    for (size_t g = 0; g < r->n_groups; g++) {
        r->count += r->groups[g].count;
        r->wrong += r->groups[g].wrong;
        r->llm_correct += r->groups[g].llm_correct;
    }
}

static void group(gg_ranking *r, const scored *order) {
    for (size_t k = 0; k < r->n; k++) {
        if (k == 0 || order[k].score != order[k - 1].score)
            r->groups[r->n_groups++].value = order[k].score;
        r->queries[order[k].query].group = (uint32_t)(r->n_groups - 1);
    }
}

gg_status gg_ranking_init(gg_ranking *r, const double *score, const uint8_t *wrong,
                          const uint8_t *llm_correct, size_t n, gg_error *err) {
    *r = (gg_ranking){.n = n, .has_llm = llm_correct != NULL};
    if (n == 0 || n > UINT32_MAX)
        return gg_fail(err, GG_E_USAGE, "%zu queries cannot be ranked", n);
    scored *order = gg_alloc(n, sizeof *order);
    r->groups = gg_alloc(n, sizeof *r->groups);
    r->queries = gg_alloc(n, sizeof *r->queries);
    if (order == NULL || r->groups == NULL || r->queries == NULL) {
        gg_free(order);
        gg_ranking_clear(r);
        return gg_fail(err, GG_E_NOMEM, "out of memory for a ranking of %zu queries", n);
    }
    for (size_t i = 0; i < n; i++) {
        order[i] = (scored){score[i], (uint32_t)i};
        r->queries[i].wrong = wrong[i] != 0;
        r->queries[i].llm_correct = llm_correct != NULL && llm_correct[i] != 0;
    }
    qsort(order, n, sizeof *order, compare);
    group(r, order);
    gg_free(order);
    gg_ranking_restore(r);
    return GG_OK;
}

void gg_ranking_clear(gg_ranking *r) {
    gg_free(r->groups);
    gg_free(r->queries);
    *r = (gg_ranking){0};
}

void gg_ranking_resample(gg_ranking *r, uint64_t seed, uint32_t resample) {
    gg_rng rng = gg_rng_start(seed, resample, GG_STREAM_BOOTSTRAP);
    empty(r);
    for (size_t k = 0; k < r->n; k++)
        add(r, gg_rng_next_below(&rng, (uint32_t)r->n));
    sum_up(r);
}

void gg_ranking_restore(gg_ranking *r) {
    empty(r);
    for (size_t i = 0; i < r->n; i++)
        add(r, i);
    sum_up(r);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/resampling.h"

#include <stdatomic.h>

#include "data/evaluate/ranking_copy.h"
#include "models/base/alloc.h"
#include "models/threads/together.h"

/* A thread for each so many queries drawn: less is done before it has begun. */
enum { QUERIES_A_THREAD = 1 << 19, MOST_THREADS = 32 };

typedef struct work {
    const gg_ranking *rankings;
    size_t n;
    uint64_t seed;
    uint32_t resamples;
    gg_measure_fn measure; /* NULL: only areas */
    const void *context;
    size_t n_values;
    double *drawn;
    atomic_uint next; /* resample */
} work;

typedef struct worker {
    work *of;
    gg_ranking *rankings; /* one each, of its own */
    double *values;
} worker;

static void measure(const work *of, gg_ranking *ranking, uint32_t b, double *values,
                    double *drawn) {
    of->measure(ranking, of->context, values);
    for (size_t m = 0; m < of->n_values; m++)
        drawn[m * of->resamples + b] = values[m];
}

static void run(void *workers, size_t k) {
    worker *w = (worker *)workers + k;
    work *of = w->of;
    uint8_t *times = w->rankings->times;
    for (uint32_t b; (b = atomic_fetch_add(&of->next, 1)) < of->resamples;) {
        gg_ranking_draw(w->rankings->n_lots, of->seed, b, times);
        for (size_t r = 0; r < of->n; r++) {
            if (of->measure == NULL) {
                of->drawn[r * of->resamples + b] = gg_ranking_area(&w->rankings[r], times);
                continue;
            }
            gg_ranking_count(&w->rankings[r], times);
            measure(of, &w->rankings[r], b, w->values,
                    of->drawn + r * of->n_values * of->resamples);
        }
    }
}

static size_t count_threads(size_t n, uint32_t resamples) {
    size_t worth = n * (size_t)resamples / QUERIES_A_THREAD + 1, threads = gg_usable_cores();
    threads = threads < MOST_THREADS ? threads : MOST_THREADS;
    return threads < worth ? threads : worth;
}

static void release(worker *w) {
    for (size_t r = 0; w->rankings != NULL && r < w->of->n; r++)
        gg_ranking_unshare(&w->rankings[r]);
    gg_free(w->rankings);
    gg_free(w->values);
}

static bool prepare(work *of, worker *w) {
    *w = (worker){.of = of,
                  .rankings = gg_alloc(of->n, sizeof *w->rankings),
                  .values = gg_alloc(of->n_values, sizeof *w->values)};
    bool ready = w->rankings != NULL && w->values != NULL;
    for (size_t r = 0; ready && r < of->n; r++)
        ready = gg_ranking_share(&of->rankings[r], &w->rankings[r]) == GG_OK;
    if (!ready)
        release(w);
    return ready;
}

gg_status gg_resample_measure(const gg_ranking *rankings, size_t n, uint64_t seed,
                              uint32_t resamples, gg_measure_fn fn, const void *context,
                              size_t n_values, double *drawn, gg_error *err) {
    worker workers[MOST_THREADS];
    work of = {rankings, n, seed, resamples, fn, context, n_values, drawn, 0};
    size_t wanted = count_threads(rankings->n * n, resamples), ready = 0;
    /* Fewer threads where there is no memory for all. */
    while (ready < wanted && prepare(&of, &workers[ready]))
        ready++;
    if (ready == 0)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %u resamples", resamples);
    gg_work_together(ready, run, workers);
    while (ready-- > 0)
        release(&workers[ready]);
    return GG_OK;
}

gg_status gg_resample_areas(const gg_ranking *rankings, size_t n, uint64_t seed, uint32_t resamples,
                            double *drawn, gg_error *err) {
    return gg_resample_measure(rankings, n, seed, resamples, NULL, NULL, 1, drawn, err);
}

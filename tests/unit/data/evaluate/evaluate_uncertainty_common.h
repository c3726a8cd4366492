/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of evaluations share: queries with few distinct scores.
 */
#pragma once

#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/evaluate/evaluate_uncertainty.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"

enum { MOST = 48 };

/* Queries with few distinct scores. */
typedef struct sample {
    size_t n;
    double u[MOST];
    uint8_t wrong[MOST];
    uint8_t llm[MOST];
} sample;

static inline sample draw(uint32_t run, size_t n, uint32_t levels) {
    gg_rng rng = gg_rng_start(3, run, GG_STREAM_TEST);
    sample s = {.n = n};
    double error_rate = gg_rng_next_uniform(&rng);
    for (size_t i = 0; i < n; i++) {
        s.u[i] = (double)gg_rng_next_below(&rng, levels) / levels;
        s.wrong[i] = gg_rng_next_uniform(&rng) < error_rate;
        s.llm[i] = gg_rng_next_uniform(&rng) < 0.8;
    }
    return s;
}

static inline void measure(const sample *s, size_t n_bins, double *values) {
    gg_ranking ranking;
    gg_error err = {0};
    assert_success(gg_ranking_init(&ranking, s->u, s->wrong, s->llm, s->n, &err), &err);
    gg_metrics_compute(&ranking, n_bins, values);
    gg_ranking_clear(&ranking);
}

static inline void assert_same(double found, double expected) {
    if (isnan(expected))
        assert_true(isnan(found));
    else
        assert_close(found, expected, 1e-12, 1e-12);
}

static inline int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

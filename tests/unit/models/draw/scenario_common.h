/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of drawn networks share: networks, and whether users are the same.
 */
#pragma once

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/draw/scenario.h"
#include "models/draw/scenario_layout.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"

static inline gg_preset *preset_named(const char *name) {
    gg_error err = {0};
    gg_preset *preset;
    assert_success(gg_preset_read(name, &preset, &err), &err);
    return preset;
}

static inline gg_instance *drawn(const gg_preset *preset, gg_draw draw) {
    gg_error err = {0};
    gg_instance *instance;
    assert_success(gg_scenario_draw(preset, &draw, &instance, &err), &err);
    return instance;
}

/* The columns of the first `n` users, gains of the first `m` servers included, are the same. */
static inline void assert_same_users(const gg_instance *a, const gg_instance *b, size_t n,
                                     size_t m) {
    assert_memory_equal(a->payload_bits, b->payload_bits, n * sizeof(double));
    assert_memory_equal(a->tx_power_w, b->tx_power_w, n * sizeof(double));
    assert_memory_equal(a->local_capacity_flops, b->local_capacity_flops, n * sizeof(double));
    assert_memory_equal(a->local_delay_s, b->local_delay_s, n * sizeof(double));
    assert_memory_equal(a->edge_delay_ref_s, b->edge_delay_ref_s, n * sizeof(double));
    assert_memory_equal(a->alpha, b->alpha, n * sizeof(double));
    assert_memory_equal(a->slm_correct, b->slm_correct, n);
    assert_memory_equal(a->llm_correct, b->llm_correct, n);
    assert_memory_equal(a->slm_p_correct, b->slm_p_correct, n * sizeof(double));
    assert_memory_equal(a->llm_p_correct, b->llm_p_correct, n * sizeof(double));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            assert_true(gg_gain(a, i, j) == gg_gain(b, i, j));
}

enum { QUERIES = 40 };

typedef struct dataset {
    double alpha[QUERIES], bytes[QUERIES], slm_s[QUERIES], llm_s[QUERIES];
    uint8_t slm_right[QUERIES], llm_right[QUERIES];
    double slm_p[QUERIES], llm_p[QUERIES];
    gg_workload workload;
} dataset;

static inline void make_dataset(dataset *d) {
    for (size_t k = 0; k < QUERIES; k++) {
        d->alpha[k] = (double)k / QUERIES;
        d->bytes[k] = 100.0 + (double)k;
        d->slm_s[k] = 1e-3 * (1.0 + (double)k);
        d->llm_s[k] = 5e-3 * (1.0 + (double)k);
        d->slm_right[k] = k % 2;
        d->llm_right[k] = k % 3 == 0;
        d->slm_p[k] = 1.0 / (2.0 + (double)k);
        d->llm_p[k] = 1.0 / (1.5 + (double)k);
    }
    d->workload = (gg_workload){.n_queries = QUERIES,
                                .alpha = d->alpha,
                                .prompt_bytes = d->bytes,
                                .slm_latency_s = d->slm_s,
                                .llm_latency_s = d->llm_s,
                                .slm_correct = d->slm_right,
                                .llm_correct = d->llm_right,
                                .slm_p_correct = d->slm_p,
                                .llm_p_correct = d->llm_p};
}

static inline void assert_refused(const gg_preset *preset, gg_draw draw, gg_status status,
                                  const char *said) {
    gg_error err = {0};
    gg_instance *instance;
    gg_status got = gg_scenario_draw(preset, &draw, &instance, &err);
    if (got != status || instance != NULL || strstr(err.message, said) == NULL)
        fail_msg("status %d, \"%s\" does not say \"%s\"", got, err.message, said);
}

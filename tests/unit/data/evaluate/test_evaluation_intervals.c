/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Intervals of an evaluation: percentiles of resamples, and what memory may run out of.
 *
 * Covers metric_intervals and resampling.
 */
#include "tests/support/support.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "data/evaluate/evaluate_uncertainty.h"
#include "data/evaluate/resampling.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/unit/data/evaluate/evaluate_uncertainty_common.h"

static void test_decile_ranges(void **state) {
    (void)state;
    double u[20], low, high;
    uint8_t wrong[20] = {0};
    gg_ranking r;
    gg_error err = {0};
    for (size_t i = 0; i < 20; i++)
        u[i] = (double)(19 - i);
    assert_success(gg_ranking_init(&r, u, wrong, NULL, 20, &err), &err);
    for (size_t d = 0; d < GG_N_DECILES; d++) {
        gg_decile_range(&r, d, &low, &high);
        assert_true(low == 2.0 * (double)d && high == 2.0 * (double)d + 1.0);
    }
    assert_true(gg_selective_risk(&r, 0.37) == 0.0);
    gg_ranking_clear(&r);
    assert_success(gg_ranking_init(&r, u, wrong, NULL, 3, &err), &err);
    gg_decile_range(&r, 0, &low, &high);
    assert_true(low == 17.0 && high == 17.0);
    gg_decile_range(&r, 9, &low, &high);
    assert_true(low == 19.0 && high == 19.0);
    gg_ranking_clear(&r);
}

/* ---- bootstrap ---- */

static void test_intervals_are_percentiles_of_resamples(void **state) {
    (void)state;
    enum { RESAMPLES = 101 };
    static double drawn[GG_N_METRICS][RESAMPLES];
    sample s = draw(5, 40, 6);
    gg_estimate estimates[GG_N_METRICS];
    gg_ranking r;
    gg_error err = {0};
    double values[GG_N_METRICS], again[GG_N_METRICS];
    for (uint32_t b = 0; b < RESAMPLES; b++) {
        gg_rng rng = gg_rng_start(77, b, GG_STREAM_BOOTSTRAP);
        sample t = {.n = s.n};
        for (size_t k = 0; k < s.n; k++) {
            uint32_t i = gg_rng_next_below(&rng, (uint32_t)s.n);
            t.u[k] = s.u[i];
            t.wrong[k] = s.wrong[i];
            t.llm[k] = s.llm[i];
        }
        measure(&t, 5, values);
        for (size_t m = 0; m < GG_N_METRICS; m++)
            drawn[m][b] = values[m];
    }
    assert_success(gg_ranking_init(&r, s.u, s.wrong, s.llm, s.n, &err), &err);
    gg_metrics_compute(&r, 5, values);
    assert_success(gg_metrics_estimate(&r, 5, 77, RESAMPLES, estimates, &err), &err);
    gg_metrics_compute(&r, 5, again);
    for (size_t m = 0; m < GG_N_METRICS; m++) {
        assert_same(estimates[m].value, values[m]);
        assert_same(again[m], values[m]);
        qsort(drawn[m], RESAMPLES, sizeof(double), ascending);
        if (isnan(drawn[m][0]) || isnan(drawn[m][RESAMPLES - 1]))
            continue;
        assert_same(estimates[m].low, 0.5 * (drawn[m][2] + drawn[m][3]));
        assert_same(estimates[m].high, 0.5 * (drawn[m][97] + drawn[m][98]));
    }
    assert_success(gg_metrics_estimate(&r, 5, 77, 0, estimates, &err), &err);
    assert_true(isnan(estimates[0].low) && isnan(estimates[0].high));
    assert_same(estimates[0].value, values[0]);
    gg_ranking_clear(&r);
}

static void test_offloading_intervals(void **state) {
    (void)state;
    enum { RESAMPLES = 41 };
    sample s = draw(9, 30, 8);
    double share[RESAMPLES], right[RESAMPLES];
    gg_estimate offloaded, accuracy;
    gg_error err = {0};
    for (uint32_t b = 0; b < RESAMPLES; b++) {
        gg_rng rng = gg_rng_start(5, b, GG_STREAM_BOOTSTRAP);
        share[b] = right[b] = 0.0;
        for (size_t k = 0; k < s.n; k++) {
            uint32_t i = gg_rng_next_below(&rng, (uint32_t)s.n);
            bool away = s.u[i] > 0.5;
            share[b] += away / (double)s.n;
            right[b] += (away ? s.llm[i] : !s.wrong[i]) / (double)s.n;
        }
    }
    qsort(share, RESAMPLES, sizeof *share, ascending);
    qsort(right, RESAMPLES, sizeof *right, ascending);
    assert_success(gg_offloading_estimate(s.u, s.wrong, s.llm, s.n, 0.5, 5, RESAMPLES, &offloaded,
                                          &accuracy, &err),
                   &err);
    assert_same(offloaded.low, share[1]);
    assert_same(offloaded.high, share[RESAMPLES - 2]);
    assert_same(accuracy.low, right[1]);
    assert_same(accuracy.high, right[RESAMPLES - 2]);
    assert_success(gg_offloading_estimate(s.u, s.wrong, NULL, s.n, INFINITY, 5, 0, &offloaded,
                                          &accuracy, &err),
                   &err);
    assert_true(offloaded.value == 0.0 && isnan(offloaded.low) && isnan(accuracy.value));
}

static void sum_of_counts(const gg_ranking *ranking, const void *context, double *values) {
    (void)context;
    values[0] = ranking->wrong;
    values[1] = 0.0;
    for (size_t g = 0; g < ranking->n_groups; g++)
        values[1] += (double)(ranking->origin[g] + 1) * ranking->groups[g].count;
}

/* So many queries that several threads share the resamples, where there are processors. */
static void test_threads_change_nothing(void **state) {
    (void)state;
    enum { QUERIES = 4000, RESAMPLES = 300, VALUES = 2 };
    static double score[QUERIES], together[2 * VALUES * RESAMPLES], alone[2 * VALUES * RESAMPLES];
    static uint8_t wrong[QUERIES];
    gg_rng rng = gg_rng_start(3, 0, GG_STREAM_BOOTSTRAP);
    gg_ranking r[2];
    gg_error err = {0};
    cpu_set_t usable, first;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < QUERIES; i++) {
            score[i] = gg_rng_next_below(&rng, 500);
            wrong[i] = (uint8_t)gg_rng_next_below(&rng, 2);
        }
        assert_success(gg_ranking_init(&r[k], score, wrong, NULL, QUERIES, &err), &err);
    }
    assert_success(
        gg_resample_measure(r, 2, 9, RESAMPLES, sum_of_counts, NULL, VALUES, together, &err), &err);
    assert_int_equal(sched_getaffinity(0, sizeof usable, &usable), 0);
    CPU_ZERO(&first);
    for (size_t cpu = 0; CPU_COUNT(&first) == 0; cpu++)
        if (CPU_ISSET(cpu, &usable))
            CPU_SET(cpu, &first);
    assert_int_equal(sched_setaffinity(0, sizeof first, &first), 0);
    assert_success(
        gg_resample_measure(r, 2, 9, RESAMPLES, sum_of_counts, NULL, VALUES, alone, &err), &err);
    assert_int_equal(sched_setaffinity(0, sizeof usable, &usable), 0);
    assert_memory_equal(together, alone, sizeof alone);
    for (size_t b = 0; b < RESAMPLES; b++) {
        double values[VALUES];
        for (size_t k = 0; k < 2; k++) {
            gg_ranking_resample(&r[k], 9, (uint32_t)b);
            sum_of_counts(&r[k], NULL, values);
            for (size_t m = 0; m < VALUES; m++)
                assert_same(alone[(k * VALUES + m) * RESAMPLES + b], values[m]);
        }
    }
    gg_ranking_clear(&r[0]);
    gg_ranking_clear(&r[1]);
}

/* Lots are as good as queries, in whatever order those come: a share has the interval that it has
 * in theory. */
static void test_intervals_of_many_queries(void **state) {
    (void)state;
    enum { QUERIES = 3 * GG_RANKING_LOTS + 17 };
    static double score[QUERIES];
    static uint8_t wrong[QUERIES];
    gg_rng rng = gg_rng_start(8, 0, GG_STREAM_TEST);
    for (int sorted = 0; sorted < 2; sorted++) {
        gg_estimate offloaded, accuracy;
        gg_error err = {0};
        for (size_t i = 0; i < QUERIES; i++) {
            score[i] = sorted ? (double)i : gg_rng_next_uniform(&rng) * QUERIES;
            wrong[i] = sorted ? i < QUERIES / 4 : gg_rng_next_below(&rng, 4) == 0;
        }
        assert_success(gg_offloading_estimate(score, wrong, wrong, QUERIES, 0.75 * QUERIES, 1, 600,
                                              &offloaded, &accuracy, &err),
                       &err);
        assert_close(offloaded.value, 0.25, 0.0, 0.01);
        double theory = 2.0 * 1.96 * sqrt(0.25 * 0.75 / QUERIES);
        assert_close(offloaded.high - offloaded.low, theory, 0.15, 0.0);
        assert_true(offloaded.low < offloaded.value && offloaded.value < offloaded.high);
    }
}

static void test_memory_may_run_out(void **state) {
    (void)state;
    sample s = draw(1, 20, 4);
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_ranking r;
        gg_estimate estimates[GG_N_METRICS];
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_ranking_init(&r, s.u, s.wrong, s.llm, s.n, &err);
        if (status == GG_OK) {
            status = gg_metrics_estimate(&r, 10, 1, 3, estimates, &err);
            gg_ranking_clear(&r);
        }
        if (status == GG_OK)
            status = gg_offloading_estimate(s.u, s.wrong, s.llm, s.n, 0.5, 1, 3, &estimates[0],
                                            &estimates[1], &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decile_ranges),
        cmocka_unit_test(test_intervals_are_percentiles_of_resamples),
        cmocka_unit_test(test_offloading_intervals),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_intervals_of_many_queries),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Curves and their bands, rankings against each other, intervals of shares.
 */
#include "tests/support/support.h"

#include <math.h>

#include "data/evaluate/curves.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"

enum { N = 60, RESAMPLES = 200 };

/* Errors grow with the score, a coarse one has ties. */
static void make_queries(double score[N], double coarse[N], uint8_t wrong[N]) {
    gg_rng rng = gg_rng_start(3, 0, GG_STREAM_TEST);
    for (size_t i = 0; i < N; i++) {
        score[i] = gg_rng_next_uniform(&rng);
        coarse[i] = floor(4.0 * score[i]);
        wrong[i] = gg_rng_next_uniform(&rng) < score[i];
    }
}

static void test_curves_go_through_what_is_counted(void **state) {
    (void)state;
    /* From the most uncertain: wrong, right, (wrong, right tied), wrong, right. */
    const double score[] = {6, 5, 4, 4, 3, 2};
    const uint8_t wrong[] = {1, 0, 1, 0, 1, 0};
    gg_ranking r;
    double risk[GG_CURVE_POINTS], roc[GG_CURVE_POINTS];
    assert_int_equal(gg_ranking_init(&r, score, wrong, NULL, 6, NULL), GG_OK);
    gg_risk_curve(&r, risk);
    gg_roc_curve(&r, roc);
    for (size_t c = 0; c < GG_CURVE_POINTS; c++)
        assert_close(risk[c], gg_selective_risk(&r, (double)(c + 1) / GG_CURVE_POINTS), 1e-15, 0);
    assert_close(risk[49], 1.5 / 3.0, 1e-12, 0);
    /* A third of the right answers flagged: one wrong one; half of them: half the tie more. */
    assert_close(roc[9], 1.0 / 3.0, 1e-12, 0);
    assert_close(roc[49], (1.0 + 0.5) / 3.0, 1e-12, 0);
    assert_close(roc[99], 1.0, 1e-12, 0);
    gg_ranking_clear(&r);
}

static void test_bands_hold_their_curves(void **state) {
    (void)state;
    double score[N], coarse[N], values[GG_CURVE_POINTS];
    gg_estimate metrics[GG_N_METRICS], again[GG_N_METRICS];
    gg_band risk, roc;
    uint8_t wrong[N];
    gg_ranking r;
    size_t inside = 0;
    make_queries(score, coarse, wrong);
    assert_int_equal(gg_ranking_init(&r, score, wrong, NULL, N, NULL), GG_OK);
    assert_int_equal(gg_order_estimate(&r, 10, 1, RESAMPLES, metrics, &risk, &roc, NULL), GG_OK);
    assert_int_equal(gg_metrics_estimate(&r, 10, 1, RESAMPLES, again, NULL), GG_OK);
    assert_memory_equal(metrics, again, sizeof metrics);
    gg_roc_curve(&r, values);
    for (size_t c = 0; c < GG_CURVE_POINTS; c++) {
        assert_true(roc.low[c] <= roc.high[c]);
        inside += roc.low[c] <= values[c] && values[c] <= roc.high[c];
    }
    assert_true(inside > 90);
    assert_int_equal(gg_order_estimate(&r, 10, 1, 0, metrics, &risk, &roc, NULL), GG_OK);
    assert_true(isnan(risk.low[0]) && isnan(risk.high[99]));
    gg_ranking_clear(&r);
}

static void test_what_is_shared_drops_out_of_a_difference(void **state) {
    (void)state;
    double score[N], coarse[N], metrics[GG_N_METRICS];
    uint8_t wrong[N];
    gg_ranking r[3];
    gg_estimate auroc[3], behind[3];
    make_queries(score, coarse, wrong);
    assert_int_equal(gg_ranking_init(&r[0], coarse, wrong, NULL, N, NULL), GG_OK);
    assert_int_equal(gg_ranking_init(&r[1], score, wrong, NULL, N, NULL), GG_OK);
    assert_int_equal(gg_ranking_init(&r[2], score, wrong, NULL, N, NULL), GG_OK);
    assert_int_equal(gg_auroc_compare(r, 3, 1, RESAMPLES, auroc, behind, NULL), GG_OK);
    size_t best = auroc[0].value > auroc[1].value ? 0 : 1;
    for (size_t k = 0; k < 3; k++) {
        gg_metrics_compute(&r[k], 10, metrics);
        assert_close(auroc[k].value, metrics[GG_METRIC_AUROC], 1e-15, 0);
        assert_close(behind[k].value, auroc[best].value - auroc[k].value, 1e-15, 1e-15);
        assert_true(auroc[k].low < auroc[k].value && auroc[k].value < auroc[k].high);
    }
    /* The same score twice: no difference in any resample. */
    assert_true(behind[2].low == behind[1].low && behind[2].high == behind[1].high);
    assert_true(behind[1 - best].high - behind[1 - best].low < auroc[1].high - auroc[1].low);
    for (size_t k = 0; k < 3; k++)
        gg_ranking_clear(&r[k]);
}

static void test_shares_have_intervals_of_wilson(void **state) {
    (void)state;
    double low, high;
    gg_share_interval(0.0, 10.0, &low, &high);
    assert_close(low, 0.0, 0, 1e-15);
    assert_close(high, 0.277532799862889, 1e-12, 0);
    gg_share_interval(3.0, 10.0, &low, &high);
    assert_close(low, 0.107791267406301, 1e-12, 0);
    assert_close(high, 0.603221852538855, 1e-12, 0);
    gg_share_interval(0.0, 0.0, &low, &high);
    assert_true(isnan(low) && isnan(high));
}

static void test_short_memory_is_an_error(void **state) {
    (void)state;
    double score[N], coarse[N];
    gg_estimate metrics[GG_N_METRICS], both[2];
    gg_band risk, roc;
    uint8_t wrong[N];
    gg_ranking r;
    make_queries(score, coarse, wrong);
    assert_int_equal(gg_ranking_init(&r, score, wrong, NULL, N, NULL), GG_OK);
    gg_alloc_fail_after(0);
    assert_int_equal(gg_order_estimate(&r, 10, 1, 5, metrics, &risk, &roc, NULL), GG_E_NOMEM);
    gg_alloc_fail_after(0);
    assert_int_equal(gg_auroc_compare(&r, 1, 1, 5, both, both + 1, NULL), GG_E_NOMEM);
    gg_alloc_fail_after(-1);
    gg_ranking_clear(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curves_go_through_what_is_counted),
        cmocka_unit_test(test_bands_hold_their_curves),
        cmocka_unit_test(test_what_is_shared_drops_out_of_a_difference),
        cmocka_unit_test(test_shares_have_intervals_of_wilson),
        cmocka_unit_test(test_short_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calibrators against closed forms and optimality conditions, the split against one made elsewhere,
 * thresholds against a search over all.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/evaluate/calibration.h"
#include "data/evaluate/hash_split.h"
#include "data/evaluate/threshold_choice.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"

enum { MOST = 40 };

typedef struct sample {
    size_t n;
    double u[MOST];
    double label[MOST];
    double weight[MOST];
    uint8_t wrong[MOST];
    uint8_t llm[MOST];
} sample;

static sample draw(uint32_t run, size_t n, uint32_t levels) {
    gg_rng rng = gg_rng_start(4, run, GG_STREAM_TEST);
    sample s = {.n = n};
    for (size_t i = 0; i < n; i++) {
        s.u[i] = (double)gg_rng_next_below(&rng, levels) / levels;
        s.label[i] = (double)gg_rng_next_below(&rng, 3) / 2.0;
        s.weight[i] = (double)gg_rng_next_below(&rng, 3);
        s.wrong[i] = gg_rng_next_uniform(&rng) < 0.2 + 0.6 * s.u[i];
        s.llm[i] = gg_rng_next_uniform(&rng) < 0.8;
    }
    s.weight[0] = 1.0;
    return s;
}

/* Weighted mean of the labels with u in [low, high]. */
static double mean_between(const sample *s, double low, double high) {
    double sum = 0.0, weight = 0.0;
    for (size_t i = 0; i < s->n; i++)
        if (s->u[i] >= low && s->u[i] <= high) {
            sum += s->weight[i] * s->label[i];
            weight += s->weight[i];
        }
    return weight > 0.0 ? sum / weight : NAN;
}

/* The largest over i <= k of the smallest over j >= k of the mean of points i .. j. */
static double min_max(const sample *s, double u) {
    double best = -INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        if (s->u[i] > u || s->weight[i] == 0.0)
            continue;
        double least = INFINITY;
        for (size_t j = 0; j < s->n; j++)
            if (s->u[j] >= u && s->weight[j] > 0.0)
                least = fmin(least, mean_between(s, s->u[i], s->u[j]));
        best = fmax(best, least);
    }
    return best;
}

static void test_isotonic_is_the_min_max_formula(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(300, 5000); run++) {
        sample s = draw(run, 1 + run % MOST, 1 + run % 11);
        gg_isotonic fit;
        gg_error err = {0};
        assert_success(gg_isotonic_fit(s.u, s.label, s.weight, s.n, &fit, &err), &err);
        for (size_t i = 0; i < s.n; i++)
            if (s.weight[i] > 0.0)
                assert_close(gg_isotonic_at(&fit, s.u[i]), min_max(&s, s.u[i]), 1e-12, 1e-12);
        for (size_t k = 1; k < fit.n_knots; k++) {
            double middle = 0.5 * (fit.x[k - 1] + fit.x[k]);
            assert_true(fit.x[k] > fit.x[k - 1] && fit.y[k] >= fit.y[k - 1]);
            assert_close(gg_isotonic_at(&fit, middle), 0.5 * (fit.y[k - 1] + fit.y[k]), 1e-12, 0);
            bool inner = k + 1 < fit.n_knots;
            assert_false(inner && fit.y[k] == fit.y[k - 1] && fit.y[k] == fit.y[k + 1]);
        }
        gg_isotonic_clear(&fit);
    }
}

static void test_isotonic_by_hand(void **state) {
    (void)state;
    const double u[] = {0.4, 0.1, 0.3, 0.2}, label[] = {1, 0, 0, 1}, none[4] = {0};
    gg_isotonic fit;
    gg_error err = {0};
    assert_success(gg_isotonic_fit(u, label, NULL, 4, &fit, &err), &err);
    const double x[] = {0.1, 0.2, 0.3, 0.4}, y[] = {0.0, 0.5, 0.5, 1.0};
    assert_int_equal(fit.n_knots, 4);
    assert_memory_equal(fit.x, x, sizeof x);
    assert_memory_equal(fit.y, y, sizeof y);
    assert_true(gg_isotonic_at(&fit, 0.25) == 0.5);
    assert_true(gg_isotonic_at(&fit, -3.0) == 0.0 && gg_isotonic_at(&fit, 3.0) == 1.0);
    gg_isotonic_clear(&fit);
    /* Closer than 1e-15 is the same. */
    const double near[] = {0.1, 0.1 + 5e-16, 0.5};
    assert_success(gg_isotonic_fit(near, label, NULL, 3, &fit, &err), &err);
    assert_int_equal(fit.n_knots, 2);
    gg_isotonic_clear(&fit);
    assert_int_equal(gg_isotonic_fit(u, label, none, 4, &fit, &err), GG_E_USAGE);
    assert_says(&err, "no points");
}

static void test_isotonic_between_extreme_knots(void **state) {
    (void)state;
    double far[] = {-1.7e308, 1.7e308}, near[] = {0.0, 5e-324}, y[] = {0.0, 1.0};
    gg_isotonic fit = {.n_knots = 2, .x = far, .y = y};
    assert_close(gg_isotonic_at(&fit, 0.0), 0.5, 1e-15, 0);
    assert_close(gg_isotonic_at(&fit, 1.5e308), (1.5 + 1.7) / 3.4, 1e-15, 0);
    fit.x = near;
    assert_true(gg_isotonic_at(&fit, 0.0) == 0.0 && gg_isotonic_at(&fit, 5e-324) == 1.0);
    double three[] = {-1.0, 0.0, 5e-324}, levels[] = {0.0, 0.5, 1.0};
    fit = (gg_isotonic){.n_knots = 3, .x = three, .y = levels};
    assert_true(gg_isotonic_at(&fit, 0.0) == 0.5);
}

static double sigmoid(double z) {
    return 1.0 / (1.0 + exp(-z));
}

/* At the minimum the gradient of the log loss is 0. */
static void test_platt_is_a_maximum(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(100, 2000); run++) {
        sample s = draw(run, 1 + run % MOST, 1 + run % 20);
        double scale = run % 3 == 0 ? 1e4 : 1.0, n1 = 0.0, g1 = 0.0, g0 = 0.0;
        gg_calibrator fit;
        gg_error err = {0};
        for (size_t i = 0; i < s.n; i++) {
            s.u[i] = scale * s.u[i] - 3.0;
            n1 += s.wrong[i];
        }
        assert_success(gg_calibrator_fit(GG_PLATT, s.u, s.wrong, s.n, &fit, &err), &err);
        for (size_t i = 0; i < s.n; i++) {
            double target = s.wrong[i] ? (n1 + 1) / (n1 + 2) : 1.0 / ((double)s.n - n1 + 2);
            double p = gg_calibrator_at(&fit, s.u[i]);
            assert_close(p, sigmoid(fit.slope * s.u[i] + fit.intercept), 1e-9, 1e-12);
            g1 += (p - target) * s.u[i] / scale;
            g0 += p - target;
        }
        assert_close(g0, 0.0, 0, 1e-9);
        assert_close(g1, 0.0, 0, 1e-9);
        gg_calibrator_clear(&fit);
    }
}

static double temperature_loss(const sample *s, double t) {
    double loss = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        double u = fmin(fmax(s->u[i], 1e-12), 1.0 - 1e-12);
        double z = (log(u) - log1p(-u)) / t;
        loss += log1p(exp(-fabs(z))) + (s->wrong[i] ? fmax(-z, 0.0) : fmax(z, 0.0));
    }
    return loss;
}

static void test_temperature_is_a_maximum(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(100, 2000); run++) {
        sample s = draw(run, 1 + run % MOST, 2 + run % 20);
        gg_calibrator fit;
        gg_error err = {0};
        assert_success(gg_calibrator_fit(GG_TEMPERATURE, s.u, s.wrong, s.n, &fit, &err), &err);
        double t = fit.temperature, least = temperature_loss(&s, t);
        assert_true(t >= 1e-3 && t <= 1e3);
        for (double other = 1e-3; other <= 1e3; other *= 1.3)
            assert_true(least <= temperature_loss(&s, other) + 1e-9);
        double p = gg_calibrator_at(&fit, 0.25);
        assert_close(p, sigmoid(log(0.25 / 0.75) / t), 1e-12, 1e-300);
        gg_calibrator_clear(&fit);
    }
}

static void test_identity_and_extremes(void **state) {
    (void)state;
    const double u[] = {0.5, 0.5, 0.5};
    gg_calibrator fit;
    gg_error err = {0};
    assert_success(gg_calibrator_fit(GG_IDENTITY, u, (uint8_t[3]){0}, 3, &fit, &err), &err);
    assert_true(gg_calibrator_at(&fit, -1.0) == 0.0 && gg_calibrator_at(&fit, 7.0) == 1.0);
    assert_true(gg_calibrator_at(&fit, 0.3) == 0.3);
    for (int kind = 0; kind < GG_N_CALIBRATIONS; kind++)
        for (int wrong = 0; wrong < 2; wrong++) {
            const uint8_t flags[] = {(uint8_t)wrong, (uint8_t)wrong, (uint8_t)wrong};
            assert_success(gg_calibrator_fit((gg_calibration)kind, u, flags, 3, &fit, &err), &err);
            for (double v = -1e300; v <= 1e300; v += 0.25e300) {
                double p = gg_calibrator_at(&fit, v);
                assert_true(p >= 0.0 && p <= 1.0);
            }
            gg_calibrator_clear(&fit);
            assert_int_equal(gg_calibrator_fit((gg_calibration)kind, u, flags, 0, &fit, NULL),
                             GG_E_USAGE);
        }
}

/* ---- the split ---- */

static void test_split_is_the_one_of_the_rule(void **state) {
    (void)state;
    /* sorted(range(11), key=lambda i: hashlib.sha256(f"{seed}:q-{i}".encode()).digest()) */
    static const uint8_t expected[2][11] = {{2, 0, 2, 1, 2, 2, 2, 0, 2, 0, 1},
                                            {0, 1, 2, 2, 2, 2, 2, 0, 2, 0, 1}};
    static const uint64_t seeds[2] = {1, 7};
    char text[11][8];
    size_t start[11];
    uint8_t part[11];
    gg_error err = {0};
    for (size_t i = 0; i < 11; i++) {
        snprintf(text[i], sizeof text[i], "q-%zu", i);
        start[i] = i * sizeof text[i];
    }
    gg_strings ids = {.count = 11, .text = text[0], .start = start};
    for (int k = 0; k < 2; k++) {
        assert_success(gg_hash_split(&ids, seeds[k], part, &err), &err);
        assert_memory_equal(part, expected[k], sizeof part);
    }
    /* The order of the file does not matter. */
    for (size_t i = 0; i < 11; i++)
        start[i] = (10 - i) * sizeof text[i];
    assert_success(gg_hash_split(&ids, 1, part, &err), &err);
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(part[i], expected[0][10 - i]);
}

/* ---- thresholds ---- */

static void test_thresholds_against_all_of_them(void **state) {
    (void)state;
    for (uint32_t run = 0; run < test_count(200, 3000); run++) {
        sample s = draw(run, 1 + run % MOST, 1 + run % 17);
        double asked = 0.05 * (run % 21), theta, tau, best;
        gg_error err = {0};
        bool found = gg_threshold_for_accuracy(s.u, s.wrong, s.llm, s.n, asked, &theta, &best);
        assert_int_equal(found, best >= asked);
        double fewest = INFINITY;
        for (int k = 0; k <= 200; k++) {
            gg_offloading use = gg_offloading_at(s.u, s.wrong, s.llm, s.n, k / 200.0);
            assert_true(use.accuracy <= best);
            if (use.accuracy >= asked)
                fewest = fmin(fewest, use.offloaded);
        }
        if (found)
            assert_true(gg_offloading_at(s.u, s.wrong, s.llm, s.n, theta).offloaded == fewest);

        assert_success(gg_threshold_for_rate(s.u, s.n, asked, &tau, &err), &err);
        double most = asked * (double)s.n + 1e-9;
        gg_offloading use = gg_offloading_at(s.u, s.wrong, NULL, s.n, tau);
        assert_true(use.offloaded * (double)s.n <= most && isnan(use.accuracy));
        for (size_t i = 0; i < s.n; i++)
            if (s.u[i] < tau)
                assert_true(gg_offloading_at(s.u, s.wrong, NULL, s.n, s.u[i]).offloaded *
                                (double)s.n >
                            most);

        assert_success(gg_threshold_conformal(s.u, s.wrong, s.n, asked, &tau, &err), &err);
        double right = 0.0, kept = 0.0, below = 0.0;
        for (size_t i = 0; i < s.n; i++) {
            right += !s.wrong[i];
            kept += !s.wrong[i] && s.u[i] <= tau;
            below += !s.wrong[i] && s.u[i] < tau;
        }
        double rank = fmax(ceil((right + 1.0) * (1.0 - asked) - 1e-9), 1.0);
        assert_true(rank > right ? isinf(tau) : kept >= rank && below < rank);
    }
}

static void test_memory_may_run_out(void **state) {
    (void)state;
    sample s = draw(1, 20, 4);
    char text[] = "a";
    size_t start[] = {0};
    gg_strings ids = {.count = 1, .text = text, .start = start};
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_calibrator fit;
        uint8_t part[1];
        double tau;
        gg_alloc_fail_after(allowed);
        status = gg_calibrator_fit(GG_ISOTONIC, s.u, s.wrong, s.n, &fit, NULL);
        gg_calibrator_clear(&fit);
        if (status == GG_OK)
            status = gg_hash_split(&ids, 1, part, NULL);
        if (status == GG_OK)
            status = gg_threshold_for_rate(s.u, s.n, 0.5, &tau, NULL);
        if (status == GG_OK)
            status = gg_threshold_conformal(s.u, s.wrong, s.n, 0.5, &tau, NULL);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_isotonic_is_the_min_max_formula),
        cmocka_unit_test(test_isotonic_by_hand),
        cmocka_unit_test(test_isotonic_between_extreme_knots),
        cmocka_unit_test(test_platt_is_a_maximum),
        cmocka_unit_test(test_temperature_is_a_maximum),
        cmocka_unit_test(test_identity_and_extremes),
        cmocka_unit_test(test_split_is_the_one_of_the_rule),
        cmocka_unit_test(test_thresholds_against_all_of_them),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

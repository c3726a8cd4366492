/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay front against enumeration: every non-dominated point, unsupported ones
 * included, and the best decision for every accuracy asked for.
 *
 * Covers row_search and front_point.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "solvers/front/tradeoff.h"
#include "tests/support/instances/random_instance.h"

enum { MOST_USERS = 10 };

static gg_instance *draw(uint64_t seed, uint32_t users, uint32_t servers) {
    gg_rng rng = gg_rng_start(seed, 9, GG_STREAM_TEST);
    random_shape shape = {.n_users = users,
                          .n_servers = servers,
                          .tau = -1.0,
                          .payload_factor = pow(10.0, 3.0 * gg_rng_next_uniform(&rng) - 1.0),
                          .capacity_spread = 1.0 + 4.0 * gg_rng_next_uniform(&rng),
                          .power_spread = 1.0 + 3.0 * gg_rng_next_uniform(&rng),
                          .with_ties = seed % 4 == 0};
    return random_instance(shape, seed);
}

/* least_s[c]: the smallest objective of a decision with c correct answers. */
static void enumerate(const gg_instance *in, gg_objective objective, double *least_s) {
    int32_t decision[MOST_USERS];
    for (size_t i = 0; i < in->n_users; i++)
        decision[i] = GG_LOCAL;
    for (size_t c = 0; c <= in->n_users; c++)
        least_s[c] = INFINITY;
    for (;;) {
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_evaluate(in, objective, decision, &metrics, &err), &err);
        size_t correct = (size_t)lround(metrics.accuracy * (double)in->n_users);
        least_s[correct] = fmin(least_s[correct], metrics.objective_s);
        size_t digit = 0;
        while (digit < in->n_users && ++decision[digit] == (int32_t)in->n_servers)
            decision[digit++] = GG_LOCAL;
        if (digit == in->n_users)
            return;
    }
}

static gg_tradeoff compute(const gg_instance *in, const gg_tradeoff_options *options) {
    gg_tradeoff front;
    gg_error err = {0};
    assert_success(gg_tradeoff_compute(in, options, &front, &err), &err);
    return front;
}

/* Every point is what the judge says it is, and none dominates another. */
static void check_points(const gg_instance *in, const gg_tradeoff_options *options,
                         const gg_tradeoff *front) {
    assert_true(front->count > 0);
    for (size_t k = 0; k < front->count; k++) {
        const gg_tradeoff_point *at = &front->points[k];
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_evaluate(in, options->objective, at->assignment, &metrics, &err), &err);
        assert_true(at->objective_s == metrics.objective_s);
        assert_true(at->total_delay_s == metrics.total_delay_s);
        assert_true(at->proven);
        assert_true(at->lower_bound_s <= at->objective_s);
        assert_true(at->objective_s - at->lower_bound_s <=
                    fmax(options->gap, 1e-10) * at->objective_s);
        assert_true(at->accuracy >= at->required);
        assert_close(at->accuracy,
                     gg_expected_accuracy(in, options->p_slm, options->p_llm, at->assignment),
                     1e-12, 0.0);
        if (k > 0) {
            assert_true(at->objective_s > front->points[k - 1].objective_s);
            assert_true(at->accuracy > front->points[k - 1].accuracy);
        }
    }
}

static void every_point_is_found(void **state) {
    (void)state;
    size_t count = test_count(60, 500);
    for (uint64_t seed = 1; seed <= count; seed++) {
        uint32_t users = seed % 20 == 0 ? 9 : (uint32_t)(3 + seed % 5);
        gg_instance *in = draw(seed, users, users == 9 ? 2 : (uint32_t)(1 + seed % 3));
        gg_tradeoff_options options = gg_tradeoff_options_init();
        options.objective = seed % 2 ? GG_UNIFORM : GG_WEIGHTED;
        options.gap = 1e-10;
        double least_s[MOST_USERS + 1], best_s = INFINITY;
        enumerate(in, options.objective, least_s);
        gg_tradeoff front = compute(in, &options);
        check_points(in, &options, &front);
        assert_true(front.complete);
        size_t k = front.count;
        for (size_t c = in->n_users + 1; c-- > 0;) {
            if (!isfinite(least_s[c]) || !(least_s[c] < best_s * (1.0 - 1e-9)))
                continue;
            best_s = least_s[c];
            if (k == 0)
                fail_msg("seed %d: the point of %zu correct answers is missing", (int)seed, c);
            k--;
            assert_int_equal(lround(front.points[k].accuracy * (double)in->n_users), c);
            assert_close(front.points[k].objective_s, best_s, 1e-9, 0.0);
        }
        assert_int_equal(k, 0);
        gg_tradeoff_clear(&front);
        gg_instance_free(in);
    }
}

/* least_s[k]: the smallest objective of a decision that has what point k requires, but for a hair.
 */
static void enumerate_levels(const gg_instance *in, const gg_tradeoff_options *options,
                             const gg_tradeoff *front, double *least_s) {
    int32_t decision[6] = {-1, -1, -1, -1, -1, -1};
    for (size_t k = 0; k < front->count; k++)
        least_s[k] = INFINITY;
    for (size_t digit = 0; digit < 6;) {
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_evaluate(in, options->objective, decision, &metrics, &err), &err);
        double accuracy = gg_expected_accuracy(in, options->p_slm, options->p_llm, decision);
        for (size_t k = 0; k < front->count; k++)
            if (accuracy >= front->points[k].required - 1e-13)
                least_s[k] = fmin(least_s[k], metrics.objective_s);
        for (digit = 0; digit < 6 && ++decision[digit] == (int32_t)in->n_servers; digit++)
            decision[digit] = GG_LOCAL;
    }
}

/* With probabilities, each accuracy asked for gets the cheapest decision that reaches it. */
static void probabilities_meet_their_levels(void **state) {
    (void)state;
    size_t unsupported = 0;
    for (uint64_t seed = 1; seed <= test_rounds(25, 200); seed++) {
        gg_instance *in = draw(100 + seed, 6, 2);
        gg_rng rng = gg_rng_start(seed, 10, GG_STREAM_TEST);
        double slm[6], llm[6];
        for (size_t i = 0; i < 6; i++) {
            slm[i] = gg_rng_next_uniform(&rng);
            llm[i] = gg_rng_next_uniform(&rng);
        }
        gg_tradeoff_options options = gg_tradeoff_options_init();
        options.p_slm = slm;
        options.p_llm = llm;
        options.n_levels = 9;
        options.gap = 1e-10;
        options.target = 0.55;
        gg_tradeoff front = compute(in, &options);
        check_points(in, &options, &front);
        assert_false(front.complete);
        double least_s[MOST_USERS * 2];
        enumerate_levels(in, &options, &front, least_s);
        for (size_t k = 0; k < front.count; k++) {
            assert_close(front.points[k].objective_s, least_s[k], 1e-9, 0.0);
            unsupported += !front.points[k].supported;
        }
        gg_tradeoff_clear(&front);
        gg_instance_free(in);
    }
    /* Some are out of reach of any price for accuracy. */
    assert_true(unsupported > 10);
}

/* Gaps are of the objective, however much of a value its price for accuracy is; accuracies that
 * only rounding tells apart are one. */
static void gaps_and_ties_are_true(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(40, 1000); seed++) {
        gg_instance *in = draw(500 + seed, 6, 2);
        gg_rng rng = gg_rng_start(seed, 11, GG_STREAM_TEST);
        double slm[6], llm[6], least_s[MOST_USERS * 2];
        for (size_t i = 0; i < 6; i++) {
            slm[i] = (double)gg_rng_next_below(&rng, 10) / 10.0;
            llm[i] = gg_rng_next_below(&rng, 3) ? (double)gg_rng_next_below(&rng, 10) / 10.0
                                                : slm[i] + 1e-13 * gg_rng_next_uniform(&rng);
        }
        gg_tradeoff_options options = gg_tradeoff_options_init();
        options.objective = seed % 2 ? GG_UNIFORM : GG_WEIGHTED;
        options.p_slm = slm;
        options.p_llm = llm;
        options.n_levels = 9;
        options.gap = pow(10.0, -1.0 - (double)(seed % 8));
        gg_tradeoff front = compute(in, &options);
        check_points(in, &options, &front);
        enumerate_levels(in, &options, &front, least_s);
        for (size_t k = 0; k < front.count; k++)
            if (!(front.points[k].lower_bound_s <= least_s[k]))
                fail_msg("seed %d: point %zu: %.17g s is not below %.17g s", (int)seed, k,
                         front.points[k].lower_bound_s, least_s[k]);
        gg_tradeoff_clear(&front);
        gg_instance_free(in);
    }
}

static void larger_fronts_are_proven(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(2, 20); seed++) {
        gg_instance *in = draw(300 + seed, 25, 3);
        gg_tradeoff_options options = gg_tradeoff_options_init();
        options.gap = 1e-4;
        gg_tradeoff front = compute(in, &options);
        check_points(in, &options, &front);
        gg_tradeoff_clear(&front);
        gg_instance_free(in);
    }
}

/* Stopped early, a front still has true decisions and true bounds. */
static void limits_leave_intervals(void **state) {
    (void)state;
    gg_instance *in = draw(7, 8, 3);
    gg_tradeoff_options options = gg_tradeoff_options_init();
    double least_s[MOST_USERS + 1];
    enumerate(in, GG_UNIFORM, least_s);
    options.node_limit = 0;
    options.gap = 0.0;
    gg_tradeoff front = compute(in, &options);
    for (size_t k = 0; k < front.count; k++) {
        double best_s = INFINITY;
        for (size_t c = 0; c <= 8; c++)
            if ((double)c / 8.0 >= front.points[k].required - 1e-9)
                best_s = fmin(best_s, least_s[c]);
        assert_true(front.points[k].lower_bound_s <= best_s * (1.0 + 1e-12));
        assert_true(front.points[k].objective_s >= best_s * (1.0 - 1e-12));
    }
    gg_tradeoff_clear(&front);
    gg_instance_free(in);
}

static void impossible_requests_are_refused(void **state) {
    (void)state;
    gg_instance *in = draw(8, 4, 2);
    gg_tradeoff_options options = gg_tradeoff_options_init();
    gg_tradeoff front;
    gg_error err = {0};
    const double p[4] = {0.5, 0.5, 0.5, 0.5};
    options.p_slm = options.p_llm = p;
    assert_int_equal(gg_tradeoff_compute(in, &options, &front, &err), GG_E_USAGE);
    options.n_levels = 5;
    const double wrong[] = {1.5, -0.25, NAN};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        const double bad[4] = {0.5, 0.5, wrong[k], 0.5};
        err = (gg_error){0};
        options.p_llm = bad;
        assert_int_equal(gg_tradeoff_compute(in, &options, &front, &err), GG_E_INPUT);
        assert_says(&err, "user 2: ");
    }
    options.p_llm = p;
    /* Nothing to gain anywhere: one point. */
    front = compute(in, &options);
    assert_int_equal(front.count, 1);
    gg_tradeoff_clear(&front);
    gg_free(in->slm_correct);
    in->slm_correct = NULL;
    options = gg_tradeoff_options_init();
    err = (gg_error){0};
    assert_int_equal(gg_tradeoff_compute(in, &options, &front, &err), GG_E_INPUT);
    assert_says(&err, "slm_correct");
    options.objective = GG_ENERGY;
    options.p_slm = options.p_llm = p;
    options.n_levels = 5;
    err = (gg_error){0};
    assert_int_equal(gg_tradeoff_compute(in, &options, &front, &err), GG_E_INPUT);
    assert_says(&err, "device_power_w");
    gg_instance_free(in);
}

static void without_servers_all_stay_local(void **state) {
    (void)state;
    gg_instance *in = draw(9, 5, 1), *alone = NULL;
    gg_error err = {0};
    assert_success(gg_instance_new("alone", 5, 0, GG_WITH_FLAGS, &alone, &err), &err);
    alone->max_user_capacity_flops = alone->noise_w = alone->edge_work_ratio = 1.0;
    alone->ref_capacity_flops = 1.0;
    for (size_t i = 0; i < 5; i++) {
        alone->local_delay_s[i] = in->local_delay_s[i];
        alone->local_capacity_flops[i] = 1.0;
        alone->alpha[i] = in->alpha[i];
        alone->llm_correct[i] = 1;
    }
    gg_tradeoff_options options = gg_tradeoff_options_init();
    gg_tradeoff front = compute(alone, &options);
    assert_int_equal(front.count, 1);
    assert_close(front.points[0].accuracy, 0.0, 0.0, 0.0);
    gg_tradeoff_clear(&front);
    gg_instance_free(in);
    gg_instance_free(alone);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(11, 6, 2);
    gg_tradeoff_options options = gg_tradeoff_options_init();
    for (long allowed = 0;; allowed += 1 + allowed / 16) {
        gg_tradeoff front;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_tradeoff_compute(in, &options, &front, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            gg_tradeoff_clear(&front);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_int_equal(front.count, 0);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point_is_found),
        cmocka_unit_test(probabilities_meet_their_levels),
        cmocka_unit_test(gaps_and_ties_are_true),
        cmocka_unit_test(larger_fronts_are_proven),
        cmocka_unit_test(limits_leave_intervals),
        cmocka_unit_test(impossible_requests_are_refused),
        cmocka_unit_test(without_servers_all_stay_local),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

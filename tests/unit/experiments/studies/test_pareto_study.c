/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay plane: answers along staircases, the area between them, and that nothing a
 * strategy decides lies beyond the front.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/studies/pareto/pareto_study.h"
#include "models/base/alloc.h"
#include "tests/support/instances/random_instance.h"

static gg_instance *draw(uint64_t seed, size_t users) {
    return random_instance((random_shape){.n_users = users,
                                          .n_servers = 2,
                                          .tau = -1.0,
                                          .payload_factor = seed % 2 ? 1.0 : 30.0,
                                          .capacity_spread = 3.0,
                                          .power_spread = 2.0},
                           seed);
}

static void staircases_answer(void **state) {
    (void)state;
    gg_tradeoff_point points[3] = {{.accuracy = 0.2, .objective_s = 1.0},
                                   {.accuracy = 0.5, .objective_s = 2.0},
                                   {.accuracy = 0.6, .objective_s = 5.0}};
    const gg_tradeoff front = {.count = 3, .points = points};
    assert_ptr_equal(gg_front_at_accuracy(&front, 0.0), &points[0]);
    assert_ptr_equal(gg_front_at_accuracy(&front, 0.2), &points[0]);
    assert_ptr_equal(gg_front_at_accuracy(&front, 0.21), &points[1]);
    assert_null(gg_front_at_accuracy(&front, 0.61));
    assert_null(gg_front_at_objective(&front, 0.9));
    assert_ptr_equal(gg_front_at_objective(&front, 4.9), &points[1]);
    const gg_tau_curve curve = {.solver = "goa",
                                .count = 4,
                                .points = {{0.0, 0.6, 9.0, 9.0},
                                           {0.1, 0.6, 7.0, 7.0},
                                           {0.2, 0.6, 7.0, 7.0},
                                           {0.3, 0.7, INFINITY, INFINITY}}};
    assert_close(gg_curve_at_accuracy(&curve, 0.5)->tau, 0.2, 0.0, 0.0);
    assert_null(gg_curve_at_accuracy(&curve, 0.65));
    assert_close(gg_curve_at_objective(&curve, 8.0)->tau, 0.2, 0.0, 0.0);
    assert_null(gg_curve_at_objective(&curve, 6.0));
}

static void nothing_lies_beyond_the_front(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(12, 100); seed++) {
        gg_instance *in = draw(seed, 10);
        gg_tradeoff_options options = gg_tradeoff_options_init();
        gg_pareto_study study;
        gg_error err = {0};
        double tau = in->tau;
        options.objective = seed % 3 ? GG_UNIFORM : GG_WEIGHTED;
        options.gap = 1e-9;
        assert_success(gg_pareto_study_compute(in, &options, &study, &err), &err);
        assert_true(in->tau == tau);
        for (size_t c = 0; c < GG_PARETO_CURVES; c++)
            for (size_t k = 0; k < study.curves[c].count; k++) {
                const gg_tau_point *at = &study.curves[c].points[k];
                const gg_tradeoff_point *best = gg_front_at_accuracy(&study.front, at->accuracy);
                assert_non_null(best);
                assert_true(best->objective_s <= at->objective_s * (1.0 + 2e-9));
            }
        assert_true(study.area.known);
        assert_true(study.area.area_s >= -1e-9);
        assert_true(study.area.mean_excess_s >= -1e-9);
        assert_close(study.area.area_s,
                     study.area.mean_excess_s * (study.area.to_accuracy - study.area.from_accuracy),
                     1e-9, 1e-15);
        gg_pareto_study_clear(&study);
        gg_instance_free(in);
    }
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(3, 4);
    gg_tradeoff_options options = gg_tradeoff_options_init();
    for (long allowed = 0;; allowed += 1 + allowed / 8) {
        gg_pareto_study study;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_pareto_study_compute(in, &options, &study, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            assert_true(allowed > 20);
            gg_pareto_study_clear(&study);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(staircases_answer),
        cmocka_unit_test(nothing_lies_beyond_the_front),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

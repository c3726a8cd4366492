/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decisions beside the optimum: what differs, and what each difference costs.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/charts/chart.h"
#include "experiments/report/compared/study.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/tables/report_tables.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/draw/scenario.h"
#include "models/evaluate.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/experiments/report/study_common.h"

static const gg_mistakes *mistakes_of(const gg_study *study, size_t strategy) {
    return &study->mistakes.items[strategy];
}

static void test_decisions_are_compared_with_the_optimum(void **state) {
    (void)state;
    experiment e;
    gg_study *study = study_of(&e);
    const gg_mistakes *goa = mistakes_of(study, 0), *mine = mistakes_of(study, 1);
    assert_int_equal(goa->instances, 2 * RUNS);
    assert_int_equal(goa->users, 2 * RUNS * USERS);
    assert_int_equal(mine->equal, mine->instances);
    /* `goa` may beat the decision of `exact`, which then is not the reference. */
    size_t different = 0;
    for (size_t kind = 0; kind < GG_N_MISTAKES; kind++)
        different += goa->count[kind];
    assert_true(different > 0 && goa->equal >= 2 * (RUNS - 2));
    assert_int_equal(study->mistakes.mismatch, 0);
    assert_int_equal(study->mistakes.costed, 2 * RUNS);
    release(&e, study);
}

/* The cost again from its definition, on the instance drawn by other means. */
static void test_costs_are_what_correcting_saves(void **state) {
    (void)state;
    experiment e;
    gg_study *study = study_of(&e);
    const gg_mistakes *goa = mistakes_of(study, 0);
    gg_preset *preset;
    gg_error err = {0};
    assert_success(gg_preset_read("urban-micro", &preset, &err), &err);
    assert_true(goa->n_top > 0);
    for (size_t t = 0; t < goa->n_top; t++) {
        const gg_mistake *mistake = &goa->top[t];
        const gg_row *row = &e.rows[mistake->row];
        gg_draw draw = {
            .n_users = USERS, .n_servers = 2, .tau = row->tau, .seed = 5, .run = row->run};
        gg_instance *instance;
        gg_metrics metrics;
        int32_t x[USERS];
        assert_success(gg_scenario_draw(preset, &draw, &instance, &err), &err);
        for (size_t i = 0; i < USERS; i++)
            x[i] = e.assignment[mistake->row * USERS + i];
        assert_int_equal(x[mistake->user], mistake->decided);
        x[mistake->user] = mistake->optimal;
        assert_success(gg_evaluate(instance, GG_WEIGHTED, x, &metrics, &err), &err);
        assert_close(mistake->cost_s, row->objective_s - metrics.objective_s, 1e-9, 1e-15);
        assert_true(mistake->alpha == instance->alpha[mistake->user]);
        assert_true(t == 0 || goa->top[t - 1].share >= mistake->share);
        gg_instance_free(instance);
    }
    gg_preset_free(preset);
    release(&e, study);
}

/* A recorded objective that does not come out again is not costed. */
static void test_a_network_that_is_not_the_same_is_not_costed(void **state) {
    (void)state;
    experiment e;
    gg_study *study;
    gg_error err = {0};
    make_experiment(&e);
    for (size_t k = 0; k < N_ROWS; k++)
        e.rows[k].objective_s *= 1.0 + 1e-6;
    assert_success(gg_study_compute(&e.results, &(gg_study_sources){0}, &study, &err), &err);
    assert_int_equal(study->mistakes.mismatch, N_ROWS);
    assert_int_equal(study->mistakes.costed, 0);
    assert_int_equal(mistakes_of(study, 0)->n_top, 0);
    release(&e, study);
}

/* Nor is a decision that names a server which is not there. */
static void test_a_decision_out_of_range_is_not_costed(void **state) {
    (void)state;
    experiment e;
    gg_study *study;
    gg_error err = {0};
    make_experiment(&e);
    e.assignment[0] = 2;
    e.assignment[SOLVERS * USERS] = -7;
    assert_success(gg_study_compute(&e.results, &(gg_study_sources){0}, &study, &err), &err);
    assert_int_equal(study->mistakes.mismatch, 2);
    release(&e, study);
}

static void test_results_without_decisions_have_no_mistakes(void **state) {
    (void)state;
    experiment e;
    gg_study *study;
    gg_error err = {0};
    make_experiment(&e);
    e.results.offsets = NULL;
    e.results.assignment = NULL;
    assert_success(gg_study_compute(&e.results, &(gg_study_sources){0}, &study, &err), &err);
    assert_int_equal(study->mistakes.count, 0);
    release(&e, study);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions_are_compared_with_the_optimum),
        cmocka_unit_test(test_costs_are_what_correcting_saves),
        cmocka_unit_test(test_a_network_that_is_not_the_same_is_not_costed),
        cmocka_unit_test(test_a_decision_out_of_range_is_not_costed),
        cmocka_unit_test(test_results_without_decisions_have_no_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

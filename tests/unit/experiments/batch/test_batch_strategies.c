/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A batch whose strategies break, and whose presets and queries are crossed and scaled.
 *
 * Covers provenance, experiment_open and results_columns.
 */
#include "tests/support/support.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/part.h"
#include "experiments/batch/runner.h"
#include "experiments/planning/experiment.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/timer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"
#include "tests/unit/experiments/batch/batch_common.h"

/* ---- strategies that break ---- */

static gg_status copy_local(const gg_instance *instance, gg_result *result) {
    for (size_t i = 0; i < instance->n_users; i++)
        result->assignment[i] = GG_LOCAL;
    return GG_OK;
}

static gg_status die_in_run_2(const gg_instance *instance, const gg_solve_options *options,
                              gg_result *result, gg_error *err) {
    (void)err;
    if (options->run == 2)
        raise(SIGKILL);
    return copy_local(instance, result);
}

static gg_status fail_in_run_3(const gg_instance *instance, const gg_solve_options *options,
                               gg_result *result, gg_error *err) {
    if (options->run == 3)
        return gg_fail(err, GG_E_SOLVER, "out of ideas");
    return copy_local(instance, result);
}

static void set_solver(fixture *f, size_t index, const gg_solver *solver) {
    gg_plan_strategy *strategy = &f->plan->strategies[index];
    gg_free(strategy->name);
    strategy->name = gg_strdup(solver->name);
    strategy->solver = solver;
}

static void test_a_broken_strategy_costs_its_own_rows_only(void **state) {
    (void)state;
    static const gg_solver dying = {
        .name = "dying", .summary = "", .may_violate_tau = true, .solve = die_in_run_2};
    static const gg_solver failing = {
        .name = "failing", .summary = "", .may_violate_tau = true, .solve = fail_in_run_3};
    fixture f;
    open_fixture(&f);
    set_solver(&f, 0, &dying);
    set_solver(&f, 1, &failing);
    gg_batch_options options = batch_options(&f, 2);
    gg_batch_state done = run(&f, &options);
    assert_int_equal(done.units_done, UNITS);
    assert_int_equal(done.rows_failed, 2 * 2 * UNITS / 5);
    gg_results *results = read_all(&f);
    assert_int_equal(results->count, UNITS * ROWS_EACH);
    for (size_t k = 0; k < results->count; k++) {
        const gg_row *row = &results->rows[k];
        bool died = strcmp(row->solver, "dying") == 0 && row->run == 2;
        bool failed = strcmp(row->solver, "failing") == 0 && row->run == 3;
        assert_string_equal(row->status, died || failed ? "failed" : "feasible");
        if (died)
            assert_non_null(strstr(row->failure, "ended by signal 9"));
        else if (failed)
            assert_string_equal(row->failure, "failing: out of ideas");
        else
            assert_string_equal(row->failure, "");
        assert_true(isnan(row->objective_s) == (died || failed));
    }
    gg_results_free(results);
    close_fixture(&f);
}

static bool all_is_well;

static gg_status fail_until_all_is_well(const gg_instance *instance,
                                        const gg_solve_options *options, gg_result *result,
                                        gg_error *err) {
    if (options->run == 3 && !all_is_well)
        return gg_fail(err, GG_E_SOLVER, "not yet");
    return copy_local(instance, result);
}

static void test_failed_networks_are_done_again_when_asked(void **state) {
    (void)state;
    static const gg_solver moody = {
        .name = "moody", .summary = "", .may_violate_tau = true, .solve = fail_until_all_is_well};
    fixture f;
    open_fixture(&f);
    set_solver(&f, 1, &moody);
    gg_batch_options options = batch_options(&f, 2);
    all_is_well = true;
    run(&f, &options);
    gg_results *expected = read_all(&f);
    for (int part = 0; part < PARTS; part++) {
        char name[32];
        snprintf(name, sizeof name, "part-%06d.h5", part);
        assert_int_equal(unlink(folder_file(&f.folder, name)), 0);
    }
    all_is_well = false;
    assert_int_equal(run(&f, &options).rows_failed, 2 * UNITS / 5);
    all_is_well = true;
    assert_int_equal(run(&f, &options).units_done, 0);
    options.wish.retry_failed = true;
    gg_batch_state again = run(&f, &options);
    assert_int_equal(again.units_done, UNITS / 5);
    assert_int_equal(again.units_found, UNITS - UNITS / 5);
    assert_int_equal(again.rows_failed, 0);
    gg_results *results = read_all(&f);
    assert_same_results(expected, results);
    gg_results_free(results);
    gg_results_free(expected);
    close_fixture(&f);
}

static gg_status eat_memory(const gg_instance *instance, const gg_solve_options *options,
                            gg_result *result, gg_error *err) {
    (void)options;
    char *block = gg_alloc((size_t)200 << 20, 1);
    if (block == NULL)
        return gg_fail(err, GG_E_NOMEM, "no 200 MB");
    gg_free(block);
    return copy_local(instance, result);
}

static void test_memory_is_limited(void **state) {
    (void)state;
    static const gg_solver hungry = {
        .name = "hungry", .summary = "", .may_violate_tau = true, .solve = eat_memory};
    for (size_t limit_mb = 100; limit_mb <= 500; limit_mb += 400) {
        fixture f;
        open_fixture(&f);
        set_solver(&f, 0, &hungry);
        f.plan->memory_mb = limit_mb;
        gg_batch_options options = batch_options(&f, 1);
        assert_int_equal(run(&f, &options).rows_failed, limit_mb == 100 ? 2 * UNITS : 0);
        gg_results *results = read_all(&f);
        /* A sanitizer's allocator ends the worker instead of refusing. */
        bool ended = strstr(results->rows[0].failure, "the worker ended") != NULL;
        assert_string_equal(results->rows[0].stop_reason,
                            limit_mb == 100 && !ended ? "memory" : "done");
        gg_results_free(results);
        close_fixture(&f);
    }
}

static void test_payloads_are_crossed_with_presets(void **state) {
    (void)state;
    static const char yaml[] = "preset: [paper]\npayload: [bits, bytes-as-bits]\nusers: [4]\n"
                               "tau: [0.7]\nruns: 1\nsolvers: [edge]\n";
    fixture f = {0};
    gg_error err = {0};
    assert_success(gg_plan_parse(yaml, strlen(yaml), "plan.yaml", NULL, &f.plan, &err), &err);
    assert_success(gg_experiment_open(f.plan, &f.experiment, &err), &err);
    assert_int_equal(folder_setup(&f.folder), 0);
    gg_batch_options options = batch_options(&f, 1);
    run(&f, &options);
    gg_results *results = read_all(&f);
    assert_int_equal(results->count, 2);
    assert_string_equal(results->rows[0].preset, "paper/bits");
    assert_string_equal(results->rows[1].preset, "paper/bytes-as-bits");
    /* A byte is eight bits, and nothing else differs. */
    assert_true(results->rows[0].comm_delay_s > 2.0 * results->rows[1].comm_delay_s);
    assert_close(results->rows[0].accuracy, results->rows[1].accuracy, 0, 0);
    gg_results_free(results);
    close_fixture(&f);
}

/* ---- datasets ---- */

/* A plan over four queries whose small model's median latency is to be 33 ms. */
static gg_status open_on_tiny(void **folder, const char *users, gg_plan **plan,
                              gg_experiment **experiment, gg_error *err) {
    char yaml[512];
    const char *path = folder_file(folder, "tiny.h5");
    const tiny_options options = {.dtype = GG_F32, .with_columns = true};
    assert_int_equal(tiny_write(path, &options, NULL), GG_OK);
    snprintf(yaml, sizeof yaml,
             "preset: [paper-bits]\nusers: [%s]\ntau: [0.7]\nruns: 1\nsolvers: [goa]\n"
             "dataset: %s\nuncertainty: u\nslm_median_latency_s: 0.033\n",
             users, path);
    gg_h5 *h5;
    const double alpha[TINY_QUERIES] = {0.1, 0.9, 0.5, 0.3};
    const size_t n = TINY_QUERIES;
    assert_int_equal(gg_h5_create_copy(path, path, &h5, NULL), GG_OK);
    assert_int_equal(gg_h5_make_group(h5, "/uncertainty", NULL), GG_OK);
    assert_int_equal(gg_h5_write(h5, "/uncertainty/u", GG_H5_F64, 1, &n, alpha, NULL), GG_OK);
    assert_int_equal(gg_h5_finish(h5, GG_OK, NULL), GG_OK);
    assert_success(gg_plan_parse(yaml, strlen(yaml), "plan.yaml", NULL, plan, err), err);
    return gg_experiment_open(*plan, experiment, err);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void test_latencies_are_scaled_to_the_median(void **state) {
    gg_plan *plan;
    gg_experiment *experiment;
    gg_manifest manifest = {0};
    gg_error err = {0};
    assert_success(open_on_tiny(state, "3", &plan, &experiment, &err), &err);
    double sorted[TINY_QUERIES];
    memcpy(sorted, experiment->workload->slm_latency_s, sizeof sorted);
    qsort(sorted, TINY_QUERIES, sizeof *sorted, compare);
    assert_close(experiment->latency_scale * 0.5 * (sorted[1] + sorted[2]), 0.033, 1e-14, 0);
    assert_success(gg_experiment_describe(experiment, "test", &manifest, &err), &err);
    assert_non_null(
        strstr(gg_manifest_get(&manifest, "workload"), "small model's median is 33 ms"));
    gg_manifest_clear(&manifest);
    gg_experiment_close(experiment);
    gg_plan_free(plan);
}

static void test_more_users_than_queries_are_refused(void **state) {
    gg_plan *plan;
    gg_experiment *experiment;
    gg_error err = {0};
    assert_int_equal(open_on_tiny(state, "5", &plan, &experiment, &err), GG_E_INPUT);
    assert_non_null(strstr(err.message, "5 users"));
    assert_non_null(strstr(err.message, "only 4 queries"));
    gg_plan_free(plan);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_broken_strategy_costs_its_own_rows_only),
        cmocka_unit_test(test_failed_networks_are_done_again_when_asked),
        cmocka_unit_test(test_memory_is_limited),
        cmocka_unit_test(test_payloads_are_crossed_with_presets),
        IN_FOLDER(test_latencies_are_scaled_to_the_median),
        IN_FOLDER(test_more_users_than_queries_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a dataset's columns to a workload.
 */
#include "data/uncertainty/workload.h"

#include <math.h>
#include <string.h>

#include "data/dataset/uncertainty_store.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

/* Columns a dataset of four queries may have. */
enum { BYTES = 1, SLM_LATENCY = 2, LLM_LATENCY = 4, FLAGS = 8, ALL = 15 };

static void write_dataset(const char *path, int columns, const double alpha[4]) {
    static const double bytes[] = {10, 200, 3000, 40000}, slow[] = {0.5, 0.25, 2, 1.5};
    static const double fast[] = {1, 2, 3, 4}, flags[] = {1, 0, 0, 1};
    gg_error err = {0};
    gg_dataset_writer *w;
    gg_uncertainty_info info = {.method = "margin", .top_k = 0, .temperature = 1};
    assert_success(gg_dataset_writer_new(path, &w, &err), &err);
    if (columns & BYTES)
        assert_success(gg_dataset_writer_append(w, GG_SLM, GG_COLUMN_PROMPT_BYTES, 4, bytes, &err),
                       &err);
    if (columns & SLM_LATENCY)
        assert_success(gg_dataset_writer_append(w, GG_SLM, GG_COLUMN_LATENCY, 4, slow, &err), &err);
    if (columns & LLM_LATENCY)
        assert_success(gg_dataset_writer_append(w, GG_LLM, GG_COLUMN_LATENCY, 4, fast, &err), &err);
    if (columns & FLAGS)
        for (int side = 0; side < GG_N_SIDES; side++)
            assert_success(
                gg_dataset_writer_append(w, (gg_side)side, GG_COLUMN_CORRECT, 4, flags, &err),
                &err);
    gg_dataset_writer_device(w, GG_SLM, 5e12);
    for (int i = 0; i < 4; i++) {
        const char *const ids[] = {"a", "b", "c", "d"};
        assert_success(gg_dataset_writer_append_id(w, ids[i], &err), &err);
    }
    assert_success(gg_dataset_writer_uncertainty(w, "u", &info, alpha, 4, &err), &err);
    assert_success(gg_dataset_writer_finish(w, NULL, &err), &err);
}

static gg_status read_workload(const char *path, const char *name, bool rank_alpha,
                               gg_workload_columns **out, gg_error *err) {
    gg_dataset *dataset;
    *out = NULL;
    gg_status status = gg_dataset_open(path, &dataset, err);
    if (status == GG_OK)
        status = gg_workload_read(dataset, name, rank_alpha, out, err);
    gg_dataset_close(dataset);
    return status;
}

static void test_all_columns(void **state) {
    const char *path = folder_file(state, "w.h5");
    const double alpha[4] = {0, 0.25, 1, 0.5};
    gg_error err = {0};
    gg_workload_columns *columns;
    write_dataset(path, ALL, alpha);
    assert_success(read_workload(path, "u", false, &columns, &err), &err);
    const gg_workload *w = gg_workload_view(columns);
    assert_int_equal(w->n_queries, 4);
    assert_memory_equal(w->alpha, alpha, sizeof alpha);
    assert_true(w->prompt_bytes[3] == 40000);
    assert_true(w->slm_latency_s[1] == 0.25 && w->llm_latency_s[1] == 2);
    assert_true(w->slm_device_flops == 5e12 && w->llm_device_flops == 0);
    /* Each from the other three: a from b wrong, d right, c wrong, of which the first two pool. */
    const double p[4] = {0.5, 1, 0.5, 0};
    assert_memory_equal(w->slm_p_correct, p, sizeof p);
    assert_memory_equal(w->llm_p_correct, p, sizeof p);
    assert_true(w->slm_correct[0] == 1 && w->slm_correct[2] == 0 && w->llm_correct[3] == 1);
    gg_workload_free(columns);
}

static void test_optional_columns(void **state) {
    const char *path = folder_file(state, "w.h5");
    const double alpha[4] = {0, 0.25, 1, 0.5};
    gg_error err = {0};
    gg_workload_columns *columns;
    write_dataset(path, BYTES | SLM_LATENCY, alpha);
    assert_success(read_workload(path, "u", false, &columns, &err), &err);
    const gg_workload *w = gg_workload_view(columns);
    assert_null(w->llm_latency_s);
    assert_null(w->slm_correct);
    assert_null(w->llm_correct);
    gg_workload_free(columns);
    write_dataset(path, ALL & ~BYTES, alpha);
    assert_int_equal(read_workload(path, "u", false, &columns, &err), GG_E_INPUT);
    assert_says(&err, "w.h5: /queries/prompt_bytes: is missing (a workload needs it)");
    err = (gg_error){0};
    write_dataset(path, ALL & ~SLM_LATENCY, alpha);
    assert_int_equal(read_workload(path, "u", false, &columns, &err), GG_E_INPUT);
    assert_says(&err, "/slm/latency_s: is missing");
    err = (gg_error){0};
    assert_int_equal(read_workload(path, "v", false, &columns, &err), GG_E_INPUT);
    assert_says(&err, "no uncertainty \"v\"; it has u: choose it with --uncertainty, in a plan "
                      "with `uncertainty: u'");
}

static void test_uncertainties_outside_the_unit_interval(void **state) {
    const char *path = folder_file(state, "w.h5");
    const double alpha[4] = {0.5, 7, -3, 7}, with_nan[4] = {0.5, NAN, 0, 0};
    const double expected[4] = {0.5, 0.875, 0.25, 0.875};
    gg_error err = {0};
    gg_workload_columns *columns;
    write_dataset(path, ALL, alpha);
    assert_int_equal(read_workload(path, "u", false, &columns, &err), GG_E_INPUT);
    assert_says(&err, "/uncertainty/u: query 1 (\"b\"): 7 is not in [0, 1]");
    err = (gg_error){0};
    assert_success(read_workload(path, "u", true, &columns, &err), &err);
    assert_memory_equal(gg_workload_view(columns)->alpha, expected, sizeof expected);
    gg_workload_free(columns);
    write_dataset(path, ALL, with_nan);
    assert_int_equal(read_workload(path, "u", true, &columns, &err), GG_E_INPUT);
    assert_says(&err, "/uncertainty/u: value 1 is not a number");
}

static void test_mid_ranks(void **state) {
    (void)state;
    gg_error err = {0};
    double values[6] = {3, 1, 3, INFINITY, 3, 2};
    const double expected[6] = {4.0 / 6, 1.0 / 6, 4.0 / 6, 1, 4.0 / 6, 2.0 / 6};
    assert_success(gg_mid_ranks(values, 6, &err), &err);
    for (int k = 0; k < 6; k++)
        assert_true(values[k] == expected[k]);
    values[0] = 9;
    assert_success(gg_mid_ranks(values, 1, &err), &err);
    assert_true(values[0] == 1);
}

static void test_failing_allocations_are_survived(void **state) {
    const char *path = folder_file(state, "w.h5");
    const double alpha[4] = {0, 0.25, 1, 0.5};
    gg_status status = GG_E_NOMEM;
    long allowed = 0;
    write_dataset(path, ALL, alpha);
    for (; status != GG_OK && allowed < 500; allowed++) {
        gg_error err = {0};
        gg_workload_columns *columns;
        gg_alloc_fail_after(allowed);
        status = read_workload(path, "u", true, &columns, &err);
        gg_alloc_fail_after(-1);
        gg_workload_free(columns);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
    assert_int_equal(status, GG_OK);
    assert_true(allowed > 20);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_all_columns),
        WITH_FOLDER(test_optional_columns),
        WITH_FOLDER(test_uncertainties_outside_the_unit_interval),
        cmocka_unit_test(test_mid_ranks),
        WITH_FOLDER(test_failing_allocations_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

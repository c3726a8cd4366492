/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Datasets of finished uncertainties, and one added to a dataset.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "data/dataset/row_reader.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"
#include "tests/unit/data/dataset/dataset_common.h"

static void test_dataset_of_finished_uncertainties(void **state) {
    const char *path = folder_file(state, "finished.h5");
    gg_error err = {0};
    gg_dataset_writer *writer;
    gg_dataset *dataset;
    gg_strings names;
    const double alpha[3] = {0.5, 0.25, 1};
    double back[3];
    gg_uncertainty_info info = {.method = "imported", .top_k = NAN, .temperature = NAN}, got;
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_success(gg_dataset_writer_uncertainty(writer, "imported", &info, alpha, 3, &err), &err);
    assert_success(gg_dataset_writer_finish(writer, NULL, &err), &err);
    assert_success(gg_dataset_open(path, &dataset, &err), &err);
    assert_int_equal(gg_dataset_n_queries(dataset), 3);
    assert_success(gg_uncertainty_list(dataset, &names, &err), &err);
    assert_int_equal(names.count, 1);
    gg_strings_clear(&names);
    assert_success(gg_uncertainty_read(dataset, "imported", back, &got, &err), &err);
    assert_memory_equal(back, alpha, sizeof alpha);
    assert_string_equal(got.method, "imported");
    assert_string_equal(got.aggregate, "");
    assert_true(isnan(got.top_k));
    assert_int_equal(gg_uncertainty_read(dataset, "other", back, NULL, &err), GG_E_INPUT);
    assert_says(&err, "no uncertainty \"other\"; it has imported");
    gg_dataset_close(dataset);
}

static void test_adding_an_uncertainty(void **state) {
    const char *path = folder_file(state, "data.h5"), *copy = folder_file(state, "copy.h5");
    const char *before = folder_file(state, "before.h5");
    tiny_options options = {.dtype = GG_F16, .with_columns = true};
    gg_error err = {0};
    gg_dataset *dataset;
    size_t size;
    double values[TINY_QUERIES] = {0.125, 0.25, 0.5, 1}, back[TINY_QUERIES];
    gg_uncertainty_info info = {"margin", 10, "first", 1, "slm/logits", "a test"}, got;
    assert_success(tiny_write(path, &options, &err), &err);
    char *bytes = read_whole(path, &size);
    write_whole(before, bytes, size);
    free(bytes);
    assert_success(gg_uncertainty_add(path, copy, "u", &info, values, 4, false, &err), &err);
    assert_true(same_files(path, before));
    assert_success(gg_uncertainty_add(path, NULL, "u", &info, values, 4, false, &err), &err);
    assert_true(same_files(path, copy));
    assert_int_equal(gg_uncertainty_add(path, NULL, "u", &info, values, 4, false, &err),
                     GG_E_USAGE);
    assert_says(&err, "/uncertainty/u: exists already");
    err = (gg_error){0};
    values[0] = 0;
    assert_success(gg_uncertainty_add(path, NULL, "u", &info, values, 4, true, &err), &err);
    assert_success(gg_uncertainty_add(path, NULL, "v:0.5", &info, values, 4, false, &err), &err);
    dataset = open_sound(path);
    check_rows(dataset, GG_SLM, 0);
    assert_success(gg_uncertainty_read(dataset, "u", back, &got, &err), &err);
    assert_memory_equal(back, values, sizeof back);
    assert_string_equal(got.source, "slm/logits");
    assert_string_equal(got.created_by, "a test");
    assert_true(got.top_k == 10 && got.temperature == 1);
    gg_dataset_close(dataset);
    assert_int_equal(gg_uncertainty_add(path, NULL, "w", &info, values, 3, false, &err),
                     GG_E_USAGE);
    err = (gg_error){0};
    assert_int_equal(gg_uncertainty_add(path, NULL, "a/b", &info, values, 4, false, &err),
                     GG_E_USAGE);
    assert_says(&err, "\"a/b\" cannot name an uncertainty");
    assert_int_equal(folder_count(state), 3);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_dataset_of_finished_uncertainties),
        WITH_FOLDER(test_adding_an_uncertainty),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

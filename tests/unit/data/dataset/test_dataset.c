/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Datasets: what the writer and h5py write loads, uncertainties can be added.
 *
 * Covers dataset_columns.
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

static void test_written_datasets_read_back(void **state) {
    const char *path = folder_file(state, "tiny.h5");
    static const double classes[] = {5, -1, 5, 0, 7, 7}, lengths[] = {1, 2, 1, 1};
    for (int k = 0; k < 2 * GG_N_DTYPES; k++) {
        tiny_options options = {.dtype = (gg_dtype)(k / 2),
                                .gzip_level = k % 2,
                                .classes = classes,
                                .answer_tokens = lengths,
                                .with_columns = true};
        gg_error err = {0};
        gg_dataset *dataset;
        gg_strings ids;
        int64_t integers[TINY_ROWS];
        double numbers[TINY_ROWS];
        char text[64];
        assert_success(tiny_write(path, &options, &err), &err);
        assert_success(gg_dataset_open(path, &dataset, &err), &err);
        assert_success(gg_dataset_validate(dataset, &err), &err);
        const gg_side_info *info = gg_dataset_side(dataset, GG_SLM);
        assert_int_equal(gg_dataset_n_queries(dataset), TINY_QUERIES);
        assert_int_equal(info->storage, GG_STORAGE_LOGITS);
        assert_int_equal(info->dtype, options.dtype);
        assert_int_equal(info->vocabulary, TINY_WORDS);
        assert_true(info->device_flops == 0x1p40);
        for (int i = 0; i <= TINY_QUERIES; i++)
            assert_int_equal(info->offsets[i], tiny_offsets[i]);
        check_rows(dataset, GG_SLM, 0);
        check_rows(dataset, GG_SLM, 100);
        assert_success(
            gg_dataset_read_integers(dataset, GG_SLM, GG_COLUMN_TOKENS, 1, 3, integers, &err),
            &err);
        assert_int_equal(integers[2], 3);
        assert_success(gg_dataset_read_numbers(dataset, GG_SLM, GG_COLUMN_LATENCY, 0, TINY_QUERIES,
                                               numbers, &err),
                       &err);
        assert_true(numbers[2] == 2.0);
        assert_success(
            gg_dataset_read_numbers(dataset, GG_LLM, GG_COLUMN_PROMPT_BYTES, 3, 1, numbers, &err),
            &err);
        assert_true(numbers[0] == 40000.0);
        assert_success(gg_dataset_read_ids(dataset, 0, TINY_QUERIES, &ids, &err), &err);
        assert_string_equal(ids.text + ids.start[3], "query-3");
        gg_strings_clear(&ids);
        gg_dataset_describe_query(dataset, 2, text, sizeof text);
        assert_string_equal(text, "query 2 (\"query-2\")");
        gg_dataset_close(dataset);
    }
}

static void test_equal_datasets_are_equal_files(void **state) {
    const char *a = folder_file(state, "a.h5"), *b = folder_file(state, "b.h5");
    tiny_options options = {.dtype = GG_F16, .gzip_level = 4, .with_columns = true};
    gg_error err = {0};
    assert_success(tiny_write(a, &options, &err), &err);
    usleep(1100000);
    assert_success(tiny_write(b, &options, &err), &err);
    assert_true(same_files(a, b));
}

/* ---- what h5py writes (tests/data/make_h5py.py) ---- */

static void assert_id(gg_dataset *dataset, size_t query, const char *expected) {
    gg_error err = {0};
    gg_strings ids;
    assert_success(gg_dataset_read_ids(dataset, query, 1, &ids, &err), &err);
    assert_string_equal(ids.text, expected);
    gg_strings_clear(&ids);
}

static void test_h5py_integers_of_any_width(void **state) {
    (void)state;
    gg_error err = {0};
    double numbers[TINY_QUERIES];
    gg_uncertainty_info info;
    gg_dataset *dataset = open_sound(TEST_PATH("data/h5py_wide.h5"));
    assert_id(dataset, 1, "b\xc3\xa9ta");
    assert_id(dataset, 3, "");
    assert_int_equal(gg_dataset_side(dataset, GG_SLM)->dtype, GG_F32);
    check_rows(dataset, GG_SLM, 0);
    assert_success(gg_dataset_read_numbers(dataset, GG_SLM, GG_COLUMN_CORRECT, 0, 4, numbers, &err),
                   &err);
    assert_true(numbers[0] == 1.0 && numbers[1] == 0.0);
    assert_success(gg_dataset_read_numbers(dataset, GG_SLM, GG_COLUMN_LATENCY, 0, 4, numbers, &err),
                   &err);
    assert_true(numbers[1] == 0.25);
    assert_true(gg_dataset_side(dataset, GG_SLM)->device_flops == 0x1p40);
    assert_success(gg_uncertainty_read(dataset, "mine", numbers, &info, &err), &err);
    assert_true(numbers[1] == 0.25);
    assert_string_equal(info.method, "home-made");
    assert_true(info.top_k == 10.0);
    assert_true(isnan(info.temperature));
    gg_dataset_close(dataset);
}

static void test_h5py_bfloat16_and_filters(void **state) {
    (void)state;
    gg_dataset *dataset = open_sound(TEST_PATH("data/h5py_filters.h5"));
    assert_id(dataset, 1, "b\xc3\xa9ta");
    assert_id(dataset, 2, "gamma delta");
    assert_int_equal(gg_dataset_side(dataset, GG_SLM)->dtype, GG_BF16);
    assert_int_equal(gg_dataset_side(dataset, GG_SLM)->chunk_rows, 3);
    check_rows(dataset, GG_SLM, 0);
    check_rows(dataset, GG_SLM, 60);
    gg_dataset_close(dataset);
}

static void test_h5py_links_inside_the_file(void **state) {
    (void)state;
    gg_dataset *dataset = open_sound(TEST_PATH("data/h5py_links.h5"));
    assert_id(dataset, 0, "18446744073709551615");
    assert_int_equal(gg_dataset_side(dataset, GG_SLM)->dtype, GG_F16);
    assert_true(gg_dataset_side(dataset, GG_SLM)->device_flops == 1e12);
    check_rows(dataset, GG_SLM, 0);
    check_rows(dataset, GG_LLM, 0);
    gg_dataset_close(dataset);
}

static void test_h5py_hidden_states(void **state) {
    (void)state;
    gg_dataset *dataset = open_sound(TEST_PATH("data/h5py_hidden.h5"));
    const gg_side_info *info = gg_dataset_side(dataset, GG_SLM);
    assert_int_equal(info->storage, GG_STORAGE_HIDDEN);
    assert_int_equal(info->vocabulary, TINY_WORDS);
    assert_true(info->has_bias);
    check_rows(dataset, GG_SLM, 0);
    check_rows(dataset, GG_SLM, 100);
    gg_dataset_close(dataset);
}

static void test_shipped_sample_is_sound(void **state) {
    (void)state;
    gg_error err = {0};
    gg_dataset *dataset;
    assert_success(gg_dataset_open("data/samples/babi.h5", &dataset, &err), &err);
    assert_success(gg_dataset_validate(dataset, &err), &err);
    assert_int_equal(gg_dataset_n_queries(dataset), 374);
    assert_int_equal(gg_dataset_side(dataset, GG_SLM)->n_tokens, 1025);
    assert_int_equal(gg_dataset_side(dataset, GG_LLM)->n_tokens, 1034);
    gg_dataset_close(dataset);
}

/* ---- hidden states against a plain product ---- */

static void test_hidden_states_multiply_in_tiles(void **state) {
    enum { DEPTH = 3000, WORDS = 1500, ROWS = 5 }; /* a head of several tiles */
    const char *path = folder_file(state, "hidden.h5");
    gg_error err = {0};
    gg_dataset_writer *writer;
    gg_dataset *dataset;
    gg_row_reader *reader;
    gg_row_block block;
    double *states = malloc(ROWS * DEPTH * sizeof(double));
    double *head = malloc(WORDS * DEPTH * sizeof(double));
    double bias[WORDS];
    for (uint32_t k = 0; k < ROWS * DEPTH; k++)
        states[k] = gg_rng_uniform((gg_rng_address){1, 0, GG_STREAM_TEST, k, 0}) - 0.5;
    for (uint32_t k = 0; k < WORDS * DEPTH; k++)
        head[k] = gg_rng_uniform((gg_rng_address){1, 0, GG_STREAM_TEST, k, 1}) - 0.5;
    for (uint32_t k = 0; k < WORDS; k++)
        bias[k] = (double)k;
    gg_side_spec spec = {.storage = GG_STORAGE_HIDDEN, .dtype = GG_F64, .width = DEPTH};
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_success(gg_dataset_writer_declare(writer, GG_LLM, &spec, &err), &err);
    assert_success(gg_dataset_writer_append_rows(writer, GG_LLM, ROWS, states, NULL, NULL, &err),
                   &err);
    assert_success(gg_dataset_writer_end_query(writer, GG_LLM, &err), &err);
    assert_success(gg_dataset_writer_append_head(writer, GG_LLM, GG_F64, WORDS, head, &err), &err);
    assert_success(gg_dataset_writer_bias(writer, GG_LLM, GG_F64, WORDS, bias, &err), &err);
    assert_success(gg_dataset_writer_finish(writer, NULL, &err), &err);
    assert_success(gg_dataset_open(path, &dataset, &err), &err);
    assert_success(gg_row_reader_new(dataset, GG_LLM, 0, &reader, &err), &err);
    assert_success(gg_row_reader_read(reader, 1, ROWS - 1, &block, &err), &err);
    assert_int_equal(block.dtype, GG_F64);
    for (size_t r = 1; r < ROWS; r++)
        for (size_t v = 0; v < WORDS; v += 7) {
            double expected = bias[v];
            for (size_t d = 0; d < DEPTH; d++)
                expected += states[r * DEPTH + d] * head[v * DEPTH + d];
            assert_close(((const double *)block.values)[(r - 1) * WORDS + v], expected, 1e-10,
                         1e-10);
        }
    gg_row_reader_free(reader);
    gg_dataset_close(dataset);
    free(states);
    free(head);
}

/* ---- the writer's own checks ---- */

static void test_writer_refuses_what_does_not_fit(void **state) {
    const char *path = folder_file(state, "bad.h5");
    gg_error err = {0};
    gg_dataset_writer *writer;
    double values[5] = {0, 1, 1, 0, 1}, bad[2] = {1, 2};
    float row[2] = {0, 1};
    int32_t token = 1;
    gg_side_spec spec = {.storage = GG_STORAGE_LOGITS, .dtype = GG_F32, .width = 2};
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_int_equal(gg_dataset_writer_append_rows(writer, GG_SLM, 1, row, NULL, NULL, NULL),
                     GG_E_USAGE);
    assert_success(gg_dataset_writer_declare(writer, GG_SLM, &spec, &err), &err);
    assert_int_equal(gg_dataset_writer_declare(writer, GG_SLM, &spec, NULL), GG_E_USAGE);
    assert_int_equal(gg_dataset_writer_append_rows(writer, GG_SLM, 1, row, NULL, &token, NULL),
                     GG_E_USAGE);
    assert_int_equal(gg_dataset_writer_append(writer, GG_SLM, GG_COLUMN_CORRECT, 2, bad, &err),
                     GG_E_INPUT);
    assert_says(&err, "/slm/correct: value 1: 2 is outside its domain");
    gg_dataset_writer_abort(writer);
    assert_int_equal(folder_count(state), 0);

    err = (gg_error){0};
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_success(gg_dataset_writer_append(writer, GG_SLM, GG_COLUMN_CORRECT, 5, values, &err),
                   &err);
    assert_success(gg_dataset_writer_append(writer, GG_LLM, GG_COLUMN_CORRECT, 4, values, &err),
                   &err);
    assert_int_equal(gg_dataset_writer_finish(writer, NULL, &err), GG_E_INPUT);
    assert_says(&err, "/llm/correct: has 4 entries where 5 belong");
    assert_int_equal(folder_count(state), 0);

    err = (gg_error){0};
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_int_equal(gg_dataset_writer_finish(writer, NULL, &err), GG_E_INPUT);
    assert_says(&err, "there are no queries to write");
}

/* ---- memory ---- */

static gg_status use_everything(const char *path, gg_error *err) {
    double values[TINY_QUERIES];
    gg_dataset *dataset;
    gg_strings ids = {0};
    gg_row_reader *reader = NULL;
    gg_row_block block;
    gg_uncertainty_info info = {"margin", 10, "first", 1, "slm/logits", "a test"};
    tiny_options options = {.dtype = GG_F16, .with_columns = true, .gzip_level = 1};
    gg_status status = tiny_write(path, &options, err);
    if (status == GG_OK)
        status = gg_dataset_open(path, &dataset, err);
    if (status != GG_OK)
        return status;
    status = gg_dataset_validate(dataset, err);
    if (status == GG_OK)
        status = gg_dataset_read_ids(dataset, 0, TINY_QUERIES, &ids, err);
    if (status == GG_OK)
        status = gg_row_reader_new(dataset, GG_SLM, 0, &reader, err);
    if (status == GG_OK)
        status = gg_row_reader_read(reader, 0, TINY_ROWS, &block, err);
    if (status == GG_OK)
        status = gg_dataset_read_numbers(dataset, GG_SLM, GG_COLUMN_LATENCY, 0, TINY_QUERIES,
                                         values, err);
    gg_row_reader_free(reader);
    gg_strings_clear(&ids);
    gg_dataset_close(dataset);
    if (status == GG_OK)
        status = gg_uncertainty_add(path, NULL, "u", &info, values, TINY_QUERIES, false, err);
    return status;
}

static void test_failing_allocations_are_survived(void **state) {
    const char *path = folder_file(state, "alloc.h5");
    gg_status status = GG_E_NOMEM;
    long allowed = 0;
    for (; status != GG_OK && allowed < 2000; allowed++) {
        gg_error err = {0};
        unlink(path);
        gg_alloc_fail_after(allowed);
        status = use_everything(path, &err);
        gg_alloc_fail_after(-1);
        if (status != GG_OK && status != GG_E_NOMEM)
            print_error("after %ld: %s\n", allowed, err.message);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
    assert_int_equal(status, GG_OK);
    assert_true(allowed > 50);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_written_datasets_read_back),
        WITH_FOLDER(test_equal_datasets_are_equal_files),
        cmocka_unit_test(test_h5py_integers_of_any_width),
        cmocka_unit_test(test_h5py_bfloat16_and_filters),
        cmocka_unit_test(test_h5py_links_inside_the_file),
        cmocka_unit_test(test_h5py_hidden_states),
        cmocka_unit_test(test_shipped_sample_is_sound),
        WITH_FOLDER(test_hidden_states_multiply_in_tiles),
        WITH_FOLDER(test_writer_refuses_what_does_not_fit),
        WITH_FOLDER(test_failing_allocations_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

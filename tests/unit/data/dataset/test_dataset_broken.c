/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Datasets that break the schema are refused with file, place and reason.
 *
 * Covers dataset_shape and dataset_side.
 */
#include <hdf5.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/uncertainty/uncertainty.h"
#include "models/base/rng.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

/* Replaces dataset `path` of an open file by one of the given type and values. */
static void put(hid_t file, const char *path, hid_t type, int rank, hsize_t rows, hsize_t width,
                const void *values) {
    const hsize_t dims[2] = {rows, width};
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    hid_t space = H5Screate_simple(rank, dims, NULL);
    H5Pset_create_intermediate_group(links, 1);
    H5Ldelete(file, path, H5P_DEFAULT);
    hid_t d = H5Dcreate2(file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(d >= 0);
    if (values != NULL)
        assert_true(H5Dwrite(d, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(d);
    H5Sclose(space);
    H5Pclose(links);
}

static void put_attribute(hid_t file, const char *name, hid_t type, const void *value) {
    hid_t space = H5Screate(H5S_SCALAR);
    H5Adelete(file, name);
    hid_t a = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(a, type, value) >= 0);
    H5Aclose(a);
    H5Sclose(space);
}

static void break_format(hid_t file) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 16);
    put_attribute(file, "format", type, "goagap-results\0");
    H5Tclose(type);
}

static void break_format_type(hid_t file) {
    double value = 1;
    put_attribute(file, "format", H5T_NATIVE_DOUBLE, &value);
}

static void break_version(hid_t file) {
    int value = 2;
    put_attribute(file, "version", H5T_NATIVE_INT, &value);
}

static void break_offset_order(hid_t file) {
    const int64_t offsets[] = {0, 4, 1, 6, 7};
    put(file, "/slm/offsets", H5T_NATIVE_INT64, 1, 5, 0, offsets);
}

static void break_offset_range(hid_t file) {
    const int64_t offsets[] = {0, 1, 4, 6, 70};
    put(file, "/slm/offsets", H5T_NATIVE_INT64, 1, 5, 0, offsets);
}

static void break_offset_start(hid_t file) {
    const int64_t offsets[] = {1, 1, 4, 6, 7};
    put(file, "/slm/offsets", H5T_NATIVE_INT64, 1, 5, 0, offsets);
}

static void break_offset_sign(hid_t file) {
    const int64_t offsets[] = {0, -1, 4, 6, 7};
    put(file, "/slm/offsets", H5T_NATIVE_INT64, 1, 5, 0, offsets);
}

static void break_offset_size(hid_t file) {
    const uint64_t offsets[] = {0, 1, 4, 6, UINT64_MAX};
    put(file, "/slm/offsets", H5T_NATIVE_UINT64, 1, 5, 0, offsets);
}

static void break_offset_fraction(hid_t file) {
    const double offsets[] = {0, 1, 4, 6.5, 7};
    put(file, "/slm/offsets", H5T_NATIVE_DOUBLE, 1, 5, 0, offsets);
}

static void break_offset_count(hid_t file) {
    const int64_t offsets[] = {0, 1, 4, 7};
    put(file, "/slm/offsets", H5T_NATIVE_INT64, 1, 4, 0, offsets);
}

static void break_offset_rank(hid_t file) {
    const int64_t offsets[] = {0, 1, 4, 6, 7};
    put(file, "/slm/offsets", H5T_NATIVE_INT64, 2, 5, 1, offsets);
}

static void break_no_offsets(hid_t file) {
    H5Ldelete(file, "/slm/offsets", H5P_DEFAULT);
}

static void break_logits_type(hid_t file) {
    const int values[TINY_ROWS * TINY_WORDS] = {0};
    put(file, "/slm/logits", H5T_NATIVE_INT, 2, TINY_ROWS, TINY_WORDS, values);
}

static void break_logits_float(hid_t file) {
    hid_t type = H5Tcopy(H5T_IEEE_F32LE); /* a 16-bit float with 6 exponent bits */
    H5Tset_fields(type, 15, 9, 6, 0, 9);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 31);
    const uint16_t values[TINY_ROWS * TINY_WORDS] = {0};
    put(file, "/slm/logits", type, 2, TINY_ROWS, TINY_WORDS, values);
    H5Tclose(type);
}

static void break_logits_rank(hid_t file) {
    const float values[TINY_ROWS] = {0};
    put(file, "/slm/logits", H5T_NATIVE_FLOAT, 1, TINY_ROWS, 0, values);
}

static void break_logits_width(hid_t file) {
    put(file, "/slm/logits", H5T_NATIVE_FLOAT, 2, TINY_ROWS, 0, NULL);
}

static void break_logits_rows(hid_t file) {
    const float values[8 * TINY_WORDS] = {0};
    put(file, "/slm/logits", H5T_NATIVE_FLOAT, 2, 8, TINY_WORDS, values);
}

static void break_logits_size(hid_t file) {
    put(file, "/slm/logits", H5T_NATIVE_FLOAT, 2, TINY_ROWS, 2000000000, NULL);
}

static void break_tokens_count(hid_t file) {
    const int values[3] = {0};
    put(file, "/slm/tokens", H5T_NATIVE_INT, 1, 3, 0, values);
}

static void break_tokens_range(hid_t file) {
    const int values[TINY_ROWS] = {0, 0, 0, TINY_WORDS, 0, 0, 0};
    put(file, "/slm/tokens", H5T_NATIVE_INT, 1, TINY_ROWS, 0, values);
}

static void break_correct_value(hid_t file) {
    const int values[] = {0, 1, 2, 0};
    put(file, "/slm/correct", H5T_NATIVE_INT, 1, 4, 0, values);
}

static void break_correct_count(hid_t file) {
    const int values[] = {0, 1, 1, 0, 0};
    put(file, "/llm/correct", H5T_NATIVE_INT, 1, 5, 0, values);
}

static void break_correct_text(hid_t file) {
    hid_t type = H5Tcopy(H5T_C_S1);
    put(file, "/slm/correct", type, 1, 4, 0, "0101");
    H5Tclose(type);
}

static void break_latency_sign(hid_t file) {
    const double values[] = {1, 1, 0, 1};
    put(file, "/slm/latency_s", H5T_NATIVE_DOUBLE, 1, 4, 0, values);
}

static void break_latency_nan(hid_t file) {
    const double values[] = {1, 1, 1, NAN};
    put(file, "/llm/latency_s", H5T_NATIVE_DOUBLE, 1, 4, 0, values);
}

static void break_prompt_bytes(hid_t file) {
    const int64_t values[] = {1, 1, 1, -5};
    put(file, "/queries/prompt_bytes", H5T_NATIVE_INT64, 1, 4, 0, values);
}

static void break_ids(hid_t file) {
    const double values[] = {1, 1, 1, 5};
    put(file, "/queries/id", H5T_NATIVE_DOUBLE, 1, 4, 0, values);
}

static void break_answer_tokens(hid_t file) {
    const int values[] = {1, 4, 1, 1};
    put(file, "/slm/answer_tokens", H5T_NATIVE_INT, 1, 4, 0, values);
}

static void break_classes(hid_t file) {
    const int values[] = {1, 4, 1, 1};
    put(file, "/slm/token_class", H5T_NATIVE_INT, 1, 4, 0, values);
}

static void break_class_value(hid_t file) {
    const int values[] = {1, 4, 1, 1, -2, 0};
    put(file, "/slm/token_class", H5T_NATIVE_INT, 1, 6, 0, values);
}

static void break_device(hid_t file) {
    double value = -1;
    hid_t group = H5Gopen2(file, "/llm", H5P_DEFAULT);
    put_attribute(group, "device_flops", H5T_NATIVE_DOUBLE, &value);
    H5Gclose(group);
}

static void break_hidden(hid_t file) {
    const float values[TINY_ROWS] = {0};
    H5Ldelete(file, "/slm/logits", H5P_DEFAULT);
    put(file, "/slm/hidden", H5T_NATIVE_FLOAT, 2, TINY_ROWS, 1, values);
}

static void break_head(hid_t file) {
    const float values[12] = {0};
    break_hidden(file);
    put(file, "/slm/lm_head", H5T_NATIVE_FLOAT, 2, TINY_WORDS, 2, values);
}

static void break_bias(hid_t file) {
    const float values[12] = {0};
    break_hidden(file);
    put(file, "/slm/lm_head", H5T_NATIVE_FLOAT, 2, TINY_WORDS, 1, values);
    put(file, "/slm/lm_head_bias", H5T_NATIVE_FLOAT, 1, TINY_WORDS + 1, 0, values);
}

static void break_topk(hid_t file) {
    const float values[TINY_ROWS * 2] = {0};
    const int ids[TINY_ROWS] = {0};
    H5Ldelete(file, "/slm/logits", H5P_DEFAULT);
    put(file, "/slm/topk_values", H5T_NATIVE_FLOAT, 2, TINY_ROWS, 2, values);
    put(file, "/slm/topk_ids", H5T_NATIVE_INT, 2, TINY_ROWS, 1, ids);
}

static void break_group(hid_t file) {
    H5Ldelete(file, "/llm", H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/llm", file, "/llm", H5P_DEFAULT, H5P_DEFAULT);
}

static void break_everything(hid_t file) {
    H5Ldelete(file, "/slm", H5P_DEFAULT);
    H5Ldelete(file, "/llm", H5P_DEFAULT);
    H5Ldelete(file, "/queries", H5P_DEFAULT);
}

static void break_queries(hid_t file) {
    break_everything(file);
    put(file, "/slm/correct", H5T_NATIVE_INT, 1, 0, 0, NULL);
}

static const struct {
    void (*damage)(hid_t file);
    const char *says;
} breakages[] = {
    {break_format, "its format is \"goagap-results\""},
    {break_format_type, "attribute format: is not text"},
    {break_version, "version 2 of the format"},
    {break_offset_order, "/slm/offsets: value 2: 1 is below the one before, 4"},
    {break_offset_range, "/slm/offsets: ends at row 70, but there are 7 rows"},
    {break_offset_start, "/slm/offsets: value 0: the first offset is 1"},
    {break_offset_sign, "/slm/offsets: value 1: -1 is not an integer in 0.."},
    {break_offset_size, "/slm/offsets: value 4: 18446744073709551615 is not"},
    {break_offset_fraction, "/slm/offsets: value 3: 6.5 is not an integer"},
    {break_offset_count, "/slm/offsets: has 3 entries for 4 queries"},
    {break_offset_rank, "/slm/offsets: is not a list"},
    {break_no_offsets, "/slm/offsets: is missing"},
    {break_logits_type, "/slm/logits: is not float16, bfloat16, float32 or float64"},
    {break_logits_float, "/slm/logits: is not float16, bfloat16, float32 or float64"},
    {break_logits_rank, "/slm/logits: is not a matrix"},
    {break_logits_width, "/slm/logits: has rows without values"},
    {break_logits_rows, "/slm/offsets: ends at row 7, but there are 8 rows"},
    {break_logits_size, "/slm/logits: declares 56000000000 bytes"},
    {break_tokens_count, "/slm/tokens: has 3 entries for 7 token rows"},
    {break_tokens_range, "/slm/tokens: value 3: 6 is not an integer in 0..5"},
    {break_correct_value, "/slm/correct: value 2: 2 is not an integer in 0..1"},
    {break_correct_count, "/llm/correct: has 5 entries for 4 queries"},
    {break_correct_text, "/slm/correct: is text"},
    {break_latency_sign, "/slm/latency_s: value 2: 0 is not finite and > 0"},
    {break_latency_nan, "/llm/latency_s: value 3: nan is not finite"},
    {break_prompt_bytes, "/queries/prompt_bytes: value 3: -5 is not an integer"},
    {break_ids, "/queries/id: is neither text nor integers"},
    {break_answer_tokens, "/slm/answer_tokens: value 1: 4 answer tokens in 3 rows"},
    {break_classes, "/slm/token_class: has 4 entries for 6 words"},
    {break_class_value, "/slm/token_class: value 4: -2 is not an integer in -1.."},
    {break_device, "/llm: attribute device_flops is not finite and > 0"},
    {break_hidden, "/slm/lm_head: is missing"},
    {break_head, "/slm/lm_head: is 6 x 2; hidden states have 1 dimensions"},
    {break_bias, "/slm/lm_head_bias: has 7 entries for 6 words"},
    {break_topk, "/slm/topk_ids: is not a matrix of integers of the shape of topk_values"},
    {break_group, "/llm: a link that leaves the file is refused"},
    {break_everything, "is not a dataset: no column of"},
    {break_queries, "has no queries"},
};

static void test_broken_datasets_are_refused(void **state) {
    const char *whole = folder_file(state, "whole.h5"), *path = folder_file(state, "broken.h5");
    tiny_options options = {.dtype = GG_F32, .with_columns = true};
    gg_error err = {0};
    size_t size;
    assert_success(tiny_write(whole, &options, &err), &err);
    char *bytes = read_whole(whole, &size);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    for (size_t k = 0; k < sizeof breakages / sizeof *breakages; k++) {
        gg_dataset *dataset;
        err = (gg_error){0};
        write_whole(path, bytes, size);
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        breakages[k].damage(file);
        assert_true(H5Fclose(file) >= 0);
        gg_status status = gg_dataset_open(path, &dataset, &err);
        if (status == GG_OK)
            status = gg_dataset_validate(dataset, &err);
        gg_dataset_close(dataset);
        if (status != GG_E_INPUT)
            print_error("case %zu, \"%s\", was accepted\n", k, breakages[k].says);
        assert_int_equal(status, GG_E_INPUT);
        assert_says(&err, breakages[k].says);
        assert_says(&err, "broken.h5");
    }
    free(bytes);
}

static void test_missing_format_and_extra_objects_are_fine(void **state) {
    const char *path = folder_file(state, "extra.h5");
    const float values[4] = {0};
    tiny_options options = {.dtype = GG_F64, .with_columns = true};
    gg_error err = {0};
    assert_success(tiny_write(path, &options, &err), &err);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Adelete(file, "format");
    H5Adelete(file, "version");
    put(file, "/slm/unknown", H5T_NATIVE_FLOAT, 1, 4, 0, values);
    H5Lcreate_external("other.h5", "/x", file, "/slm/elsewhere", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    gg_dataset *dataset;
    assert_success(gg_dataset_open(path, &dataset, &err), &err);
    assert_success(gg_dataset_validate(dataset, &err), &err);
    gg_dataset_close(dataset);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_broken_datasets_are_refused),
        WITH_FOLDER(test_missing_format_and_extra_objects_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

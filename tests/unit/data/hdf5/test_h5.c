/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The HDF5 layer writes what reads back (h5_create, h5_strings), or nothing at all, and says why
 * (h5_error).
 *
 * Covers h5_output, h5_read and h5_write.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "tests/support/some_h5.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

static void check_arrays(gg_h5 *h5, gg_error *err) {
    gg_h5_dataset *d;
    double numbers[6];
    int64_t integers[3];
    uint16_t halves[6];
    assert_success(gg_h5_dataset_open(h5, "/g/numbers", &d, err), err);
    assert_success(gg_h5_read_doubles(d, 0, 2, numbers, err), err);
    assert_true(numbers[0] == 0.1 && numbers[2] == 1e300 && numbers[4] == 5e-324);
    assert_success(gg_h5_read_doubles(d, 1, 1, numbers, err), err);
    assert_true(numbers[2] == 7.0);
    gg_h5_dataset_close(d);
    assert_success(gg_h5_dataset_open(h5, "/g/integers", &d, err), err);
    assert_success(gg_h5_read_integers(d, 0, 3, -1, INT32_MAX, integers, err), err);
    assert_true(integers[0] == -1 && integers[2] == INT32_MAX);
    assert_int_equal(gg_h5_read_integers(d, 1, 2, 0, 9, integers, err), GG_E_INPUT);
    assert_says(err, "/g/integers: value 2: 2147483647 is not an integer in 0..9");
    gg_h5_dataset_close(d);
    *err = (gg_error){0};
    const char *const names[] = {"/g/halves", "/g/brains"};
    for (int k = 0; k < 2; k++) {
        assert_success(gg_h5_dataset_open(h5, names[k], &d, err), err);
        assert_int_equal(gg_h5_dataset_shape(d)->dtype, k == 0 ? GG_F16 : GG_BF16);
        assert_success(gg_h5_read_raw(d, 0, 2, halves, err), err);
        assert_int_equal(halves[1], 0x0001);
        assert_int_equal(halves[3], 0xfc00);
        gg_h5_dataset_close(d);
    }
}

static void test_written_values_read_back(void **state) {
    const char *path = folder_file(state, "some.h5");
    gg_error err = {0};
    gg_h5 *h5;
    gg_h5_dataset *d;
    gg_strings strings;
    char *text;
    double number;
    bool found;
    assert_success(write_some(path, &err), &err);
    assert_true(gg_h5_recognises(path));
    assert_success(gg_h5_open(path, &h5, &err), &err);
    check_arrays(h5, &err);
    assert_success(gg_h5_dataset_open(h5, "/g/words", &d, &err), &err);
    assert_success(gg_h5_read_strings(d, 0, 3, &strings, &err), &err);
    assert_string_equal(strings.text + strings.start[1], "");
    assert_string_equal(strings.text + strings.start[2], "h\xc3\xa9llo");
    gg_strings_clear(&strings);
    assert_int_equal(gg_h5_read_doubles(d, 0, 3, &number, &err), GG_E_INPUT);
    gg_h5_dataset_close(d);
    err = (gg_error){0};
    assert_success(gg_h5_dataset_open(h5, "/none", &d, &err), &err);
    assert_int_equal(gg_h5_dataset_shape(d)->count, 0);
    gg_h5_dataset_close(d);
    assert_success(gg_h5_dataset_open(h5, "/one", &d, &err), &err);
    assert_success(gg_h5_read_doubles(d, 0, 1, &number, &err), &err);
    assert_true(number == 0.1);
    assert_int_equal(gg_h5_read_doubles(d, 1, 1, &number, &err), GG_E_INPUT);
    gg_h5_dataset_close(d);
    err = (gg_error){0};
    assert_success(gg_h5_read_text_attribute(h5, "/g", "text", &text, &found, &err), &err);
    assert_true(found);
    assert_string_equal(text, "caf\xc3\xa9");
    gg_free(text);
    assert_success(gg_h5_read_number_attribute(h5, "/", "integer", &number, &found, &err), &err);
    assert_true(found && number == 42.0);
    assert_success(gg_h5_read_number_attribute(h5, "/nowhere", "x", &number, &found, &err), &err);
    assert_false(found);
    assert_int_equal(gg_h5_read_number_attribute(h5, "/g", "text", &number, &found, &err),
                     GG_E_INPUT);
    assert_says(&err, "attribute text: is not a number");
    assert_success(gg_h5_list(h5, "/g", &strings, NULL), &err);
    assert_int_equal(strings.count, 5);
    assert_string_equal(strings.text + strings.start[0], "brains");
    gg_strings_clear(&strings);
    gg_h5_close(h5);
}

static void test_equal_calls_give_equal_bytes(void **state) {
    gg_error err = {0};
    const char *a = folder_file(state, "a.h5"), *b = folder_file(state, "b.h5");
    assert_success(write_some(a, &err), &err);
    /* Longer than the resolution of the times HDF5 would record. */
    usleep(1100000);
    assert_success(write_some(b, &err), &err);
    assert_true(same_files(a, b));
}

static void append_and_check(void **state, size_t n_rows, size_t chunk_rows, int gzip_level) {
    enum { WIDTH = 5 };
    const char *path = folder_file(state, "grown.h5");
    gg_error err = {0};
    gg_h5 *h5;
    gg_h5_appender *matrix, *words;
    gg_h5_append_options options = {GG_H5_F32, WIDTH, chunk_rows, gzip_level};
    gg_h5_append_options text = {GG_H5_UTF8, 0, chunk_rows, 0};
    assert_success(gg_h5_create(path, &h5, &err), &err);
    assert_success(gg_h5_appender_new(h5, "/m", &options, &matrix, &err), &err);
    assert_success(gg_h5_appender_new(h5, "/w", &text, &words, &err), &err);
    float rows[3 * WIDTH];
    for (size_t done = 0; done < n_rows; done += 3) {
        size_t n = n_rows - done < 3 ? n_rows - done : 3;
        char word[3][32];
        const char *pointers[3] = {word[0], word[1], word[2]};
        for (size_t k = 0; k < n * WIDTH; k++)
            rows[k] = (float)(done * WIDTH + k);
        for (size_t k = 0; k < n; k++)
            snprintf(word[k], sizeof word[k], "w%zu", done + k);
        assert_success(gg_h5_append(matrix, n, rows, &err), &err);
        assert_success(gg_h5_append(words, n, pointers, &err), &err);
    }
    assert_int_equal(gg_h5_appender_rows(matrix), n_rows);
    assert_success(gg_h5_appender_finish(matrix, &err), &err);
    assert_success(gg_h5_appender_finish(words, &err), &err);
    gg_h5_appender_free(matrix);
    gg_h5_appender_free(words);
    assert_success(gg_h5_finish(h5, GG_OK, &err), &err);

    gg_h5_dataset *d;
    gg_strings strings;
    double *values = malloc((n_rows * WIDTH + 1) * sizeof *values);
    assert_success(gg_h5_open(path, &h5, &err), &err);
    assert_success(gg_h5_dataset_open(h5, "/m", &d, &err), &err);
    const gg_h5_shape *shape = gg_h5_dataset_shape(d);
    assert_int_equal(shape->dims[0], n_rows);
    assert_int_equal(shape->dims[1], WIDTH);
    assert_int_equal(strlen(shape->filters) > 0, gzip_level > 0 && n_rows > 0);
    assert_success(gg_h5_read_doubles(d, 0, n_rows, values, &err), &err);
    for (size_t k = 0; k < n_rows * WIDTH; k++)
        assert_true(values[k] == (double)k);
    gg_h5_dataset_close(d);
    assert_success(gg_h5_dataset_open(h5, "/w", &d, &err), &err);
    assert_success(gg_h5_read_strings(d, 0, n_rows, &strings, &err), &err);
    assert_int_equal(strings.count, n_rows);
    if (n_rows > 0) {
        char last[32];
        snprintf(last, sizeof last, "w%zu", n_rows - 1);
        assert_string_equal(strings.text + strings.start[n_rows - 1], last);
    }
    gg_strings_clear(&strings);
    gg_h5_dataset_close(d);
    gg_h5_close(h5);
    free(values);
}

static void test_appended_rows_read_back(void **state) {
    const size_t rows[] = {0, 1, 3, 4, 5, 8, 9, 100};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (int gzip_level = 0; gzip_level <= 1; gzip_level++) {
            append_and_check(state, rows[k], 4, gzip_level);
            append_and_check(state, rows[k], 0, gzip_level);
        }
}

/* ---- outputs that fail ---- */

static void test_abandoned_output_leaves_nothing(void **state) {
    gg_error err = {0};
    gg_h5 *h5;
    assert_success(gg_h5_create(folder_file(state, "x.h5"), &h5, &err), &err);
    assert_success(gg_h5_make_group(h5, "/g", &err), &err);
    gg_h5_close(h5);
    assert_int_equal(folder_count(state), 0);
    assert_int_equal(gg_h5_create(folder_file(state, "no/such/x.h5"), &h5, &err), GG_E_IO);
    assert_says(&err, "no/such/x.h5: cannot be written");
}

static void test_full_device_is_an_error(void **state) {
    (void)state;
    gg_error err = {0};
    assert_success(write_some("/dev/null", &err), &err);
    assert_int_equal(write_some("/dev/full", &err), GG_E_IO);
    assert_says(&err, "/dev/full: writing failed: No space left");
    struct stat info;
    assert_int_equal(stat("/dev/full", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

/* A file-size limit stands in for a full disk. */
static void test_full_disk_leaves_nothing(void **state) {
    enum { BYTES = 1 << 20 };
    gg_error err = {0};
    gg_h5 *h5;
    struct rlimit old, small;
    size_t size = BYTES;
    const char *path = folder_file(state, "big.h5");
    char *bytes = calloc(1, BYTES);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = BYTES / 4;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_success(gg_h5_create(path, &h5, &err), &err);
    setrlimit(RLIMIT_FSIZE, &small);
    gg_status status = gg_h5_write(h5, "/bytes", GG_H5_U8, 1, &size, bytes, &err);
    status = gg_h5_finish(h5, status, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    free(bytes);
    assert_int_equal(status, GG_E_IO);
    assert_says(&err, "File too large");
    assert_int_equal(folder_count(state), 0);
}

static void test_writer_survives_failing_allocations(void **state) {
    const char *path = folder_file(state, "alloc.h5");
    gg_status status = GG_E_NOMEM;
    long allowed = 0;
    for (; status != GG_OK && allowed < 200; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = write_some(path, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
        assert_int_equal(folder_count(state), status == GG_OK);
    }
    assert_int_equal(status, GG_OK);
    assert_true(allowed > 3);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_written_values_read_back),
        WITH_FOLDER(test_equal_calls_give_equal_bytes),
        WITH_FOLDER(test_appended_rows_read_back),
        WITH_FOLDER(test_abandoned_output_leaves_nothing),
        cmocka_unit_test(test_full_device_is_an_error),
        WITH_FOLDER(test_full_disk_leaves_nothing),
        WITH_FOLDER(test_writer_survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Result files: what is written comes back, the same rows give the same bytes, damage is named.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/hdf5/h5.h"
#include "models/base/alloc.h"
#include "tests/support/some_results.h"
#include "tests/support/temporary_folder.h"

static void same_number(double a, double b) {
    assert_true(a == b || (isnan(a) && isnan(b)));
}

static void same_row(const gg_row *a, const gg_row *b) {
    assert_int_equal(a->n_users, b->n_users);
    assert_int_equal(a->n_servers, b->n_servers);
    assert_string_equal(a->objective, b->objective);
    assert_string_equal(a->preset, b->preset);
    assert_int_equal(a->run, b->run);
    assert_true(a->seed == b->seed);
    assert_string_equal(a->solver, b->solver);
    assert_string_equal(a->status, b->status);
    assert_string_equal(a->stop_reason, b->stop_reason);
    assert_string_equal(a->failure, b->failure);
    assert_string_equal(a->course, b->course);
    assert_int_equal(a->n_offloaded, b->n_offloaded);
    assert_int_equal(a->tau_violations, b->tau_violations);
    assert_true(a->nodes == b->nodes);
    const double left[] = {
        a->tau,          a->objective_s,   a->lower_bound_s,          a->gap,
        a->accuracy,     a->total_delay_s, a->local_delay_s,          a->comm_delay_s,
        a->comp_delay_s, a->runtime_s,     a->measured_total_delay_s, a->measured_comp_delay_s};
    const double right[] = {
        b->tau,          b->objective_s,   b->lower_bound_s,          b->gap,
        b->accuracy,     b->total_delay_s, b->local_delay_s,          b->comm_delay_s,
        b->comp_delay_s, b->runtime_s,     b->measured_total_delay_s, b->measured_comp_delay_s};
    for (size_t k = 0; k < sizeof left / sizeof *left; k++)
        same_number(left[k], right[k]);
}

static void test_what_is_written_comes_back(void **state) {
    some_results f;
    gg_results *read;
    gg_error err = {0};
    make_some_results(&f, "aa");
    const char *path = folder_file(state, "part-000000.h5");
    assert_success(gg_results_write(path, &f.results, &err), &err);
    assert_success(gg_results_read(path, true, &read, &err), &err);
    assert_int_equal(read->count, SOME_ROWS);
    for (size_t k = 0; k < SOME_ROWS; k++)
        same_row(&read->rows[k], &f.rows[k]);
    assert_memory_equal(read->offsets, f.offsets, sizeof f.offsets);
    assert_memory_equal(read->assignment, f.assignment, sizeof f.assignment);
    assert_string_equal(gg_manifest_get(&read->manifest, "workload"), "two\nlines");
    assert_null(gg_manifest_get(&read->manifest, "format"));
    gg_results_free(read);
    gg_manifest_clear(&f.results.manifest);
}

static void test_the_same_rows_give_the_same_bytes(void **state) {
    some_results f;
    gg_error err = {0};
    make_some_results(&f, "aa");
    const char *a = folder_file(state, "a.h5"), *b = folder_file(state, "b.h5");
    assert_success(gg_results_write(a, &f.results, &err), &err);
    assert_success(gg_results_write(b, &f.results, &err), &err);
    assert_true(same_files(a, b));
    f.rows[0].objective_s += 1e-15;
    assert_success(gg_results_write(b, &f.results, &err), &err);
    assert_false(same_files(a, b));
    gg_manifest_clear(&f.results.manifest);
}

static void write_part(void **state, const char *name, const char *fingerprint, bool assignments) {
    some_results f;
    gg_error err = {0};
    make_some_results(&f, fingerprint);
    if (!assignments)
        f.results.offsets = NULL;
    assert_success(gg_results_write(folder_file(state, name), &f.results, &err), &err);
    gg_manifest_clear(&f.results.manifest);
}

static void test_a_folder_is_one_table(void **state) {
    gg_results *read;
    gg_error err = {0};
    write_part(state, "part-000001.h5", "aa", true);
    write_part(state, "part-000000.h5", "aa", true);
    write_part(state, "part-000002.h5.77.tmp", "bb", true);
    assert_success(gg_results_read(((temporary_folder *)*state)->path, true, &read, &err), &err);
    assert_int_equal(read->count, 2 * SOME_ROWS);
    assert_int_equal(read->offsets[2 * SOME_ROWS], 10);
    assert_int_equal(read->assignment[6], 3);
    gg_row expected = make_some_row(1);
    same_row(&read->rows[SOME_ROWS + 1], &expected);
    gg_results_free(read);
}

static void test_one_part_without_decisions_leaves_none(void **state) {
    gg_results *read;
    gg_error err = {0};
    write_part(state, "part-000000.h5", "aa", true);
    write_part(state, "part-000001.h5", "aa", false);
    assert_success(gg_results_read(((temporary_folder *)*state)->path, true, &read, &err), &err);
    assert_int_equal(read->count, 2 * SOME_ROWS);
    assert_null(read->offsets);
    gg_results_free(read);
}

static void refused(const char *path, gg_status expected, const char *reason) {
    gg_results *read;
    gg_error err = {0};
    gg_status status = gg_results_read(path, true, &read, &err);
    if (status != expected || strstr(err.message, reason) == NULL)
        print_error("\"%s\" does not say \"%s\"\n", err.message, reason);
    assert_int_equal(status, expected);
    assert_null(read);
    assert_non_null(strstr(err.message, reason));
}

static void test_parts_of_two_plans_are_refused(void **state) {
    write_part(state, "part-000000.h5", "aa", false);
    write_part(state, "part-000001.h5", "bb", false);
    refused(((temporary_folder *)*state)->path, GG_E_INPUT, "belongs to another plan (bb)");
}

/* A file of results made wrong on purpose: `spoil` replaces what it is told to. */
static void spoiled(void **state, const char *format, double version, size_t shorter,
                    const char *reason) {
    gg_h5 *h5;
    gg_error err = {0};
    const char *path = folder_file(state, "spoiled.h5");
    const uint32_t users[] = {3, 3};
    const uint32_t servers[] = {1, 1};
    const size_t two = 2;
    assert_success(gg_h5_create(path, &h5, &err), &err);
    assert_success(gg_h5_write_text_attribute(h5, "/", "format", format, &err), &err);
    assert_success(gg_h5_write_double_attribute(h5, "/", "version", version, &err), &err);
    assert_success(gg_h5_make_group(h5, "/runs", &err), &err);
    assert_success(gg_h5_write(h5, "/runs/n_users", GG_H5_U32, 1, &two, users, &err), &err);
    size_t n = two - shorter;
    assert_success(gg_h5_write(h5, "/runs/n_servers", GG_H5_U32, 1, &n, servers, &err), &err);
    assert_success(gg_h5_finish(h5, GG_OK, &err), &err);
    refused(path, GG_E_INPUT, reason);
}

static void test_damage_is_named(void **state) {
    refused(folder_file(state, "none.h5"), GG_E_IO, "none.h5: cannot be read");
    refused(((temporary_folder *)*state)->path, GG_E_INPUT, "holds no results");
    const char *text = folder_file(state, "text.h5");
    write_whole(text, "no results", 10);
    refused(text, GG_E_INPUT, "text.h5");
    spoiled(state, "goagap-dataset", 1, 0, "its format is \"goagap-dataset\"");
    spoiled(state, "goagap-results", 9, 0, "results of version 9");
    spoiled(state, "goagap-results", 1, 1, "n_servers");
    spoiled(state, "goagap-results", 1, 0, "tau");
}

static void test_a_truncated_part_is_refused_at_every_length(void **state) {
    size_t size;
    write_part(state, "part-000000.h5", "aa", true);
    char *bytes = read_whole(folder_file(state, "part-000000.h5"), &size);
    size_t steps = test_count(40, 1000);
    for (size_t k = 0; k < steps; k++) {
        gg_results *read;
        gg_error err = {0};
        const char *cut = folder_file(state, "cut.h5");
        write_whole(cut, bytes, size * k / steps);
        assert_int_not_equal(gg_results_read(cut, true, &read, &err), GG_OK);
        assert_non_null(strstr(err.message, "cut.h5"));
    }
    free(bytes);
}

static void test_a_folder_that_cannot_be_written_is_named(void **state) {
    some_results f;
    gg_error err = {0};
    (void)state;
    make_some_results(&f, "aa");
    assert_int_equal(gg_results_write("/no/such/folder/part.h5", &f.results, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "/no/such/folder/part.h5"));
    gg_manifest_clear(&f.results.manifest);
}

static void test_short_memory_is_an_error_everywhere(void **state) {
    some_results f;
    make_some_results(&f, "aa");
    const char *path = folder_file(state, "part-000000.h5");
    size_t live = gg_alloc_live();
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_results_write(path, &f.results, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), live);
        assert_int_equal(folder_count(state), status == GG_OK ? 1 : 0);
    }
    status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_results *read;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_results_read(((temporary_folder *)*state)->path, true, &read, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_results_free(read);
        assert_int_equal(gg_alloc_live(), live);
    }
    gg_manifest_clear(&f.results.manifest);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_written_comes_back),
        IN_FOLDER(test_the_same_rows_give_the_same_bytes),
        IN_FOLDER(test_a_folder_is_one_table),
        IN_FOLDER(test_one_part_without_decisions_leaves_none),
        IN_FOLDER(test_parts_of_two_plans_are_refused),
        IN_FOLDER(test_damage_is_named),
        IN_FOLDER(test_a_truncated_part_is_refused_at_every_length),
        IN_FOLDER(test_a_folder_that_cannot_be_written_is_named),
        IN_FOLDER(test_short_memory_is_an_error_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

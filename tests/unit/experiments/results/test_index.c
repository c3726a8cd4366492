/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The index of a folder is a shortcut, never the truth: with it, without it, with lines that are
 * damaged, stale or false, what is read is what the parts hold.
 *
 * Covers part_index, part_indexed, index_line, folder_parts, consolidate, survey, h5_image.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/results/merge.h"
#include "experiments/results/part_index.h"
#include "experiments/results/survey.h"
#include "models/base/alloc.h"
#include "tests/support/some_results.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

enum { PARTS = 3 };

static const char *const names[PARTS] = {"part-000000.h5", "part-000001.h5", "part-000002.h5"};

static const char *folder_of(void **state) {
    return ((temporary_folder *)*state)->path;
}

/* Three parts of one network each, of which the index knows `known`. */
static void write_folder(void **state, size_t known) {
    for (size_t p = 0; p < PARTS; p++) {
        some_results f;
        gg_error err = {0};
        gg_part_places places;
        uint64_t unit = p;
        make_some_results(&f, "aa");
        gg_manifest *manifest = &f.results.manifest;
        assert_success(gg_manifest_add(manifest, "plan_networks", "4", &err), &err);
        assert_success(gg_manifest_add(manifest, "rows_per_network", "3", &err), &err);
        f.results.units = &unit;
        f.results.n_units = 1;
        f.rows[0].run = (uint32_t)p;
        assert_success(
            gg_results_write_part(folder_file(state, names[p]), &f.results, &places, &err), &err);
        if (p == 0)
            gg_index_add_manifest(folder_of(state), 0, 1, manifest);
        if (p < known)
            gg_index_add_part(folder_of(state), 0, 1, names[p], &f.results, &places);
        gg_manifest_clear(manifest);
    }
}

static gg_results *read_folder(void **state) {
    gg_results *read;
    gg_error err = {0};
    assert_success(gg_results_read(folder_of(state), true, &read, &err), &err);
    return read;
}

static size_t count_known(void **state) {
    gg_index index;
    size_t count = 0;
    gg_error err = {0};
    assert_success(gg_index_read(folder_of(state), &index, &err), &err);
    for (size_t p = 0; p < PARTS; p++)
        count += gg_index_find(&index, folder_of(state), names[p]) != NULL;
    gg_index_clear(&index);
    return count;
}

/* All of it, as one file and as a survey, is what it is without the index. */
static void holds_the_same(void **state) {
    gg_results *read = read_folder(state);
    gg_survey with, without;
    gg_error err = {0};
    assert_success(gg_survey_read(folder_of(state), &with, &err), &err);
    const char *a = folder_file(state, "a.h5"), *b = folder_file(state, "b.h5");
    assert_success(gg_results_write(a, read, &err), &err);
    gg_results_free(read);
    const char *index = folder_file(state, "index.jsonl"), *aside = folder_file(state, "aside");
    assert_int_equal(rename(index, aside), 0);
    read = read_folder(state);
    assert_success(gg_results_write(b, read, &err), &err);
    gg_results_free(read);
    assert_success(gg_survey_read(folder_of(state), &without, &err), &err);
    assert_int_equal(rename(aside, index), 0);
    assert_true(same_files(a, b));
    assert_int_equal(with.census.present, PARTS);
    assert_int_equal(with.census.planned, 4);
    assert_int_equal(with.census.first_missing, 3);
    assert_int_equal(with.census.failed, PARTS);
    assert_int_equal(with.rows, 9);
    assert_int_equal(with.n_failures, 1);
    assert_int_equal(with.failures[0].count, PARTS);
    assert_string_equal(with.failures[0].reason, "the worker was ended by signal 9 (Killed)");
    assert_int_equal(with.parts, without.parts);
    assert_memory_equal(&with.census, &without.census, sizeof with.census);
    assert_memory_equal(with.failures, without.failures, sizeof with.failures);
    assert_int_equal(with.manifest.count, without.manifest.count);
    gg_survey_clear(&with);
    gg_survey_clear(&without);
    assert_int_equal(unlink(a), 0);
    assert_int_equal(unlink(b), 0);
    unlink(folder_file(state, "index-found.jsonl"));
}

static void test_with_and_without(void **state) {
    for (size_t known = 0; known <= PARTS; known++) {
        unlink(folder_file(state, "index.jsonl"));
        unlink(folder_file(state, "index-found.jsonl"));
        write_folder(state, known);
        assert_int_equal(count_known(state), known);
        holds_the_same(state);
        assert_int_equal(count_known(state), known);
    }
}

/* Every byte of the index changed, and the index cut everywhere: lines that are not whole do not
 * count. */
static void test_damaged_lines_do_not_count(void **state) {
    size_t size;
    write_folder(state, PARTS);
    const char *path = folder_file(state, "index.jsonl");
    char *whole = read_whole(path, &size);
    for (size_t at = 0; at < size; at += 7) {
        whole[at] ^= 1;
        write_whole(path, whole, size);
        whole[at] ^= 1;
        assert_true(count_known(state) < PARTS);
        write_whole(path, whole, at);
        assert_true(count_known(state) < PARTS);
        if (at % 140 == 0)
            holds_the_same(state);
    }
    free(whole);
}

/* The next line begins anew behind one that was cut. */
static void test_a_line_that_was_cut_costs_no_other(void **state) {
    size_t size;
    write_folder(state, 1);
    const char *path = folder_file(state, "index.jsonl");
    char *whole = read_whole(path, &size);
    write_whole(path, whole, size - 20);
    free(whole);
    gg_index_add_manifest(folder_of(state), 0, 1, &(gg_manifest){0});
    write_folder(state, PARTS);
    assert_int_equal(count_known(state), PARTS);
}

static void test_a_copied_folder_is_known(void **state) {
    write_folder(state, PARTS);
    const struct timespec times[2] = {{1, 0}, {1, 0}};
    for (size_t p = 0; p < PARTS; p++)
        assert_int_equal(utimensat(AT_FDCWD, folder_file(state, names[p]), times, 0), 0);
    assert_int_equal(count_known(state), PARTS);
    holds_the_same(state);
}

/* A bit that turned while the file kept size and time is met by whoever reads the rows. */
static void test_damage_of_a_part_is_found(void **state) {
    size_t size;
    struct stat info;
    gg_results *read;
    gg_error err = {0};
    write_folder(state, PARTS);
    gg_index index;
    assert_success(gg_index_read(folder_of(state), &index, &err), &err);
    const char *path = folder_file(state, names[1]);
    uint64_t at = index.entries[1].places.at[10];
    gg_index_clear(&index);
    assert_int_equal(stat(path, &info), 0);
    char *whole = read_whole(path, &size);
    whole[at] ^= 1;
    write_whole(path, whole, size);
    const struct timespec times[2] = {info.st_atim, info.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    free(whole);
    assert_int_equal(gg_results_read(folder_of(state), true, &read, &err), GG_E_INPUT);
    assert_says(&err, "part-000001.h5: damaged");
}

/* Whatever an index claims, nothing outside a file is read, and no rows but those of the part come
 * back. */
static void test_false_places_are_harmless(void **state) {
    static const uint64_t wrong[] = {1, 7, 4096, 1u << 20, INT64_MAX};
    gg_index index;
    gg_error err = {0};
    write_folder(state, 1);
    assert_success(gg_index_read(folder_of(state), &index, &err), &err);
    assert_int_equal(index.count, 1);
    gg_part_entry entry = index.entries[0];
    const char *path = folder_file(state, names[0]);
    for (size_t k = 0; k < gg__n_run_columns + GG__N_MORE; k++)
        for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
            gg_results *read;
            entry.places = index.entries[0].places;
            entry.places.at[k] = wrong[w];
            assert_success(gg__part_read_indexed(path, &entry, &read, &err), &err);
            /* Some other place may hold the same: zeros. */
            char checksum[GG__CHECKSUM_SIZE] = "";
            if (read != NULL)
                assert_success(gg__results_checksum(read, GG_RESULTS_VERSION, checksum, &err),
                               &err);
            assert_true(read == NULL || strcmp(checksum, entry.checksum) == 0);
            gg_results_free(read);
        }
    static const size_t many[] = {4, 1000, SIZE_MAX / 2};
    for (size_t k = 0; k < sizeof many / sizeof *many; k++) {
        gg_results *read;
        entry = index.entries[0];
        entry.rows = many[k];
        assert_success(gg__part_read_indexed(path, &entry, &read, &err), &err);
        assert_null(read);
        entry.rows = 3;
        entry.n_units = many[k];
        assert_success(gg__part_read_indexed(path, &entry, &read, &err), &err);
        assert_null(read);
    }
    gg_index_clear(&index);
}

/* Whole lines whose counts no part can have are as none. */
static void test_counts_that_cannot_be_do_not_count(void **state) {
    gg_index index;
    gg_error err = {0};
    write_folder(state, 1);
    assert_success(gg_index_read(folder_of(state), &index, &err), &err);
    gg_part_entry *entry = &index.entries[0];
    const struct {
        size_t *count, value;
    } wrong[] = {{NULL, 0},
                 {&entry->rows, SIZE_MAX - 3},
                 {&entry->failed_rows, entry->failed_rows + 1},
                 {&entry->failed_units, 2},
                 {&entry->failures[0].count, SIZE_MAX - 4}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        gg_manifest manifest;
        gg_part_entry read;
        size_t right = k > 0 ? *wrong[k].count : 0;
        if (k > 0)
            *wrong[k].count = wrong[k].value;
        char *line = gg__index_line_of_part(entry);
        if (k > 0)
            *wrong[k].count = right;
        assert_non_null(line);
        assert_success(gg__index_line_read(line, &manifest, &read, &err), &err);
        assert_int_equal(read.name != NULL, k == 0);
        gg__part_entry_clear(&read);
        gg_free(line);
    }
    gg_index_clear(&index);
}

/* As folders of older versions, or after a kill between the part and its line: who reads a part in
 * full notes it, once. */
static void test_what_was_read_is_known(void **state) {
    for (size_t known = 0; known < PARTS; known++) {
        gg_survey survey;
        size_t size, again;
        gg_error err = {0};
        unlink(folder_file(state, "index.jsonl"));
        unlink(folder_file(state, "index-found.jsonl"));
        write_folder(state, known);
        if (known % 2 == 0)
            assert_success(gg_survey_read(folder_of(state), &survey, &err), &err);
        else
            gg_results_free(read_folder(state));
        if (known % 2 == 0)
            gg_survey_clear(&survey);
        assert_int_equal(count_known(state), PARTS);
        free(read_whole(folder_file(state, "index-found.jsonl"), &size));
        gg_results_free(read_folder(state));
        free(read_whole(folder_file(state, "index-found.jsonl"), &again));
        assert_int_equal(again, size);
        holds_the_same(state);
    }
}

/* Another part of the same size, and the time set back. */
static void test_another_part_is_not_taken_for_the_first(void **state) {
    size_t size;
    struct stat info;
    gg_survey survey;
    gg_error err = {0};
    write_folder(state, PARTS);
    char *other = read_whole(folder_file(state, names[0]), &size);
    const char *path = folder_file(state, names[1]);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, (off_t)size);
    write_whole(path, other, size);
    free(other);
    const struct timespec times[2] = {info.st_atim, info.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(count_known(state), PARTS - 1);
    assert_int_equal(gg_survey_read(folder_of(state), &survey, &err), GG_E_INPUT);
    assert_says(&err, "part-000001.h5: holds network 0, which part-000000.h5 has too");
}

static void test_short_memory_leaves_nothing(void **state) {
    write_folder(state, PARTS);
    for (long allowed = 0;; allowed++) {
        gg_results *read = NULL;
        gg_survey survey;
        size_t before = gg_alloc_live();
        gg_alloc_fail_after(allowed);
        gg_status reading = gg_results_read(folder_of(state), true, &read, NULL);
        gg_alloc_fail_after(allowed);
        gg_status surveying = gg_survey_read(folder_of(state), &survey, NULL);
        gg_alloc_fail_after(-1);
        assert_true(reading == GG_OK || reading == GG_E_NOMEM);
        assert_true(surveying == GG_OK || surveying == GG_E_NOMEM);
        gg_results_free(read);
        gg_survey_clear(&survey);
        assert_int_equal(gg_alloc_live(), before);
        if (reading == GG_OK && surveying == GG_OK)
            break;
    }
}

static void test_a_network_in_two_parts_is_refused(void **state) {
    gg_survey survey;
    size_t size;
    gg_error err = {0};
    write_folder(state, PARTS);
    char *whole = read_whole(folder_file(state, names[0]), &size);
    write_whole(folder_file(state, "part-000007.h5"), whole, size);
    free(whole);
    assert_int_equal(gg_survey_read(folder_of(state), &survey, &err), GG_E_INPUT);
    assert_says(&err, "part-000007.h5: holds network 0, which part-000000.h5 has too");
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_with_and_without),
        WITH_FOLDER(test_damaged_lines_do_not_count),
        WITH_FOLDER(test_a_line_that_was_cut_costs_no_other),
        WITH_FOLDER(test_a_copied_folder_is_known),
        WITH_FOLDER(test_damage_of_a_part_is_found),
        WITH_FOLDER(test_false_places_are_harmless),
        WITH_FOLDER(test_counts_that_cannot_be_do_not_count),
        WITH_FOLDER(test_what_was_read_is_known),
        WITH_FOLDER(test_another_part_is_not_taken_for_the_first),
        WITH_FOLDER(test_short_memory_leaves_nothing),
        WITH_FOLDER(test_a_network_in_two_parts_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

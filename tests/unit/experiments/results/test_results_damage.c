/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Result files that lie: a flipped bit, a checksum taken away, values that nothing can have
 * measured, one network twice. Files of the version without checksums are read.
 *
 * Covers results_check, results_checksum, results_folder, results_read and results_write.
 */
#include "tests/support/support.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/hdf5/h5.h"
#include "models/base/alloc.h"
#include "tests/support/some_results.h"
#include "tests/support/temporary_folder.h"

/* HDF5 1.10 loses a few hundred bytes of its own where it refuses some damage. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

static void write_results(const char *path, const gg_results *results) {
    gg_error err = {0};
    assert_success(gg_results_write(path, results, &err), &err);
}

static void refused(const char *path, const char *reason) {
    gg_results *read;
    gg_error err = {0};
    assert_int_equal(gg_results_read(path, false, &read, &err), GG_E_INPUT);
    assert_null(read);
    assert_says(&err, path);
    assert_says(&err, reason);
}

/* Both were read: what stands between a row's members is 0 in both. */
static bool say_the_same(const gg_results *a, const gg_results *b) {
    bool same =
        a->count == b->count && a->unchecked == b->unchecked &&
        memcmp(a->rows, b->rows, a->count * sizeof *a->rows) == 0 &&
        memcmp(a->offsets, b->offsets, (a->count + 1) * sizeof *a->offsets) == 0 &&
        memcmp(a->assignment, b->assignment, a->offsets[a->count] * sizeof *a->assignment) == 0 &&
        a->manifest.count == b->manifest.count;
    for (size_t k = 0; same && k < a->manifest.count; k++) {
        const char *value = gg_manifest_get(&b->manifest, a->manifest.entries[k].key);
        same = value != NULL && strcmp(value, a->manifest.entries[k].value) == 0;
    }
    return same;
}

/* Whatever bit it is: the file is refused, or says what was written. */
static void test_a_flipped_bit_is_noticed(void **state) {
    some_results f;
    size_t size, refusals = 0, rounds = test_count(150, 1500);
    make_some_results(&f, "aa");
    const char *path = folder_file(state, "part-000000.h5");
    write_results(path, &f.results);
    gg_results *sound;
    assert_success(gg_results_read(path, true, &sound, NULL), NULL);
    char *bytes = read_whole(path, &size);
    for (size_t k = 0; k < rounds; k++) {
        /* A step that meets every byte and every bit. */
        size_t bit = (size_t)(((double)k + 0.5) / (double)rounds * 8.0 * (double)size);
        gg_results *read;
        gg_error err = {0};
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        write_whole(path, bytes, size);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        if (gg_results_read(path, true, &read, &err) != GG_OK) {
            refusals++;
            assert_says(&err, path);
        } else if (!say_the_same(sound, read)) {
            fail_msg("bit %zu of %zu: wrong numbers are accepted", bit, 8 * size);
        }
        gg_results_free(read);
    }
    assert_true(refusals > rounds / 20);
    free(bytes);
    gg_results_free(sound);
    gg_manifest_clear(&f.results.manifest);
}

/* The part with one attribute of the file replaced. */
static void with_attribute(const char *path, const char *name, const char *value) {
    size_t size, length = strlen(name);
    char *bytes = read_whole(path, &size);
    bool found = false;
    for (size_t k = 0; !found && k + length < size; k++)
        if (memcmp(bytes + k, name, length + 1) == 0) {
            memcpy(bytes + k, value, length);
            found = true;
        }
    assert_true(found);
    write_whole(path, bytes, size);
    free(bytes);
}

static void test_a_file_whose_checksum_is_gone_is_no_older_file(void **state) {
    some_results f;
    make_some_results(&f, "aa");
    const char *path = folder_file(state, "part-000000.h5");
    write_results(path, &f.results);
    with_attribute(path, "checksum", "checksun");
    refused(path, "damaged: its checksum is missing");
    gg_manifest_clear(&f.results.manifest);
}

static void test_files_without_checksums_are_read_and_known(void **state) {
    static const char *const places[] = {TEST_PATH("data/results_v1"),
                                         TEST_PATH("data/results_v1/part-000000.h5")};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        gg_results *read;
        gg_error err = {0};
        assert_success(gg_results_read(places[k], true, &read, &err), &err);
        assert_true(read->unchecked);
        assert_int_equal(read->count, 4);
        assert_string_equal(read->rows[1].solver, "exact");
        assert_string_equal(read->rows[1].status, "optimal");
        assert_int_equal(read->offsets[4], 16);
        gg_results_free(read);
    }
}

/* ---- domains ---- */

typedef void (*spoil_fn)(some_results *f);

#define SPOIL(name, change)                                                                        \
    static void name(some_results *f) {                                                            \
        gg_row *row = &f->rows[1];                                                                 \
        change;                                                                                    \
        (void)row;                                                                                 \
    }

SPOIL(no_users, row->n_users = 0)
SPOIL(too_many_users, row->n_users = 4000000000u)
SPOIL(too_many_servers, row->n_servers = 32768)
SPOIL(tau_above_one, row->tau = 1.5)
SPOIL(tau_unknown, row->tau = NAN)
SPOIL(other_objective, row->objective = "wreighted")
SPOIL(other_status, row->status = "proven")
SPOIL(other_reason, row->stop_reason = "")
SPOIL(negative_objective, row->objective_s = -1e-9)
SPOIL(unknown_objective, row->objective_s = NAN)
SPOIL(negative_bound, row->lower_bound_s = -INFINITY)
SPOIL(gap_above_one, row->gap = INFINITY)
SPOIL(other_total, f->rows[0].total_delay_s = 3.0)
SPOIL(other_measured_total, f->rows[0].measured_total_delay_s = 3.0)
SPOIL(objective_above_total, f->rows[0].objective_s = 1e300)
SPOIL(uniform_below_total, f->rows[0].objective = "uniform")
SPOIL(bound_above_objective, f->rows[0].lower_bound_s = 0.34)
SPOIL(more_offloaded, row->n_offloaded = 4)
SPOIL(negative_delay, row->comm_delay_s = -0.25)
SPOIL(accuracy_above_one, row->accuracy = 75.0)
SPOIL(more_violations, row->tau_violations = 4)
SPOIL(negative_nodes, row->nodes = -1)
SPOIL(endless_runtime, row->runtime_s = INFINITY)
SPOIL(reason_of_success, row->failure = "why")
SPOIL(server_beyond, f->assignment[4] = 4)
SPOIL(server_below, f->assignment[4] = -2)
SPOIL(other_count, f->assignment[3] = 1)
SPOIL(short_assignment, f->offsets[2] = 4)
SPOIL(longer_row, row->n_users = 4)

static const struct {
    spoil_fn spoil;
    const char *reason;
} spoils[] = {
    {no_users, ": /runs/n_users: row 1: 0 is not in 1 .. 10000000"},
    {too_many_users, ": /runs/n_users: row 1: 4000000000 is not in"},
    {too_many_servers, ": /runs/n_servers: row 1: 32768 is not in 0 .. 32767"},
    {tau_above_one, ": /runs/tau: row 1: 1.5 is not in 0 .. 1"},
    {tau_unknown, ": /runs/tau: row 1: nan is not in"},
    {other_objective, ": /runs/objective: row 1: \"wreighted\" is none of weighted, uniform"},
    {other_status, ": /runs/status: row 1: \"proven\" is none of feasible, optimal, bounded,"},
    {other_reason, ": /runs/stop_reason: row 1: \"\" is none of done, time"},
    {negative_objective, ": /runs/objective_s: row 1: -1.0"},
    {unknown_objective, ": /runs/objective_s: row 1: not known, but the row is feasible"},
    {negative_bound, ": /runs/lower_bound_s: row 1: -inf is not in 0 .. inf"},
    {gap_above_one, ": /runs/gap: row 1: inf is not in 0 .. 1"},
    {other_total, ": /runs/total_delay_s: row 0: 3 is not the sum of its parts"},
    {other_measured_total, ": /runs/measured_total_delay_s: row 0: 3 is not the sum"},
    {objective_above_total, ": /runs/objective_s: row 0: 1e+300 does not fit a total delay of 2"},
    {uniform_below_total, ": /runs/objective_s: row 0: 0.333333333 does not fit"},
    {bound_above_objective, ": /runs/lower_bound_s: row 0: 0.34 is above the objective"},
    {more_offloaded, ": /runs/n_offloaded: row 1: 4 of 3 users"},
    {negative_delay, ": /runs/comm_delay_s: row 1: -0.25 is not in"},
    {accuracy_above_one, ": /runs/accuracy: row 1: 75 is not in"},
    {more_violations, ": /runs/tau_violations: row 1: 4 of 3 users"},
    {negative_nodes, ": /runs/nodes: "},
    {endless_runtime, ": /runs/runtime_s: row 1: inf is not in"},
    {reason_of_success, ": /failures: row 1: a reason, but the row is feasible"},
    {server_beyond, ": /assignments/server: row 1: user 2 is on server 4 of 4"},
    {server_below, ": /assignments/server: "},
    {other_count, ": /assignments/server: row 1: 3 users are offloaded, /runs/n_offloaded says 2"},
    {short_assignment, ": /assignments/offsets: row 1: decides for 2 users, /runs/n_users says 3"},
    {longer_row, ": /assignments/offsets: row 1: decides for 3 users, /runs/n_users says 4"},
};

static void test_what_nothing_can_have_measured_is_refused(void **state) {
    const char *path = folder_file(state, "hostile.h5");
    for (size_t k = 0; k < sizeof spoils / sizeof *spoils; k++) {
        some_results f;
        make_some_results(&f, "aa");
        spoils[k].spoil(&f);
        write_results(path, &f.results);
        refused(path, spoils[k].reason);
        gg_manifest_clear(&f.results.manifest);
    }
}

/* ---- folders ---- */

static void write_networks(void **state, const char *name, const char *fingerprint,
                           uint64_t first) {
    some_results f;
    uint64_t units[SOME_ROWS];
    make_some_results(&f, fingerprint);
    for (size_t k = 0; k < SOME_ROWS; k++)
        units[k] = first + k;
    f.results.units = units;
    f.results.n_units = SOME_ROWS;
    write_results(folder_file(state, name), &f.results);
    gg_manifest_clear(&f.results.manifest);
}

static void folder_refused(void **state, const char *file, const char *reason) {
    gg_results *read;
    gg_error err = {0};
    assert_int_equal(gg_results_read(((temporary_folder *)*state)->path, true, &read, &err),
                     GG_E_INPUT);
    assert_says(&err, file);
    assert_says(&err, reason);
}

static void test_a_network_in_two_parts_is_refused(void **state) {
    write_networks(state, "part-000000.h5", "aa", 0);
    write_networks(state, "part-000001.h5", "aa", SOME_ROWS);
    write_networks(state, "part-000002.h5", "aa", 2 * SOME_ROWS - 1);
    folder_refused(state, "/part-000002.h5: ", "holds network 5, which part-000001.h5 has too");
}

static void test_a_part_without_fingerprint_is_foreign(void **state) {
    some_results f;
    write_networks(state, "part-000000.h5", "aa", 0);
    make_some_results(&f, "aa");
    gg_manifest_clear(&f.results.manifest);
    write_results(folder_file(state, "part-000001.h5"), &f.results);
    folder_refused(
        state, "/part-000001.h5: ", "another plan (without fingerprint) than part-000000.h5 (aa)");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_flipped_bit_is_noticed),
        IN_FOLDER(test_a_file_whose_checksum_is_gone_is_no_older_file),
        cmocka_unit_test(test_files_without_checksums_are_read_and_known),
        IN_FOLDER(test_what_nothing_can_have_measured_is_refused),
        IN_FOLDER(test_a_network_in_two_parts_is_refused),
        IN_FOLDER(test_a_part_without_fingerprint_is_foreign),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

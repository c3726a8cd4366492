/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Batches: rows that depend on the plan alone, whatever the number of workers, shards,
 * interruptions and deaths.
 *
 * Covers manifest.
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

/* The results of the plan done by one worker without disturbance. */
static gg_results *undisturbed(void) {
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 1);
    run(&f, &options);
    gg_results *results = read_all(&f);
    close_fixture(&f);
    return results;
}

static void test_rows_stand_in_the_plans_order(void **state) {
    (void)state;
    gg_results *results = undisturbed();
    assert_int_equal(results->count, UNITS * ROWS_EACH);
    static const char *const solvers[] = {"local", "random", "goa"};
    for (size_t k = 0; k < results->count; k++) {
        const gg_row *row = &results->rows[k];
        size_t unit = k / ROWS_EACH;
        assert_string_equal(row->solver, solvers[k % 3]);
        assert_int_equal(row->run, unit % 5);
        assert_int_equal(row->n_users, unit / 5 == 0 ? 3 : 5);
        assert_string_equal(row->objective, k / 3 % 2 == 0 ? "weighted" : "uniform");
        assert_string_equal(row->preset, "paper-bits");
        assert_string_equal(row->status, "feasible");
        assert_true(row->objective_s > 0.0 && row->runtime_s >= 0.0);
        assert_true(isnan(row->lower_bound_s) && isnan(row->gap));
        assert_int_equal(results->offsets[k + 1] - results->offsets[k], row->n_users);
    }
    assert_string_equal(gg_manifest_get(&results->manifest, "plan_units"), "20");
    assert_string_equal(gg_manifest_get(&results->manifest, "plan_networks"), "10");
    assert_string_equal(gg_manifest_get(&results->manifest, "rows_per_network"), "6");
    assert_int_equal(results->n_units, UNITS);
    for (size_t u = 0; u < UNITS; u++)
        assert_int_equal(results->units[u], u);
    gg_results_free(results);
}

static void test_the_number_of_workers_does_not_matter(void **state) {
    (void)state;
    gg_results *expected = undisturbed();
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 3);
    gg_batch_state done = run(&f, &options);
    assert_int_equal(done.units, UNITS);
    assert_int_equal(done.units_done, UNITS);
    assert_int_equal(folder_count(&f.folder), FILES);
    gg_results *results = read_all(&f);
    assert_same_results(expected, results);
    gg_results_free(results);
    gg_results_free(expected);
    close_fixture(&f);
}

static void test_shards_add_up(void **state) {
    (void)state;
    gg_results *expected = undisturbed();
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 2);
    size_t done = 0;
    options.shards = 3;
    for (options.shard = 0; options.shard < 3; options.shard++)
        done += run(&f, &options).units_done;
    assert_int_equal(done, UNITS);
    gg_results *results = read_all(&f);
    assert_same_results(expected, results);
    gg_results_free(results);
    gg_results_free(expected);
    close_fixture(&f);
}

static void test_what_is_there_is_not_run_again(void **state) {
    (void)state;
    gg_results *expected = undisturbed();
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 2);
    run(&f, &options);
    gg_batch_state idle = run(&f, &options);
    assert_int_equal(idle.units_found, UNITS);
    assert_int_equal(idle.units_done, 0);
    assert_int_equal(unlink(folder_file(&f.folder, "part-000002.h5")), 0);
    gg_batch_state again = run(&f, &options);
    assert_int_equal(again.units_found, UNITS - 2);
    assert_int_equal(again.units_done, 2);
    gg_results *results = read_all(&f);
    assert_same_results(expected, results);
    gg_results_free(results);
    gg_results_free(expected);
    close_fixture(&f);
}

static void test_half_written_parts_are_swept(void **state) {
    (void)state;
    fixture f;
    open_fixture(&f);
    static const char left_1[] = "part-000001.h5.goagap-killed.tmp",
                      left_2[] = "part-000002.h5.goagap-killed.tmp",
                      left_4[] = "part-000004.h5.goagap-killed.tmp",
                      notes[] = "notes.goagap-killed.tmp";
    gg_outfile *alive = NULL;
    gg_error err = {0};
    assert_success(gg_outfile_open(folder_file(&f.folder, "part-000001.h5"), &alive, NULL, &err),
                   &err);
    write_whole(folder_file(&f.folder, left_1), "x", 1);
    write_whole(folder_file(&f.folder, left_2), "x", 1);
    write_whole(folder_file(&f.folder, left_4), "x", 1);
    write_whole(folder_file(&f.folder, notes), "x", 1);
    gg_part_sweep(((temporary_folder *)f.folder)->path, 1, 3);
    assert_int_not_equal(access(folder_file(&f.folder, left_1), F_OK), 0);
    assert_int_not_equal(access(folder_file(&f.folder, left_4), F_OK), 0);
    assert_int_equal(access(folder_file(&f.folder, left_2), F_OK), 0);
    assert_int_equal(access(folder_file(&f.folder, notes), F_OK), 0);
    /* What another runner has in work is neither lost nor in the way. */
    gg_batch_options options = batch_options(&f, 1);
    options.shard = 1;
    options.shards = 3;
    run(&f, &options);
    assert_int_equal(access(folder_file(&f.folder, "part-000001.h5"), F_OK), 0);
    assert_int_equal(access(gg_outfile_path(alive), F_OK), 0);
    gg_outfile_abort(alive);
    close_fixture(&f);
}

static void count_notice(void *context, const char *damage) {
    size_t *notices = context;
    assert_non_null(strstr(damage, "part-000001.h5: "));
    ++*notices;
}

static void refused(const fixture *f, const gg_batch_options *options, const char *file,
                    const char *reason) {
    gg_batch_state state;
    gg_error err = {0};
    assert_int_equal(gg_batch_run(f->experiment, options, &state, &err), GG_E_INPUT);
    assert_says(&err, file);
    assert_says(&err, reason);
}

static void copy_file(const fixture *f, const char *from, const char *to) {
    void *folder = f->folder;
    size_t size;
    char *bytes = read_whole(folder_file(&folder, from), &size);
    write_whole(folder_file(&folder, to), bytes, size);
    free(bytes);
}

/* Damaged, cut, or another part under this one's name: done again, and said so. */
static void test_a_part_that_is_not_sound_is_done_again(void **state) {
    (void)state;
    gg_results *expected = undisturbed();
    fixture f;
    open_fixture(&f);
    size_t notices = 0, size;
    gg_batch_options options = batch_options(&f, 2);
    options.notice = count_notice;
    options.notice_context = &notices;
    run(&f, &options);
    assert_int_equal(notices, 0);
    for (size_t kind = 0; kind < 3; kind++) {
        const char *path = folder_file(&f.folder, "part-000001.h5");
        char *bytes = read_whole(path, &size);
        if (kind == 0) {
            double *number = (double *)(void *)bytes, tau = 0.7;
            size_t at = 0;
            while (memcmp(&number[at], &tau, sizeof tau) != 0)
                at++;
            number[at] = 0.8;
            write_whole(path, bytes, size);
        } else if (kind == 1) {
            write_whole(path, bytes, size / 2);
        } else {
            copy_file(&f, "part-000000.h5", "part-000001.h5");
        }
        free(bytes);
        gg_batch_state again = run(&f, &options);
        assert_int_equal(notices, kind + 1);
        assert_int_equal(again.units_done, 4);
        gg_results *results = read_all(&f);
        assert_same_results(expected, results);
        gg_results_free(results);
    }
    gg_results_free(expected);
    close_fixture(&f);
}

static void test_parts_that_are_none_of_the_plans_are_refused(void **state) {
    (void)state;
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 1);
    run(&f, &options);
    copy_file(&f, "part-000000.h5", "part-000000-copy.h5");
    refused(&f, &options, "part-000000-copy.h5: ", "is none of this plan's 3 parts");
    assert_int_equal(unlink(folder_file(&f.folder, "part-000000-copy.h5")), 0);
    copy_file(&f, "part-000002.h5", "part-000003.h5");
    refused(&f, &options, "part-000003.h5: ", "is none of this plan's 3 parts");
    assert_int_equal(unlink(folder_file(&f.folder, "part-000003.h5")), 0);
    /* A shard that has no part there yet writes none among another plan's. */
    assert_int_equal(unlink(folder_file(&f.folder, "part-000001.h5")), 0);
    f.plan->taus[0] = 0.8;
    gg_free(f.experiment->components);
    assert_success(gg_fingerprint(f.experiment, NULL), NULL);
    options.shard = 1;
    options.shards = 3;
    refused(&f, &options, "part-00000", "they have \"tau: 0.7\"");
    close_fixture(&f);
}

/* Asks for a stop once a few units are done. */
static void stop_soon(void *context, const gg_batch_state *state) {
    (void)context;
    if (state->units_done >= 5)
        gg_stop_request(true);
}

static void test_a_stopped_batch_goes_on(void **state) {
    (void)state;
    gg_results *expected = undisturbed();
    fixture f;
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 2);
    options.progress = stop_soon;
    gg_batch_state stopped = run(&f, &options);
    gg_stop_request(false);
    assert_true(stopped.interrupted);
    assert_true(folder_count(&f.folder) < FILES);
    options.progress = NULL;
    gg_batch_state finished = run(&f, &options);
    assert_false(finished.interrupted);
    assert_int_equal(finished.units_found + finished.units_done, UNITS);
    gg_results *results = read_all(&f);
    assert_same_results(expected, results);
    gg_results_free(results);
    gg_results_free(expected);
    close_fixture(&f);
}

typedef struct killer {
    size_t units_seen;
    size_t kills;
} killer;

/* Kills the worker, the only child of this process, after every unit. */
static void kill_the_worker(void *context, const gg_batch_state *state) {
    char path[64];
    int pid = 0;
    killer *self = context;
    if (state->units_done == self->units_seen)
        return;
    self->units_seen = state->units_done;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "r");
    assert_non_null(children);
    if (fscanf(children, "%d", &pid) == 1 && pid > 0 && kill(pid, SIGKILL) == 0)
        self->kills++;
    fclose(children);
}

static void test_killed_workers_are_replaced(void **state) {
    (void)state;
    gg_results *expected = undisturbed();
    fixture f;
    killer self = {0};
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 1);
    options.progress = kill_the_worker;
    options.progress_context = &self;
    gg_batch_state done = run(&f, &options);
    assert_int_equal(done.units_done, UNITS);
    assert_int_equal(self.kills, UNITS);
    assert_int_equal(done.rows_failed, 0);
    gg_results *results = read_all(&f);
    assert_same_results(expected, results);
    gg_results_free(results);
    gg_results_free(expected);
    close_fixture(&f);
}

/* ---- refusals ---- */

static void test_results_of_another_plan_are_not_continued(void **state) {
    (void)state;
    fixture f;
    gg_batch_state done;
    gg_error err = {0};
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 1);
    run(&f, &options);
    gg_experiment *other;
    f.plan->seed++;
    assert_success(gg_experiment_open(f.plan, &other, &err), &err);
    assert_int_equal(gg_batch_run(other, &options, &done, &err), GG_E_INPUT);
    assert_non_null(strstr(err.message, "holds results of another plan"));
    gg_experiment_close(other);
    close_fixture(&f);
}

static void test_a_folder_that_cannot_be_made_is_named(void **state) {
    (void)state;
    fixture f;
    gg_batch_state done;
    gg_error err = {0};
    open_fixture(&f);
    gg_batch_options options = batch_options(&f, 1);
    options.folder = "/no/such/folder";
    assert_int_equal(gg_batch_run(f.experiment, &options, &done, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "/no/such/folder"));
    close_fixture(&f);
}

static void test_short_memory_is_an_error_everywhere(void **state) {
    (void)state;
    fixture f;
    open_fixture(&f);
    size_t live = gg_alloc_live();
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_experiment *experiment;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_experiment_open(f.plan, &experiment, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_experiment_close(experiment);
        assert_int_equal(gg_alloc_live(), live);
    }
    close_fixture(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_stand_in_the_plans_order),
        cmocka_unit_test(test_the_number_of_workers_does_not_matter),
        cmocka_unit_test(test_shards_add_up),
        cmocka_unit_test(test_what_is_there_is_not_run_again),
        cmocka_unit_test(test_half_written_parts_are_swept),
        cmocka_unit_test(test_a_part_that_is_not_sound_is_done_again),
        cmocka_unit_test(test_parts_that_are_none_of_the_plans_are_refused),
        cmocka_unit_test(test_a_stopped_batch_goes_on),
        cmocka_unit_test(test_killed_workers_are_replaced),
        cmocka_unit_test(test_results_of_another_plan_are_not_continued),
        cmocka_unit_test(test_a_folder_that_cannot_be_made_is_named),
        cmocka_unit_test(test_short_memory_is_an_error_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of batches share: a small plan in a folder of its own.
 */
#pragma once

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

static const char text[] = "preset: [paper-bits]\nobjective: [weighted, uniform]\nusers: [3, 5]\n"
                           "servers: [2]\ntau: [0.7]\nruns: 5\nsolvers: [local, random, goa]\n"
                           "outputs: {assignments: yes, units_per_part: 4}\n";

enum { UNITS = 10, ROWS_EACH = 2 * 3, PARTS = 3, FILES = PARTS + 2 /* manifest.json, index.jsonl */ };

typedef struct fixture {
    gg_plan *plan;
    gg_experiment *experiment;
    void *folder; /* a temporary_folder */
} fixture;

static inline void open_fixture(fixture *f) {
    gg_error err = {0};
    assert_success(gg_plan_parse(text, strlen(text), "plan.yaml", NULL, &f->plan, &err), &err);
    assert_success(gg_experiment_open(f->plan, &f->experiment, &err), &err);
    assert_int_equal(folder_setup(&f->folder), 0);
}

static inline void close_fixture(fixture *f) {
    gg_experiment_close(f->experiment);
    gg_plan_free(f->plan);
    assert_int_equal(folder_teardown(&f->folder), 0);
}

static inline const char *path_of(const fixture *f) {
    return ((const temporary_folder *)f->folder)->path;
}

static inline gg_batch_options batch_options(const fixture *f, size_t jobs) {
    return (gg_batch_options){.folder = path_of(f), .jobs = jobs, .shards = 1, .command = "test"};
}

static inline gg_batch_state run(const fixture *f, const gg_batch_options *options) {
    gg_batch_state state;
    gg_error err = {0};
    assert_success(gg_batch_run(f->experiment, options, &state, &err), &err);
    return state;
}

static inline gg_results *read_all(const fixture *f) {
    gg_results *results;
    gg_error err = {0};
    assert_success(gg_results_read(path_of(f), true, &results, &err), &err);
    return results;
}

/* Everything but the time it took. */
static inline void assert_same_results(gg_results *a, gg_results *b) {
    assert_int_equal(a->count, b->count);
    for (size_t k = 0; k < a->count; k++) {
        a->rows[k].runtime_s = b->rows[k].runtime_s = 0.0;
        assert_string_equal(a->rows[k].solver, b->rows[k].solver);
        assert_string_equal(a->rows[k].status, b->rows[k].status);
        assert_true(a->rows[k].objective_s == b->rows[k].objective_s ||
                    isnan(a->rows[k].objective_s));
    }
    assert_memory_equal(a->rows, b->rows, a->count * sizeof *a->rows);
    assert_memory_equal(a->offsets, b->offsets, (a->count + 1) * sizeof *a->offsets);
    assert_memory_equal(a->assignment, b->assignment, a->offsets[a->count] * sizeof *a->assignment);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

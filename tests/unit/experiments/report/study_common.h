/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of studies share: a small experiment and its study.
 */
#pragma once

#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/charts/chart.h"
#include "experiments/report/compared/study.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/tables/report_tables.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/draw/scenario.h"
#include "models/evaluate.h"
#include "tests/support/temporary_folder.h"

enum { RUNS = 6, SOLVERS = 3, USERS = 4, N_ROWS = 2 * RUNS * SOLVERS };

typedef struct experiment {
    gg_row rows[N_ROWS];
    uint64_t offsets[N_ROWS + 1];
    int16_t assignment[N_ROWS * USERS];
    gg_results results;
} experiment;

/* The decision of a strategy: everybody at server 0, but `goa` errs. In run 1 it sends user 2 to
 * the other server, in run 2 it leaves user 0 and 1 local. */
static inline void decide(size_t solver, uint32_t run, int16_t *x) {
    for (size_t i = 0; i < USERS; i++)
        x[i] = 0;
    if (solver == 0 && run == 1)
        x[2] = 1;
    if (solver == 0 && run == 2)
        x[0] = x[1] = -1;
}

/* Rows whose objectives are those of the decisions on the shipped preset's networks; `exact` claims
 * to be optimal, and is beaten by none. */
static inline void make_experiment(experiment *e) {
    static const char *const solvers[SOLVERS] = {"goa", "mine", "exact"};
    gg_preset *preset;
    gg_error err = {0};
    size_t n = 0;
    memset(e, 0, sizeof *e);
    assert_success(gg_preset_read("urban-micro", &preset, &err), &err);
    for (uint32_t run = 0; run < RUNS; run++)
        for (int upper = 0; upper < 2; upper++) {
            gg_instance *instance;
            gg_draw draw = {
                .n_users = USERS, .n_servers = 2, .tau = upper ? 1.0 : 0.9, .seed = 5, .run = run};
            assert_success(gg_scenario_draw(preset, &draw, &instance, &err), &err);
            for (size_t s = 0; s < SOLVERS; s++) {
                int32_t x[USERS];
                gg_metrics metrics;
                gg_row *row = &e->rows[n];
                decide(s, run, e->assignment + n * USERS);
                for (size_t i = 0; i < USERS; i++)
                    x[i] = e->assignment[n * USERS + i];
                assert_success(gg_evaluate(instance, GG_WEIGHTED, x, &metrics, &err), &err);
                *row = (gg_row){.n_users = USERS,
                                .n_servers = 2,
                                .tau = draw.tau,
                                .objective = "weighted",
                                .preset = "urban-micro",
                                .run = run,
                                .seed = 5,
                                .objective_s = metrics.objective_s,
                                .lower_bound_s = NAN,
                                .gap = NAN,
                                .accuracy = metrics.accuracy,
                                .runtime_s = 1e-3 * (double)(s + 1),
                                .solver = solvers[s],
                                .status = s == 2 ? "optimal" : "feasible",
                                .stop_reason = "done",
                                .fair_reference = "",
                                .course = "",
                                .failure = ""};
                n++;
                e->offsets[n] = n * USERS;
            }
            gg_instance_free(instance);
        }
    gg_preset_free(preset);
    e->results = (gg_results){
        .count = n, .rows = e->rows, .offsets = e->offsets, .assignment = e->assignment};
    assert_success(gg_manifest_add(&e->results.manifest, "workload",
                                   "Queries are drawn from each preset's distributions.", &err),
                   &err);
}

static inline gg_study *study_of(experiment *e) {
    gg_study *study;
    gg_error err = {0};
    make_experiment(e);
    assert_success(gg_study_compute(&e->results, &(gg_study_sources){0}, &study, &err), &err);
    return study;
}

static inline void release(experiment *e, gg_study *study) {
    gg_study_free(study);
    gg_manifest_clear(&e->results.manifest);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our means beside published ones: units, limits, verdicts, and tables that are refused. Merging
 * under short memory.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/results/merge.h"
#include "experiments/studies/comparison/comparison.h"
#include "models/base/alloc.h"
#include "tests/support/temporary_folder.h"

enum { RUNS = 4 };

/* Four runs of goa with 50 users at tau 0.6; all but transmission the same in each. */
static void make_rows(gg_row rows[RUNS]) {
    for (size_t k = 0; k < RUNS; k++) {
        rows[k] = (gg_row){.n_users = 50,
                           .n_servers = 4,
                           .tau = 0.6,
                           .run = (uint32_t)k,
                           .seed = 1,
                           .objective_s = 1.0,
                           .n_offloaded = 40,
                           .accuracy = 0.55,
                           .local_delay_s = 0.2,
                           .comp_delay_s = 0.7,
                           .measured_comp_delay_s = 0.7,
                           .total_delay_s = k == 0 ? 10.9 : 1.0,
                           .comm_delay_s = k == 0 ? 10.0 : 0.1,
                           .measured_total_delay_s = k == 0 ? 10.9 : 1.0};
        strcpy(rows[k].objective, "weighted");
        strcpy(rows[k].preset, "paper");
        strcpy(rows[k].solver, "goa");
        strcpy(rows[k].status, "feasible");
        strcpy(rows[k].stop_reason, "done");
    }
}

static const char *published_file(void **state, const char *text) {
    const char *path = folder_file(state, "published.csv");
    write_whole(path, text, strlen(text));
    return path;
}

#define HEADER                                                                                     \
    "# a comment\nn_users,tau,strategy,other,n_offloaded,accuracy_pct,comp_delay_ms,"              \
    "local_delay_ms,comm_delay_ms\n"

static void test_means_are_judged_by_their_limits(void **state) {
    gg_row rows[RUNS];
    gg_results results = {.count = RUNS, .rows = rows};
    gg_published published;
    gg_comparison c;
    gg_error err = {0};
    make_rows(rows);
    /* 40 is 3 % above 38.9 and more above 38.8; 700 ms is 4 % above 673.1; transmission is not
     * judged; 60 users are not in the results. */
    const char *path = published_file(state, HEADER "50,0.6,goa,x,38.9,55,673.1,194.1,5.0\n"
                                                    "50,0.6,goa,x,38.8,,672.9,,\n"
                                                    "60,0.6,goa,x,1,1,1,1,1\n");
    assert_success(gg_published_read(path, &published, &err), &err);
    assert_int_equal(published.count, 3);
    assert_true(isnan(published.rows[1].mean[GG_ACCURACY_PCT]));
    assert_true(isnan(published.rows[0].mean[GG_TOTAL_DELAY_MS]));
    assert_success(gg_compare(&results, "paper", "weighted", &published, &c, &err), &err);
    assert_int_equal(c.count, 5 + 2);
    assert_int_equal(c.absent, 1);
    static const struct {
        gg_quantity quantity;
        double mean;
        bool within;
    } expected[] = {
        {GG_N_OFFLOADED, 40, true},      {GG_ACCURACY_PCT, 55, true},
        {GG_LOCAL_DELAY_MS, 200, false}, {GG_COMP_DELAY_MS, 700, true},
        {GG_COMM_DELAY_MS, 2575, true},  {GG_N_OFFLOADED, 40, false},
        {GG_COMP_DELAY_MS, 700, false},
    };
    for (size_t k = 0; k < c.count; k++) {
        assert_int_equal(c.cells[k].quantity, expected[k].quantity);
        assert_close(c.cells[k].mean, expected[k].mean, 1e-12, 0);
        assert_int_equal(c.cells[k].runs, RUNS);
        assert_int_equal(c.cells[k].within, expected[k].within);
        assert_true(c.cells[k].low <= c.cells[k].mean * (1 + 1e-12));
        assert_true(c.cells[k].high >= c.cells[k].mean * (1 - 1e-12));
    }
    /* 3 sqrt(2) standard errors of 10 s and three times 0.1 s, sd 4.95 s. */
    assert_close(c.cells[4].limit, 3.0 * sqrt(2.0) * 4950.0 / 2.0, 1e-12, 0);
    assert_close(c.cells[4].largest_share, 10.0 / 10.3, 1e-12, 0);
    assert_int_equal(gg_comparison_outside(&c), 3);
    gg_comparison_clear(&c);
    assert_int_equal(gg_compare(&results, "paper-bits", "weighted", &published, &c, &err),
                     GG_E_INPUT);
    assert_says(&err, "share no users, tau and strategy");
    gg_published_clear(&published);
}

static void refused(void **state, const char *text, const char *reason) {
    gg_published published;
    gg_error err = {0};
    assert_int_equal(gg_published_read(published_file(state, text), &published, &err), GG_E_INPUT);
    assert_says(&err, "published.csv");
    assert_says(&err, reason);
}

static void test_bad_tables_are_refused_with_place_and_reason(void **state) {
    refused(state, "", "has no header line");
    refused(state, "n_users,tau\n", ":1: the header lacks");
    refused(state, "n_users,tau,strategy\n50,0.6\n", ":2: has 2 fields, the header has 3");
    refused(state, "n_users,tau,strategy\n50.5,0.6,goa\n", ":2: n_users: not a number of users");
    refused(state, "n_users,tau,strategy\n50,x,goa\n", ":2");
    refused(state, "n_users,tau,strategy\n50,0.6,\n", ":2: strategy: no name");
}

static void test_short_memory_is_an_error_when_comparing(void **state) {
    gg_row rows[RUNS];
    gg_results results = {.count = RUNS, .rows = rows};
    gg_status status = GG_E_NOMEM;
    make_rows(rows);
    const char *path = published_file(state, HEADER "50,0.6,goa,x,38.9,55,673.1,194.1,5.0\n");
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_published published = {0};
        gg_comparison c = {0};
        gg_alloc_fail_after(allowed);
        status = gg_published_read(path, &published, NULL);
        if (status == GG_OK)
            status = gg_compare(&results, "paper", "weighted", &published, &c, NULL);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_comparison_clear(&c);
        gg_published_clear(&published);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

static void test_short_memory_is_an_error_when_merging(void **state) {
    gg_row rows[RUNS];
    uint64_t units[RUNS] = {0, 1, 2, 3}, offsets[RUNS + 1] = {0, 1, 1, 2, 3};
    int16_t assignment[3] = {-1, 0, 1};
    gg_results results = {.count = RUNS,
                          .rows = rows,
                          .offsets = offsets,
                          .assignment = assignment,
                          .n_units = RUNS,
                          .units = units};
    gg_error err = {0};
    make_rows(rows);
    for (size_t k = 0; k < RUNS; k++) {
        rows[k].n_users = 1;
        rows[k].n_offloaded = k >= 2;
    }
    static const char *const entries[][2] = {
        {"plan_fingerprint", "aa"}, {"plan_networks", "5"}, {"rows_per_network", "1"}};
    for (size_t k = 0; k < 3; k++)
        assert_success(gg_manifest_add(&results.manifest, entries[k][0], entries[k][1], &err),
                       &err);
    const char *path = folder_file(state, "part-000000.h5");
    assert_success(gg_results_write(path, &results, &err), &err);
    gg_manifest_clear(&results.manifest);
    const char *const paths[] = {path, path};
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_results *all;
        gg_census census;
        gg_alloc_fail_after(allowed);
        status = gg_merge(paths, 2, &all, &census, NULL);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        if (status == GG_OK) {
            assert_int_equal(census.planned, 5);
            assert_int_equal(census.present, 4);
            assert_int_equal(census.duplicates, 4);
            assert_int_equal(census.conflicts, 0);
            assert_int_equal(census.first_missing, 4);
            assert_memory_equal(all->offsets, offsets, sizeof offsets);
            assert_memory_equal(all->assignment, assignment, sizeof assignment);
        }
        gg_results_free(all);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_means_are_judged_by_their_limits),
        IN_FOLDER(test_bad_tables_are_refused_with_place_and_reason),
        IN_FOLDER(test_short_memory_is_an_error_when_comparing),
        IN_FOLDER(test_short_memory_is_an_error_when_merging),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

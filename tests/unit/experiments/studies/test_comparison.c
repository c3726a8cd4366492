/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our means beside published ones: units, limits, verdicts, claims, and tables that are refused.
 * Merging under short memory.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/results/merge.h"
#include "experiments/studies/comparison/scorecard.h"
#include "models/base/alloc.h"
#include "tests/support/temporary_folder.h"

enum { RUNS = 5 };

/* Five draws of goa with 50 users at tau 0.6; all but transmission the same in each. */
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
                           .measured_total_delay_s = k == 0 ? 10.9 : 1.0,
                           .objective = "weighted",
                           .preset = "paper",
                           .solver = "goa",
                           .status = "feasible",
                           .stop_reason = "done",
                           .fair_reference = "",
                           .course = "",
                           .failure = ""};
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
        gg_verdict verdict;
    } expected[] = {
        {GG_N_OFFLOADED, 40, GG_WITHIN},          {GG_ACCURACY_PCT, 55, GG_WITHIN},
        {GG_LOCAL_DELAY_MS, 200, GG_OUTSIDE},     {GG_COMP_DELAY_MS, 700, GG_WITHIN},
        {GG_COMM_DELAY_MS, 2080, GG_UNDECIDABLE}, {GG_N_OFFLOADED, 40, GG_OUTSIDE},
        {GG_COMP_DELAY_MS, 700, GG_OUTSIDE},
    };
    for (size_t k = 0; k < c.count; k++) {
        assert_int_equal(c.cells[k].quantity, expected[k].quantity);
        assert_close(c.cells[k].mean, expected[k].mean, 1e-12, 0);
        assert_int_equal(c.cells[k].draws, RUNS);
        assert_int_equal(c.cells[k].verdict, expected[k].verdict);
        assert_true(c.cells[k].low <= c.cells[k].mean * (1 + 1e-12));
        assert_true(c.cells[k].high >= c.cells[k].mean * (1 - 1e-12));
    }
    /* 3 sqrt(2) standard errors of 10 s and four times 0.1 s: without the rule that no draw may be
     * more than a fifth of the sum, 2080 ms would be within the limit of 5 ms. */
    assert_close(c.cells[4].limit, 3.0 * sqrt(2.0) * 9900.0 / sqrt(5.0) / sqrt(5.0), 1e-12, 0);
    assert_close(c.cells[4].largest_share, 10.0 / 10.4, 1e-12, 0);
    assert_int_equal(c.cells[4].largest_run, 0);
    assert_close(c.cells[4].median, 100.0, 1e-12, 0);
    assert_close(c.cells[4].trimmed, 2080.0, 1e-12, 0);
    assert_close(gg_compared_difference(&c.cells[4], c.cells[4].median), 19.0, 1e-12, 0);
    assert_int_equal(gg_comparison_outside(&c), 3);
    gg_comparison_clear(&c);
    assert_int_equal(gg_compare(&results, "paper-bits", "weighted", &published, &c, &err),
                     GG_E_INPUT);
    assert_says(&err, "share no users, tau and strategy");
    gg_published_clear(&published);
}

/* Rows of one draw, here the same network with other servers, are one value. */
static void test_a_draw_counts_once(void **state) {
    gg_row rows[2 * RUNS];
    gg_results results = {.count = 2 * RUNS, .rows = rows};
    gg_published published;
    gg_comparison c;
    gg_error err = {0};
    make_rows(rows);
    make_rows(rows + RUNS);
    for (size_t k = 0; k < RUNS; k++) {
        rows[k].accuracy = 0.1 * (double)(k + 1);
        rows[RUNS + k].accuracy = 0.1 * (double)(k + 3);
        rows[RUNS + k].n_servers = 8;
    }
    const char *path = published_file(state, HEADER "50,0.6,goa,x,,50,,,\n");
    assert_success(gg_published_read(path, &published, &err), &err);
    assert_success(gg_compare(&results, "paper", "weighted", &published, &c, &err), &err);
    assert_int_equal(c.cells[0].draws, RUNS);
    assert_close(c.cells[0].mean, 40.0, 1e-12, 0);
    assert_close(c.cells[0].limit, 3.0 * sqrt(2.0) * 10.0 * sqrt(2.5) / sqrt(5.0), 1e-12, 0);
    gg_comparison_clear(&c);
    gg_published_clear(&published);
}

/* GOA is more often right than local, and slower by the mean because of one draw. */
static void test_claims_are_counted(void **state) {
    gg_row rows[2 * RUNS];
    gg_results results = {.count = 2 * RUNS, .rows = rows};
    gg_published published;
    gg_comparison c;
    gg_scorecard card;
    gg_error err = {0};
    make_rows(rows);
    make_rows(rows + RUNS);
    for (size_t k = 0; k < RUNS; k++) {
        rows[RUNS + k].solver = "local";
        rows[RUNS + k].accuracy = 0.4;
        rows[RUNS + k].measured_total_delay_s = 1.5;
    }
    assert_success(gg_manifest_add(&results.manifest, "workload",
                                   "Synthetic queries from each preset's distributions.", &err),
                   &err);
    const char *path =
        published_file(state, "n_users,tau,strategy,accuracy_pct,total_delay_ms\n"
                              "50,0.6,goa,50,1000\n50,0.6,local,60,2000\n50,0.7,goa,1,1\n");
    assert_success(gg_published_read(path, &published, &err), &err);
    assert_success(gg_compare(&results, "paper", "weighted", &published, &c, &err), &err);
    assert_success(gg_scorecard_compute(&c, &results, "paper", &card, &err), &err);
    const gg_score *local = &card.scores[0];
    static const size_t right[] = {0, 1, 1}, fast[] = {1, 0, 1}, both[] = {0, 0, 1};
    assert_string_equal(local->against, "local");
    assert_int_equal(local->cells, 1);
    assert_memory_equal(local->accuracy, right, sizeof right);
    assert_memory_equal(local->delay, fast, sizeof fast);
    assert_memory_equal(local->both, both, sizeof both);
    assert_int_equal(card.scores[1].cells, 0);
    /* The preset's own draws again: five of fifty users. */
    assert_int_equal(card.slm.draws, RUNS);
    assert_true(card.slm.mean < 0.1 && card.slm.low < card.slm.mean);
    gg_comparison_clear(&c);
    gg_published_clear(&published);
    gg_manifest_clear(&results.manifest);
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
        gg_scorecard card;
        if (status == GG_OK)
            status = gg_scorecard_compute(&c, &results, "paper", &card, NULL);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_comparison_clear(&c);
        gg_published_clear(&published);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

static void test_short_memory_is_an_error_when_merging(void **state) {
    gg_row rows[RUNS];
    uint64_t units[RUNS] = {0, 1, 2, 3, 4}, offsets[RUNS + 1] = {0, 1, 1, 2, 3, 4};
    int16_t assignment[4] = {-1, 0, 1, 1};
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
        {"plan_fingerprint", "aa"}, {"plan_networks", "6"}, {"rows_per_network", "1"}};
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
            assert_int_equal(census.planned, 6);
            assert_int_equal(census.present, 5);
            assert_int_equal(census.duplicates, 5);
            assert_int_equal(census.conflicts, 0);
            assert_int_equal(census.first_missing, 5);
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
        IN_FOLDER(test_a_draw_counts_once),
        IN_FOLDER(test_claims_are_counted),
        IN_FOLDER(test_bad_tables_are_refused_with_place_and_reason),
        IN_FOLDER(test_short_memory_is_an_error_when_comparing),
        IN_FOLDER(test_short_memory_is_an_error_when_merging),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

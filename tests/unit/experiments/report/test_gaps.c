/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a strategy may be compared with: the proven optimum, its bounds, nothing at all.
 */
#include "tests/support/support.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/output/format.h"
#include "experiments/output/html.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/report.h"
#include "experiments/report/stats/gaps.h"
#include "models/base/alloc.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/experiments/report/report_common.h"

/* ---- gaps ---- */

static void compute(const gg_row *rows, size_t n, gg_row_gap *gaps, gg_gap_counts *counts) {
    gg_error err = {0};
    assert_success(gg_gaps_compute(rows, n, gaps, counts, &err), &err);
}

static void test_a_proven_optimum_gives_numbers(void **state) {
    (void)state;
    gg_row rows[] = {make_row("goa", "feasible", 1.25, NAN), make_row("exact", "optimal", 1.0, 1.0),
                     make_row("edge", "feasible", INFINITY, NAN),
                     make_row("ga", "feasible", 1.0 + 5e-13, NAN)};
    gg_row_gap gaps[4];
    gg_gap_counts counts;
    compute(rows, 4, gaps, &counts);
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(gaps[k].kind, GG_GAP_PROVEN);
    assert_close(gaps[0].value, 0.25, 1e-15, 0);
    assert_true(gaps[1].value == 0.0);
    assert_true(gaps[2].value == INFINITY);
    assert_true(gaps[3].value == 0.0);
    assert_int_equal(counts.units, 1);
    assert_int_equal(counts.proven, 1);
    assert_int_equal(counts.conflicts, 0);
}

/* Within its tolerance an "optimal" row may be beaten: the best decision is then the optimum. */
static void test_the_best_allowed_decision_is_the_optimum(void **state) {
    (void)state;
    gg_row rows[] = {make_row("goa-ls", "feasible", 0.99995, NAN),
                     make_row("glpk", "optimal", 1.0, 0.9999)};
    gg_row_gap gaps[2];
    gg_gap_counts counts;
    compute(rows, 2, gaps, &counts);
    assert_true(gaps[0].value == 0.0);
    assert_close(gaps[1].value, 1.0 / 0.99995 - 1.0, 1e-9, 0);
    assert_int_equal(counts.conflicts, 0);
}

static void test_bounds_give_an_interval(void **state) {
    (void)state;
    gg_row rows[] = {make_row("goa", "feasible", 1.5, NAN), make_row("glpk", "bounded", 1.2, 0.9),
                     make_row("lagrangian", "feasible", 1.3, 1.0)};
    gg_row_gap gaps[3];
    gg_gap_counts counts;
    compute(rows, 3, gaps, &counts);
    assert_int_equal(gaps[0].kind, GG_GAP_INTERVAL);
    assert_close(gaps[0].low, 0.25, 1e-14, 0);
    assert_close(gaps[0].high, 0.5, 1e-14, 0);
    assert_true(gaps[1].low == 0.0);
    assert_close(gaps[1].high, 0.2, 1e-14, 0);
    assert_int_equal(counts.proven, 0);
    gg_row unbounded = make_row("goa", "feasible", 1.5, NAN);
    compute(&unbounded, 1, gaps, &counts);
    assert_true(gaps[0].low == 0.0 && gaps[0].high == INFINITY);
}

static void test_an_optimum_of_zero_has_no_ratio(void **state) {
    (void)state;
    gg_row rows[] = {make_row("exact", "optimal", 0.0, 0.0), make_row("goa", "feasible", 0.1, NAN),
                     make_row("ga", "feasible", 1e-13, NAN)};
    gg_row_gap gaps[3];
    gg_gap_counts counts;
    compute(rows, 3, gaps, &counts);
    assert_true(gaps[0].kind == GG_GAP_PROVEN && gaps[0].value == 0.0);
    assert_int_equal(gaps[1].kind, GG_GAP_UNDEFINED);
    assert_true(gaps[2].kind == GG_GAP_PROVEN && gaps[2].value == 0.0);
}

static void test_a_decision_that_breaks_tau_is_no_reference(void **state) {
    (void)state;
    gg_row rows[] = {make_row("local", "feasible", 0.5, NAN),
                     make_row("exact", "optimal", 1.0, 1.0)};
    gg_row_gap gaps[2];
    gg_gap_counts counts;
    rows[0].tau_violations = 3;
    compute(rows, 2, gaps, &counts);
    assert_true(gaps[0].breaks_tau);
    assert_close(gaps[0].value, -0.5, 1e-15, 0);
    assert_true(gaps[1].value == 0.0 && !gaps[1].breaks_tau);
    assert_int_equal(counts.conflicts, 0);
}

static void test_rows_without_a_decision_have_no_gap(void **state) {
    (void)state;
    gg_row rows[] = {make_row("goa", "infeasible", NAN, NAN), make_row("ga", "failed", NAN, NAN)};
    gg_row_gap gaps[2];
    gg_gap_counts counts;
    compute(rows, 2, gaps, &counts);
    assert_int_equal(gaps[0].kind, GG_GAP_NONE);
    assert_int_equal(gaps[1].kind, GG_GAP_NONE);
    assert_int_equal(counts.infeasible, 1);
}

static void test_a_decision_below_a_proven_bound_is_counted(void **state) {
    (void)state;
    gg_row rows[] = {make_row("goa", "feasible", 0.9, NAN), make_row("exact", "optimal", 1.0, 1.0)};
    gg_row_gap gaps[2];
    gg_gap_counts counts;
    compute(rows, 2, gaps, &counts);
    assert_int_equal(counts.conflicts, 1);
}

static void test_instances_differ_in_any_of_their_keys(void **state) {
    (void)state;
    gg_row rows[8];
    gg_row_gap gaps[8];
    gg_gap_counts counts;
    for (size_t k = 0; k < 8; k++)
        rows[k] = make_row("goa", "feasible", 1.0 + (double)k, NAN);
    rows[0].status = "optimal";
    rows[1].n_users++;
    rows[2].n_servers++;
    rows[3].tau = 0.7;
    rows[4].objective = "uniform";
    rows[5].preset = "other";
    rows[6].run++;
    rows[7].seed++;
    compute(rows, 8, gaps, &counts);
    assert_int_equal(counts.units, 8);
    assert_int_equal(gaps[0].kind, GG_GAP_PROVEN);
    for (size_t k = 1; k < 8; k++)
        assert_int_equal(gaps[k].kind, GG_GAP_INTERVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_proven_optimum_gives_numbers),
        cmocka_unit_test(test_the_best_allowed_decision_is_the_optimum),
        cmocka_unit_test(test_bounds_give_an_interval),
        cmocka_unit_test(test_an_optimum_of_zero_has_no_ratio),
        cmocka_unit_test(test_a_decision_that_breaks_tau_is_no_reference),
        cmocka_unit_test(test_rows_without_a_decision_have_no_gap),
        cmocka_unit_test(test_a_decision_below_a_proven_bound_is_counted),
        cmocka_unit_test(test_instances_differ_in_any_of_their_keys),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

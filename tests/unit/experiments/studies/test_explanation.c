/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Explanations: every difference is there once, costs are what correcting one user saves, loads and
 * interference are the decisions' own.
 *
 * Covers explanation_table and explanation_map.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/studies/explanation/explanation.h"
#include "models/base/alloc.h"
#include "tests/support/instances/random_instance.h"

enum { USERS = 15, SERVERS = 3 };

static gg_instance *draw(uint64_t seed) {
    return random_instance((random_shape){.n_users = USERS,
                                          .n_servers = SERVERS,
                                          .tau = 0.8,
                                          .payload_factor = 10.0,
                                          .capacity_spread = 3.0,
                                          .power_spread = 2.0},
                           seed);
}

static gg_solution solve(const gg_instance *in) {
    static const char *const names[] = {"local", "goa", "exact"};
    gg_solution solution;
    gg_error err = {0};
    assert_success(gg_solution_init(&solution, in, GG_WEIGHTED, 3, &err), &err);
    for (size_t s = 0; s < 3; s++) {
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        assert_success(gg_solve(gg_solver_find(names[s], &err), in, &options, &result, &err), &err);
        assert_success(gg_solution_take(&solution.entries[s], in->n_users, &result, &err), &err);
    }
    return solution;
}

static void check_difference(const gg_explanation *e, const gg_difference *at) {
    int32_t trial[USERS];
    gg_metrics metrics;
    gg_error err = {0};
    memcpy(trial, e->decided->assignment, sizeof trial);
    assert_int_equal(trial[at->user], at->decided);
    assert_int_not_equal(at->decided, at->better);
    assert_int_equal(e->better->assignment[at->user], at->better);
    assert_int_equal(at->kind == GG_TOO_GREEDY, at->better == GG_LOCAL);
    assert_int_equal(at->kind == GG_TOO_CAUTIOUS, at->decided == GG_LOCAL);
    trial[at->user] = at->better;
    assert_success(gg_evaluate(e->instance, GG_WEIGHTED, trial, &metrics, &err), &err);
    if (isfinite(metrics.objective_s))
        assert_close(at->cost_s, e->objective_s[0] - metrics.objective_s, 1e-12, 1e-15);
    else
        assert_true(at->cost_s == -INFINITY);
}

static void check_servers(const gg_explanation *e) {
    for (int side = 0; side < 2; side++) {
        const int32_t *at = (side == 0 ? e->decided : e->better)->assignment;
        for (size_t j = 0; j < SERVERS; j++) {
            size_t load = 0;
            const double *fixed_w = e->instance->fixed_interference_w;
            double interference_w = fixed_w != NULL ? fixed_w[j] : 0.0;
            for (size_t i = 0; i < USERS; i++) {
                load += at[i] == (int32_t)j;
                if (fixed_w == NULL && at[i] != GG_LOCAL && at[i] != (int32_t)j)
                    interference_w += e->instance->tx_power_w[i] * gg_gain(e->instance, i, j);
            }
            assert_int_equal(e->servers[j].load[side], load);
            assert_close(e->servers[j].interference_w[side], interference_w, 1e-12, 0.0);
        }
    }
}

static void differences_are_what_they_cost(void **state) {
    (void)state;
    size_t differences = 0;
    for (uint64_t seed = 1; seed <= test_count(20, 200); seed++) {
        gg_instance *in = draw(seed);
        gg_solution solution = solve(in);
        gg_explanation e;
        gg_error err = {0};
        assert_success(gg_explain(in, &solution, "sol.json", "goa", &e, &err), &err);
        assert_string_equal(e.better->solver, "exact");
        size_t unequal = 0;
        for (size_t i = 0; i < USERS; i++)
            unequal += e.decided->assignment[i] != e.better->assignment[i];
        assert_int_equal(e.count, unequal);
        for (size_t k = 0; k < e.count; k++) {
            check_difference(&e, &e.differences[k]);
            if (k > 0)
                assert_true(e.differences[k].cost_s <= e.differences[k - 1].cost_s);
        }
        check_servers(&e);
        differences += e.count;
        gg_explanation_clear(&e);
        gg_solution_clear(&solution);
        gg_instance_free(in);
    }
    assert_true(differences > 20);
}

static void refuse(gg_instance *in, const gg_solution *solution, const char *solver,
                   const char *reason) {
    gg_explanation e;
    gg_error err = {0};
    assert_int_equal(gg_explain(in, solution, "sol.json", solver, &e, &err), GG_E_INPUT);
    assert_says(&err, "sol.json");
    assert_says(&err, reason);
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    gg_instance *in = draw(1);
    gg_solution solution = solve(in);
    refuse(in, &solution, "ga", "no result of 'ga'");
    solution.entries[1].assignment[3] = SERVERS;
    refuse(in, &solution, "goa", "3");
    solution.entries[1].assignment[3] = GG_LOCAL;
    solution.entries[2].n_assigned = USERS - 1;
    refuse(in, &solution, "goa", "decides for 14 of 15");
    solution.n_users = USERS - 1;
    refuse(in, &solution, "goa", "14 users");
    gg_solution_clear(&solution);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(2);
    gg_solution solution = solve(in);
    FILE *sink = fopen("/dev/null", "w");
    assert_non_null(sink);
    for (long allowed = 0;; allowed++) {
        gg_explanation e = {0};
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_explain(in, &solution, "sol.json", "goa", &e, &err);
        if (status == GG_OK)
            status = gg_explanation_map(&e, NULL, sink, &err);
        if (status == GG_OK)
            status = gg_explanation_print(&e, 20, sink, &err);
        gg_alloc_fail_after(-1);
        gg_explanation_clear(&e);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    fclose(sink);
    gg_solution_clear(&solution);
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_what_they_cost),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

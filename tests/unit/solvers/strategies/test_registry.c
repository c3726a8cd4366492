/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The registry: every strategy is found, judged, and says when a decision is impossible.
 *
 * Covers goa_ls and greedy_strategies.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

static gg_solve_options short_run(void) {
    gg_solve_options options = gg_solve_options_init();
    options.node_limit = 20;
    options.time_limit_s = 20.0;
    return options;
}

static void every_solver_is_found_by_name(void **state) {
    (void)state;
    static const char *const expected[] = {"local", "edge",   "dmin", "random",
                                           "goa",   "goa-ls", "ga",   "glpk"};
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        gg_error err = {0};
        const gg_solver *found = gg_solver_find(expected[k], &err);
        assert_non_null(found);
        assert_string_equal(found->name, expected[k]);
    }
    for (size_t a = 0; a < count; a++) {
        assert_ptr_equal(gg_solver_find(solvers[a]->name, NULL), solvers[a]);
        assert_true(strlen(solvers[a]->summary) > 0);
        for (size_t b = 0; b < a; b++)
            assert_string_not_equal(solvers[a]->name, solvers[b]->name);
    }
}

static void an_unknown_name_is_answered_with_the_known_ones(void **state) {
    (void)state;
    static const char *const bad[] = {"gao", "", "GOA", "goa ", "goa,edge"};
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        gg_error err = {0};
        assert_null(gg_solver_find(bad[k], &err));
        assert_int_equal(err.status, GG_E_USAGE);
        for (size_t s = 0; s < count; s++)
            assert_says(&err, solvers[s]->name);
    }
}

/* What a result claims is what the judge finds. */
static void check_result(const gg_solver *solver, const gg_instance *in,
                         const gg_solve_options *options, const gg_result *result) {
    gg_metrics judged;
    gg_error err = {0};
    assert_string_equal(result->solver, solver->name);
    assert_non_null(result->assignment);
    assert_success(gg_evaluate(in, options->objective, result->assignment, &judged, &err), &err);
    assert_memory_equal(&judged, &result->metrics, sizeof judged);
    if (!solver->may_violate_tau)
        assert_int_equal(judged.tau_violations, 0);
    assert_int_equal(result->has_lower_bound, solver->proves);
    if (result->has_lower_bound) {
        assert_true(result->lower_bound_s >= 0.0);
        assert_true(result->lower_bound_s <= judged.objective_s);
    }
    double gap = gg_result_gap(result);
    if (result->status == GG_OPTIMAL)
        assert_true(gap <= options->gap);
    if (!solver->proves)
        assert_true(isnan(gap) && result->status == GG_FEASIBLE);
    assert_true(result->runtime_s >= 0.0);
}

static void every_result_is_judged(void **state) {
    (void)state;
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (uint64_t seed = 1; seed <= test_count(12, 100); seed++) {
        random_shape shape = {1 + seed % 8, seed % 4,     seed % 4 == 0 ? 1.0 : -1.0, 10.0, 3.0,
                              2.0,          seed % 3 == 0};
        gg_instance *in = random_instance(shape, seed);
        gg_solve_options options = short_run();
        options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        for (size_t s = 0; s < count; s++) {
            gg_result result = {0};
            gg_error err = {0};
            assert_success(gg_solve(solvers[s], in, &options, &result, &err), &err);
            check_result(solvers[s], in, &options, &result);
            gg_result_clear(&result);
            assert_null(result.assignment);
        }
        gg_instance_free(in);
    }
}

static void nobody_can_offload_without_servers(void **state) {
    (void)state;
    random_shape shape = {4, 0, 0.5, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    in->alpha[2] = 0.9;
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (size_t s = 0; s < count; s++) {
        bool ignores_tau =
            strcmp(solvers[s]->name, "local") == 0 || strcmp(solvers[s]->name, "dmin") == 0;
        gg_solve_options options = short_run();
        gg_result result = {0};
        gg_error err = {0};
        assert_success(gg_solve(solvers[s], in, &options, &result, &err), &err);
        assert_int_equal(result.status, ignores_tau ? GG_FEASIBLE : GG_INFEASIBLE);
        if (ignores_tau)
            assert_true(result.metrics.tau_violations > 0);
        else
            assert_null(result.assignment);
        assert_true(isnan(gg_result_gap(&result)));
        gg_result_clear(&result);
    }
    gg_instance_free(in);
}

static void gaps_follow_their_definition(void **state) {
    (void)state;
    gg_result r = {.status = GG_OPTIMAL, .has_lower_bound = true, .lower_bound_s = 1.5};
    r.metrics.objective_s = 2.0;
    assert_close(gg_result_gap(&r), 0.25, 0.0, 0.0);
    r.lower_bound_s = 2.0 - 1e-13;
    assert_close(gg_result_gap(&r), 0.0, 0.0, 0.0);
    r.metrics.objective_s = r.lower_bound_s = 0.0;
    assert_close(gg_result_gap(&r), 0.0, 0.0, 0.0);
    r.metrics.objective_s = INFINITY;
    assert_true(isnan(gg_result_gap(&r)));
    r.metrics.objective_s = 2.0;
    r.has_lower_bound = false;
    assert_true(isnan(gg_result_gap(&r)));
}

static void random_takes_the_users_it_is_given(void **state) {
    (void)state;
    random_shape shape = {6, 2, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    const gg_solver *solver = gg_solver_find("random", NULL);
    static const uint32_t users[] = {4, 1}, beyond[] = {6}, twice[] = {2, 2};
    gg_solve_options options = short_run();
    gg_result result = {0};
    gg_error err = {0};
    options.random_users = users;
    options.n_random_users = 2;
    assert_success(gg_solve(solver, in, &options, &result, &err), &err);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(result.assignment[i] != GG_LOCAL, i == 4 || i == 1);
    gg_result_clear(&result);
    options.random_users = beyond;
    options.n_random_users = 1;
    assert_int_equal(gg_solve(solver, in, &options, &result, &err), GG_E_USAGE);
    assert_says(&err, "random_users: user 6 is not below 6");
    options.random_users = twice;
    options.n_random_users = 2;
    gg_error other = {0};
    assert_int_equal(gg_solve(solver, in, &options, &result, &other), GG_E_USAGE);
    assert_says(&other, "user 2 is listed twice");
    gg_instance_free(in);
}

/* As many as goa, chosen by the seed and run alone. */
static void random_draws_as_many_as_goa(void **state) {
    (void)state;
    size_t differing = 0;
    for (uint64_t seed = 1; seed <= test_count(30, 300); seed++) {
        random_shape shape = {30, 3, 0.7, 10.0, 3.0, 2.0, false};
        gg_instance *in = random_instance(shape, seed);
        gg_solve_options options = short_run();
        gg_result goa = {0}, first = {0}, again = {0}, other = {0};
        gg_error err = {0};
        const gg_solver *random = gg_solver_find("random", NULL);
        assert_success(gg_solve(gg_solver_find("goa", NULL), in, &options, &goa, &err), &err);
        assert_success(gg_solve(random, in, &options, &first, &err), &err);
        assert_success(gg_solve(random, in, &options, &again, &err), &err);
        options.run = 1;
        assert_success(gg_solve(random, in, &options, &other, &err), &err);
        assert_int_equal(first.metrics.n_offloaded, goa.metrics.n_offloaded);
        assert_memory_equal(first.assignment, again.assignment, 30 * sizeof(int32_t));
        differing += memcmp(first.assignment, other.assignment, 30 * sizeof(int32_t)) != 0;
        gg_result_clear(&goa);
        gg_result_clear(&first);
        gg_result_clear(&again);
        gg_result_clear(&other);
        gg_instance_free(in);
    }
    assert_true(differing > 10);
}

static void a_stop_request_leaves_a_decision(void **state) {
    (void)state;
    random_shape shape = {15, 3, -1.0, 100.0, 3.0, 2.0, false};
    gg_instance *in = random_instance(shape, 3);
    static const char *const anytime[] = {"ga", "ils", "exact", "glpk"};
    for (size_t s = 0; s < sizeof anytime / sizeof *anytime; s++) {
        const gg_solver *solver = gg_solver_find(anytime[s], NULL);
        if (solver == NULL)
            continue;
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        gg_error err = {0};
        options.gap = 0.0;
        gg_stop_request(true);
        gg_status status = gg_solve(solver, in, &options, &result, &err);
        gg_stop_request(false);
        assert_success(status, &err);
        check_result(solver, in, &options, &result);
        gg_result_clear(&result);
    }
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    random_shape shape = {5, 2, 0.7, 10.0, 3.0, 2.0, false};
    gg_instance *in = random_instance(shape, 2);
    size_t count, live = gg_alloc_live();
    const gg_solver *const *solvers = gg_solvers(&count);
    for (size_t s = 0; s < count; s++) {
        for (long allowed = 0;; allowed++) {
            gg_solve_options options = short_run();
            options.certify = true;
            gg_result result = {0};
            gg_error err = {0};
            gg_alloc_fail_after(allowed);
            gg_status status = gg_solve(solvers[s], in, &options, &result, &err);
            gg_alloc_fail_after(-1);
            gg_result_clear(&result);
            assert_int_equal(gg_alloc_live(), live);
            if (status == GG_OK)
                break;
            assert_int_equal(status, GG_E_NOMEM);
            assert_says(&err, solvers[s]->name);
        }
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_solver_is_found_by_name),
        cmocka_unit_test(an_unknown_name_is_answered_with_the_known_ones),
        cmocka_unit_test(every_result_is_judged),
        cmocka_unit_test(nobody_can_offload_without_servers),
        cmocka_unit_test(gaps_follow_their_definition),
        cmocka_unit_test(random_takes_the_users_it_is_given),
        cmocka_unit_test(random_draws_as_many_as_goa),
        cmocka_unit_test(a_stop_request_leaves_a_decision),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The solver of large networks: between its two values lies the optimum, what it writes down is a
 * proof, and it may be stopped at any moment.
 *
 * Covers close_servers.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/search/local_search.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

static double log_between(gg_rng *rng, double low, double high) {
    return low * pow(high / low, gg_rng_next_uniform(rng));
}

static gg_instance *draw(uint64_t seed, uint32_t most_users, uint32_t most_servers) {
    gg_rng rng = gg_rng_start(seed, 47, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, most_users),
                          .n_servers = 1 + gg_rng_next_below(&rng, most_servers),
                          .tau = -1.0,
                          .payload_factor = log_between(&rng, 0.1, 100.0),
                          .capacity_spread = log_between(&rng, 1.0, 10.0),
                          .power_spread = log_between(&rng, 1.0, 10.0),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    return random_instance(shape, seed);
}

static void solve(const gg_instance *in, gg_solve_options options, gg_result *result) {
    gg_error err = {0};
    assert_success(gg_solve(gg_solver_find("lagrangian", &err), in, &options, result, &err), &err);
}

static void the_solver_brackets_the_optimum(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(40, 1000); seed++) {
        gg_instance *in = draw(seed, 7, 3);
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0}, again = {0};
        options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        double optimum_s = brute_force(in, options.objective, NULL);
        solve(in, options, &result);
        assert_int_equal(result.metrics.tau_violations, 0);
        assert_true(result.has_lower_bound);
        assert_true(result.lower_bound_s <= optimum_s * (1.0 + 1e-12));
        assert_true(result.metrics.objective_s >= optimum_s * (1.0 - 1e-12));
        if (result.status == GG_OPTIMAL && isfinite(optimum_s))
            assert_close(result.metrics.objective_s, optimum_s, 1.1e-4, 1e-12);
        solve(in, options, &again);
        assert_memory_equal(again.assignment, result.assignment,
                            in->n_users * sizeof *again.assignment);
        assert_true(again.lower_bound_s == result.lower_bound_s);
        gg_result_clear(&again);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

/* Where not every state is looked at after every step, on either side of a certificate; and it ends
 * by itself, not by a limit. */
static void of_many_users_it_proves_its_bound(void **state) {
    (void)state;
    static const double payloads[] = {30.0, 0.3};
    /* Half a minute under the sanitizers. */
    if (test_is_brief())
        return;
    for (size_t k = 0; k < test_count(1, 2); k++) {
        random_shape shape = {2100, 2, 0.9, payloads[k], 2.0, 2.0, false};
        gg_instance *in = random_instance(shape, 5);
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        gg_error err = {0};
        options.certify = true;
        options.node_limit = 1;
        solve(in, options, &result);
        assert_non_null(result.certificate);
        assert_true(result.lower_bound_s > 0.9 * result.metrics.objective_s);
        assert_true(result.certificate->bound_s <= result.metrics.objective_s);
        assert_success(gg_certificate_check(in, options.objective, result.certificate, &err), &err);
        result.certificate->bound_s = result.metrics.objective_s * 1.0001;
        assert_int_equal(gg_certificate_check(in, options.objective, result.certificate, &err),
                         GG_E_CHECK);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

static void it_ends_when_nothing_is_gained(void **state) {
    (void)state;
    /* Half a minute under the sanitizers. */
    if (test_is_brief())
        return;
    random_shape shape = {40, 5, 0.9, 30.0, 3.0, 3.0, false};
    int idle = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        gg_instance *in = random_instance(shape, seed);
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        options.gap = 1e-9;
        solve(in, options, &result);
        assert_int_equal(result.stop_reason,
                         result.status == GG_OPTIMAL ? GG_STOP_DONE : GG_STOP_IDLE);
        idle += result.stop_reason == GG_STOP_IDLE;
        gg_result_clear(&result);
        gg_instance_free(in);
    }
    assert_true(idle > 0);
}

static void it_may_be_stopped_at_any_moment(void **state) {
    (void)state;
    random_shape shape = {3000, 3, 0.5, 10.0, 2.0, 2.0, false};
    gg_instance *in = random_instance(shape, 3);
    static const double limits_s[] = {0.0, 0.003, 0.01, 0.05, 0.2};
    for (size_t k = 0; k < sizeof limits_s / sizeof *limits_s; k++) {
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        options.time_limit_s = limits_s[k];
        solve(in, options, &result);
        assert_int_equal(result.metrics.tau_violations, 0);
        assert_true(result.lower_bound_s > 0.0);
        assert_true(result.lower_bound_s <= result.metrics.objective_s);
        gg_result_clear(&result);
    }
    gg_solve_options options = gg_solve_options_init();
    gg_result result = {0};
    options.node_limit = 0;
    solve(in, options, &result);
    assert_int_equal(result.status, GG_BOUNDED);
    assert_int_equal(result.stop_reason, GG_STOP_NODES);
    gg_result_clear(&result);
    gg_instance_free(in);
}

/* Channels alike to all servers, so that two servers only disturb each other. */
static void one_server_is_found_where_two_disturb(void **state) {
    (void)state;
    random_shape shape = {40, 3, 0.0, 1000.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 4);
    unfix_interference(in);
    for (size_t k = 0; k < in->n_users * in->n_servers; k++)
        in->gain[k] = 1e-9;
    for (size_t j = 0; j < in->n_servers; j++)
        in->server_capacity_flops[j] = 1e20;
    int32_t spread[40];
    for (size_t i = 0; i < in->n_users; i++)
        spread[i] = (int32_t)(i % in->n_servers);
    gg_search *search;
    gg_error err = {0};
    assert_success(gg_search_new(in, GG_UNIFORM, &search, &err), &err);
    gg_search_load(search, spread);
    double before_s = gg_search_objective_s(search);
    assert_success(gg_close_servers(search, in, INFINITY, &err), &err);
    assert_true(gg_search_objective_s(search) < 0.9 * before_s);
    for (size_t i = 1; i < in->n_users; i++)
        assert_int_equal(gg_search_assignment(search)[i], gg_search_assignment(search)[0]);
    gg_free(search);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(3, 7, 3);
    size_t live = gg_alloc_live();
    for (long allowed = 0;; allowed++) {
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status =
            gg_solve(gg_solver_find("lagrangian", NULL), in, &options, &result, &err);
        gg_alloc_fail_after(-1);
        gg_result_clear(&result);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_solver_brackets_the_optimum),
        cmocka_unit_test(of_many_users_it_proves_its_bound),
        cmocka_unit_test(it_ends_when_nothing_is_gained),
        cmocka_unit_test(it_may_be_stopped_at_any_moment),
        cmocka_unit_test(one_server_is_found_where_two_disturb),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

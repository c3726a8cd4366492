/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks whose users silence each other: whether a finite decision exists, and who finds one.
 */
#include "tests/support/support.h"

#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "solvers/search/finite_decision.h"
#include "solvers/solver.h"
#include "tests/support/instances/all_decisions.h"
#include "tests/support/instances/random_instance.h"

/* Powers and missing channels so that about as many users hear each other as do not. */
static gg_instance *draw(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 78, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, 6),
                          .n_servers = 1 + gg_rng_next_below(&rng, 3),
                          .tau = 0.3,
                          .payload_factor = 1.0,
                          .capacity_spread = 1.0,
                          .power_spread = 1.0};
    gg_instance *in = random_instance(shape, seed);
    unfix_interference(in);
    for (size_t k = 0; k < in->n_users * in->n_servers; k++)
        in->gain[k] = gg_rng_next_below(&rng, 3) == 0 ? 0.0 : power_of_ten(&rng, -20.0, 20.0);
    return in;
}

static bool is_finite(const gg_instance *in, const int32_t *assignment) {
    gg_metrics metrics;
    gg_error err = {0};
    assert_success(gg_evaluate(in, GG_UNIFORM, assignment, &metrics, &err), &err);
    return metrics.tau_violations == 0 && isfinite(metrics.objective_s);
}

static void one_is_found_if_there_is_one(void **state) {
    (void)state;
    size_t found = 0, none = 0, given_up = 0;
    for (uint64_t seed = 1; seed <= test_count(1000, 20000); seed++) {
        gg_instance *in = draw(seed);
        int32_t assignment[6];
        gg_finiteness answer;
        gg_error err = {0};
        bool exists = isfinite(brute_force(in, GG_UNIFORM, NULL));
        assert_success(gg_find_finite(in, GG_FINITE_STEPS, assignment, &answer, &err), &err);
        assert_int_equal(answer, exists ? GG_SOME_FINITE : GG_NONE_FINITE);
        assert_true(!exists || is_finite(in, assignment));
        found += exists;
        none += !exists;
        assert_success(gg_find_finite(in, 1, assignment, &answer, &err), &err);
        assert_true(answer == GG_FINITE_UNKNOWN ||
                    answer == (exists ? GG_SOME_FINITE : GG_NONE_FINITE));
        given_up += answer == GG_FINITE_UNKNOWN;
        gg_instance_free(in);
    }
    assert_true(found > 100 && none > 100 && given_up > 50);
}

static double solved_s(const gg_instance *in, const char *solver, gg_result_status *status) {
    gg_solve_options options = gg_solve_options_init();
    gg_error err = {0};
    gg_result result = {0};
    options.objective = GG_UNIFORM;
    options.node_limit = 30;
    options.time_limit_s = 5.0;
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, &result, &err), &err);
    double objective_s = result.metrics.objective_s;
    *status = result.status;
    gg_result_clear(&result);
    return objective_s;
}

static void strategies_find_one(void **state) {
    (void)state;
    static const char *const solvers[] = {"goa-marginal", "goa-ls",     "ils", "ga",
                                          "exact",        "lagrangian", "glpk"};
    for (uint64_t seed = 1; seed <= test_count(60, 600); seed++) {
        gg_instance *in = draw(seed);
        bool exists = isfinite(brute_force(in, GG_UNIFORM, NULL));
        for (size_t k = 0; k < sizeof solvers / sizeof *solvers; k++) {
            gg_result_status status;
            double objective_s = solved_s(in, solvers[k], &status);
            if (isfinite(objective_s) != exists || (k >= 4 && !exists && status != GG_OPTIMAL))
                fail_msg("seed %u, %s: %g, %s", (unsigned)seed, solvers[k], objective_s,
                         gg_result_status_name(status));
        }
        gg_instance_free(in);
    }
}

/* Whoever offloads silences all who do at another server; at home everybody is served. */
static void giants_stay_home(void **state) {
    (void)state;
    random_shape shape = {30, 4, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    gg_result_status status;
    unfix_interference(in);
    for (size_t i = 0; i < in->n_users; i++)
        in->tx_power_w[i] = i % 2 ? 1e300 : 1e-2;
    assert_true(isfinite(solved_s(in, "ga", &status)));
    assert_true(isfinite(solved_s(in, "goa-ls", &status)));
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(1);
    size_t live = gg_alloc_live();
    for (long allowed = 0;; allowed++) {
        int32_t assignment[6];
        gg_finiteness answer;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_find_finite(in, GG_FINITE_STEPS, assignment, &answer, &err);
        gg_alloc_fail_after(-1);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed >= 1);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_found_if_there_is_one),
        cmocka_unit_test(strategies_find_one),
        cmocka_unit_test(giants_stay_home),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exact solver against brute force, proven optima and planted decisions.
 * Covers proof_writer.c, open_nodes.c and planted.h as well.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/search/iterated_search.h"
#include "solvers/solver.h"
#include "solvers/tree/branch_and_bound.h"
#include "tests/support/instances/golden_file.h"
#include "tests/support/instances/random_instance.h"

static double log_between(gg_rng *rng, double low, double high) {
    return low * pow(high / low, gg_rng_next_uniform(rng));
}

/* Payloads 0.1 to 100 times, capacities 0.1 to 10 times, any tau, unequal powers. */
static gg_instance *draw(uint64_t seed, uint32_t most_users, uint32_t most_servers) {
    gg_rng rng = gg_rng_start(seed, 4, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, most_users),
                          .n_servers = 1 + gg_rng_next_below(&rng, most_servers),
                          .tau = -1.0,
                          .payload_factor = log_between(&rng, 0.1, 100.0),
                          .capacity_spread = log_between(&rng, 1.0, 10.0),
                          .power_spread = log_between(&rng, 1.0, 10.0),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    return random_instance(shape, seed);
}

static void solve(const char *solver, const gg_instance *in, gg_objective objective, double gap,
                  gg_result *result) {
    gg_solve_options options = gg_solve_options_init();
    gg_error err = {0};
    options.objective = objective;
    options.gap = gap;
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, result, &err), &err);
}

static void brute_force_agrees(void **state) {
    (void)state;
    size_t count = test_count(150, 2000);
    for (uint64_t seed = 1; seed <= count; seed++) {
        uint32_t users = seed % 10 == 0 ? 9 : 6;
        gg_instance *in = draw(seed, users, users == 9 ? 3 : 4);
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        double optimum = brute_force(in, objective, NULL);
        gg_result result = {0};
        solve("exact", in, objective, 1e-9, &result);
        assert_int_equal(result.status, GG_OPTIMAL);
        assert_int_equal(result.metrics.tau_violations, 0);
        assert_close(result.metrics.objective_s, optimum, 1e-9, 1e-12);
        assert_true(result.lower_bound_s <= optimum * (1.0 + 1e-12));
        assert_true(result.lower_bound_s >= optimum * (1.0 - 2e-9) - 1e-12);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

static void check_known(const char *path, const json_t *file, gg_instance *in) {
    for (int objective = GG_WEIGHTED; objective <= GG_UNIFORM; objective++) {
        const json_t *known = json_object_get(file, gg_objective_name(objective));
        double upper = json_number_value(json_object_get(known, "upper"));
        gg_result result = {0};
        solve("exact", in, objective, 1e-9, &result);
        if (result.status != GG_OPTIMAL)
            fail_msg("%s: not proven", path);
        assert_close(result.metrics.objective_s, upper, 1e-9, 0.0);
        assert_close(result.lower_bound_s, upper, 2e-9, 0.0);
        assert_true(result.lower_bound_s <= result.metrics.objective_s);
        gg_result_clear(&result);
    }
}

static void proven_optima_are_met(void **state) {
    (void)state;
    for_each_golden(TEST_PATH("optima"), 4, check_known);
}

/* Branch and bound with its incumbent set just above a good decision must never lose that one. */
static void planted_decisions_survive(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(20, 200); seed++) {
        gg_instance *in = draw(seed, seed % 5 == 0 ? 200 : 40, 4);
        gg_solve_options options = gg_solve_options_init();
        options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        options.gap = 0.0;
        options.node_limit = 60;
        gg_error err = {0};
        const gg_bound_problem *problem = NULL;
        int32_t *planted = gg_alloc(in->n_users, sizeof *planted);
        int32_t *incumbent = gg_alloc(in->n_users, sizeof *incumbent);
        const gg_iterations few = {.at_most = 20, .deadline_s = INFINITY, .seed = seed};
        double approximate_s;
        int64_t done;
        gg_metrics metrics;
        assert_success(gg_bound_problem_new(in, options.objective, NULL, &problem, &err), &err);
        assert_success(gg_iterate(in, &options, few, planted, &approximate_s, &done, &err), &err);
        assert_success(gg_evaluate(in, options.objective, planted, &metrics, &err), &err);
        memcpy(incumbent, planted, in->n_users * sizeof *incumbent);
        gg_planted plant = {.decision = planted, .objective_s = metrics.objective_s};
        gg_tree_search search = {.problem = problem,
                                 .options = &options,
                                 .deadline_s = INFINITY,
                                 .incumbent = incumbent,
                                 .incumbent_s = metrics.objective_s * (1.0 + 1e-7),
                                 .planted = &plant};
        if (!problem->no_finite) {
            assert_success(gg_branch_and_bound(&search, &err), &err);
            assert_false(plant.lost);
            assert_true(search.lower_bound_s <= metrics.objective_s * (1.0 + 1e-12));
        }
        gg_bound_problem_free(problem);
        gg_free(planted);
        gg_free(incumbent);
        gg_instance_free(in);
    }
}

static void bounds_enclose_the_optimum(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(30, 200); seed++) {
        gg_instance *in = draw(1000 + seed, 30, 5);
        gg_result exact = {0}, other = {0};
        gg_error err = {0};
        gg_solve_options few = gg_solve_options_init();
        few.node_limit = (int64_t)(seed % 7);
        few.gap = 1e-9;
        assert_success(gg_solve(gg_solver_find("exact", &err), in, &few, &exact, &err), &err);
        assert_true(exact.lower_bound_s <= exact.metrics.objective_s);
        static const char *const heuristics[] = {"goa", "goa-marginal", "goa-ls", "ga"};
        for (size_t h = 0; h < sizeof heuristics / sizeof *heuristics; h++) {
            few.node_limit = h == 3 ? 20 : INT64_MAX;
            assert_success(gg_solve(gg_solver_find(heuristics[h], &err), in, &few, &other, &err),
                           &err);
            assert_true(exact.lower_bound_s <= other.metrics.objective_s);
            gg_result_clear(&other);
        }
        gg_result_clear(&exact);
        gg_instance_free(in);
    }
}

/* Renaming users and servers must not change the optimum. */
static void permutations_do_not_matter(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(15, 100); seed++) {
        gg_instance *in = draw(2000 + seed, 15, 4), *turned = NULL;
        size_t n = in->n_users, m = in->n_servers;
        gg_error err = {0};
        assert_success(gg_instance_copy(in, &turned, &err), &err);
        for (size_t j = 0; j < m; j++) {
            if (in->fixed_interference_w != NULL)
                turned->fixed_interference_w[j] = in->fixed_interference_w[m - 1 - j];
            turned->bandwidth_hz[j] = in->bandwidth_hz[m - 1 - j];
            turned->server_capacity_flops[j] = in->server_capacity_flops[m - 1 - j];
        }
        for (size_t i = 0; i < n; i++) {
            size_t from = (i * 7 + 3) % n;
            if (n % 7 == 0)
                from = n - 1 - i;
            turned->payload_bits[i] = in->payload_bits[from];
            turned->tx_power_w[i] = in->tx_power_w[from];
            turned->local_capacity_flops[i] = in->local_capacity_flops[from];
            turned->local_delay_s[i] = in->local_delay_s[from];
            turned->alpha[i] = in->alpha[from];
            for (size_t j = 0; j < m; j++)
                turned->gain[i * m + j] = in->gain[from * m + m - 1 - j];
        }
        gg_result a = {0}, b = {0};
        solve("exact", in, GG_WEIGHTED, 1e-9, &a);
        solve("exact", turned, GG_WEIGHTED, 1e-9, &b);
        assert_close(a.metrics.objective_s, b.metrics.objective_s, 2e-9, 1e-12);
        gg_result_clear(&a);
        gg_result_clear(&b);
        gg_instance_free(in);
        gg_instance_free(turned);
    }
}

/* Without interference to bound, what is left is loads: few nodes prove large networks. */
static void fixed_interference_closes_soon(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(4, 40); seed++) {
        random_shape shape = {.n_users = 120,
                              .n_servers = 4,
                              .tau = 0.8,
                              .payload_factor = 8.0,
                              .capacity_spread = 1.5,
                              .power_spread = 1.0};
        gg_instance *in = random_instance(shape, 3000 + seed);
        gg_error err = {0};
        unfix_interference(in);
        assert_success(gg_instance_fix_interference(in, &err), &err);
        for (size_t j = 0; j < in->n_servers; j++)
            in->fixed_interference_w[j] = 1e-11 * (double)(j + 1);
        gg_result result = {0};
        solve("exact", in, seed % 2 ? GG_WEIGHTED : GG_UNIFORM, 1e-9, &result);
        assert_int_equal(result.status, GG_OPTIMAL);
        assert_true(result.nodes <= 400);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

static void hopeless_channels_are_infinite(void **state) {
    (void)state;
    gg_instance *in = draw(5, 6, 2);
    in->tau = 0.0;
    in->alpha[0] = 0.5;
    for (size_t j = 0; j < in->n_servers; j++)
        in->gain[j] = 0.0;
    gg_result result = {0};
    solve("exact", in, GG_WEIGHTED, 1e-9, &result);
    assert_int_equal(result.status, GG_OPTIMAL);
    assert_true(isinf(result.metrics.objective_s));
    assert_true(isnan(gg_result_gap(&result)));
    gg_result_clear(&result);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(11, 12, 3);
    gg_solve_options options = gg_solve_options_init();
    options.gap = 1e-9;
    options.node_limit = 10;
    for (long allowed = 0;; allowed++) {
        gg_result result = {0};
        gg_error err = {0};
        const gg_solver *exact = gg_solver_find("exact", &err);
        gg_alloc_fail_after(allowed);
        gg_status status = gg_solve(exact, in, &options, &result, &err);
        gg_alloc_fail_after(-1);
        gg_result_clear(&result);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brute_force_agrees),
        cmocka_unit_test(proven_optima_are_met),
        cmocka_unit_test(planted_decisions_survive),
        cmocka_unit_test(bounds_enclose_the_optimum),
        cmocka_unit_test(permutations_do_not_matter),
        cmocka_unit_test(fixed_interference_closes_soon),
        cmocka_unit_test(hopeless_channels_are_infinite),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

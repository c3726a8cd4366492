/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The genetic algorithm and iterated local search: legal at any size, repeatable, and worth it.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/search/iterated_search.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

enum { USERS_MAX = 40 };

static gg_instance *draw(uint64_t seed, uint32_t users_max) {
    gg_rng rng = gg_rng_start(seed, 43, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, users_max),
                          .n_servers = 1 + gg_rng_next_below(&rng, 6),
                          .tau = -1.0,
                          .payload_factor = pow(10.0, 3.0 * gg_rng_next_uniform(&rng)),
                          .capacity_spread = 3.0,
                          .power_spread = 2.0,
                          .with_ties = seed % 4 == 0};
    return random_instance(shape, seed);
}

static gg_result solve(const char *solver, const gg_instance *in, gg_solve_options options) {
    gg_result result = {0};
    gg_error err = {0};
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, &result, &err), &err);
    return result;
}

static gg_solve_options limited(int64_t limit) {
    gg_solve_options options = gg_solve_options_init();
    options.node_limit = limit;
    return options;
}

static void sizes_at_the_edge_are_fine(void **state) {
    (void)state;
    static const size_t sizes[][2] = {{1, 0}, {1, 1}, {1, 5}, {7, 0}, {2, 1}, {USERS_MAX, 1}};
    static const char *const names[] = {"ga", "ils"};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (size_t s = 0; s < 2; s++) {
            random_shape shape = {sizes[k][0], sizes[k][1], 1.0, 1.0, 2.0, 2.0, false};
            gg_instance *in = random_instance(shape, k);
            gg_result result = solve(names[s], in, limited(10));
            assert_int_equal(result.status, GG_FEASIBLE);
            if (sizes[k][1] == 0)
                assert_int_equal(result.metrics.n_offloaded, 0);
            gg_result_clear(&result);
            gg_instance_free(in);
        }
}

static void mandatory_users_never_stay(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(15, 200); seed++) {
        gg_instance *in = draw(seed, USERS_MAX);
        in->tau = 0.2 * (double)(seed % 3);
        gg_result ga = solve("ga", in, limited((int64_t)(seed % 4)));
        gg_result ils = solve("ils", in, limited((int64_t)(seed % 4)));
        assert_int_equal(ga.metrics.tau_violations, 0);
        assert_int_equal(ils.metrics.tau_violations, 0);
        gg_result_clear(&ga);
        gg_result_clear(&ils);
        gg_instance_free(in);
    }
}

static void the_same_seed_gives_the_same_decision(void **state) {
    (void)state;
    static const char *const names[] = {"ga", "ils"};
    for (size_t s = 0; s < 2; s++) {
        size_t differing = 0;
        for (uint64_t seed = 1; seed <= test_count(10, 100); seed++) {
            gg_instance *in = draw(seed, s == 0 ? 40 : 250);
            unfix_interference(in); /* hard enough to differ */
            gg_solve_options options = limited(2);
            gg_result first = solve(names[s], in, options), again = solve(names[s], in, options);
            options.seed = 2;
            gg_result other = solve(names[s], in, options);
            size_t size = in->n_users * sizeof(int32_t);
            assert_memory_equal(first.assignment, again.assignment, size);
            assert_int_equal(first.nodes, again.nodes);
            differing += memcmp(first.assignment, other.assignment, size) != 0;
            gg_result_clear(&first);
            gg_result_clear(&again);
            gg_result_clear(&other);
            gg_instance_free(in);
        }
        assert_true(differing > 0); /* the seed is used at all */
    }
}

static void generations_are_limited_and_counted(void **state) {
    (void)state;
    gg_instance *in = draw(1, USERS_MAX);
    gg_result few = solve("ga", in, limited(3)), free_run = solve("ga", in, limited(INT64_MAX));
    assert_int_equal(few.nodes, 3);
    assert_int_equal(few.stop_reason, GG_STOP_NODES);
    assert_int_equal(free_run.stop_reason, GG_STOP_DONE);
    assert_true(free_run.nodes >= 200 && free_run.nodes <= 5000);
    assert_true(free_run.metrics.objective_s <= few.metrics.objective_s);
    gg_solve_options no_time = gg_solve_options_init();
    no_time.time_limit_s = 0.0;
    gg_result stopped = solve("ga", in, no_time);
    assert_int_equal(stopped.stop_reason, GG_STOP_TIME);
    gg_result_clear(&few);
    gg_result_clear(&free_run);
    gg_result_clear(&stopped);
    gg_instance_free(in);
}

/* Elitism: more generations of the same seed are never worse. Evolution: far better than chance. */
static void evolution_improves(void **state) {
    (void)state;
    size_t optimal = 0, lost = 0, count = test_count(15, 150);
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_instance *in = draw(seed, 6);
        gg_solve_options options = gg_solve_options_init();
        options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        double last_s = INFINITY;
        for (int64_t generations = 0; generations <= 32; generations = 2 * generations + 4) {
            options.node_limit = generations;
            gg_result result = solve("ga", in, options);
            assert_true(result.metrics.objective_s <= last_s * (1.0 + 1e-12));
            last_s = result.metrics.objective_s;
            gg_result_clear(&result);
        }
        gg_result random = solve("random", in, options);
        lost += random.metrics.tau_violations == 0 && random.metrics.objective_s < last_s;
        double optimum_s = brute_force(in, options.objective, NULL);
        assert_true(last_s >= optimum_s * (1.0 - 1e-12));
        optimal += last_s <= optimum_s * (1.0 + 1e-9);
        gg_result_clear(&random);
        gg_instance_free(in);
    }
    assert_true(2 * optimal > count && 10 * lost < count);
}

/* ils starts where goa-ls ends, and keeps the best. */
static void iterations_never_lose_ground(void **state) {
    (void)state;
    size_t better = 0;
    for (uint64_t seed = 1; seed <= test_count(20, 200); seed++) {
        gg_instance *in = draw(seed, USERS_MAX);
        gg_result local_search = solve("goa-ls", in, gg_solve_options_init());
        double last_s = local_search.metrics.objective_s;
        for (int64_t iterations = 0; iterations <= 40; iterations += 20) {
            gg_result result = solve("ils", in, limited(iterations));
            assert_int_equal(result.nodes, iterations);
            assert_true(result.metrics.objective_s <= last_s * (1.0 + 1e-12));
            better += result.metrics.objective_s < last_s * (1.0 - 1e-9);
            last_s = result.metrics.objective_s;
            gg_result_clear(&result);
        }
        gg_result_clear(&local_search);
        gg_instance_free(in);
    }
    assert_true(better > 0);
}

/* The value handed out is the judge's. */
static void the_iterated_value_is_the_judges(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(20, 200); seed++) {
        gg_instance *in = draw(seed, USERS_MAX);
        gg_solve_options options = gg_solve_options_init();
        const gg_iterations limits = {.at_most = 10, .deadline_s = INFINITY, .seed = seed};
        int32_t best[USERS_MAX];
        double objective_s;
        int64_t done;
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_iterate(in, &options, limits, best, &objective_s, &done, &err), &err);
        assert_success(gg_evaluate(in, GG_WEIGHTED, best, &metrics, &err), &err);
        assert_close(objective_s, metrics.objective_s, 1e-9, 0.0);
        assert_int_equal(done, 10);
        const gg_iterations past = {.at_most = 10, .deadline_s = gg_now_s() - 1.0, .seed = seed};
        assert_success(gg_iterate(in, &options, past, best, &objective_s, &done, &err), &err);
        assert_int_equal(done, 0);
        gg_instance_free(in);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_at_the_edge_are_fine),
        cmocka_unit_test(mandatory_users_never_stay),
        cmocka_unit_test(the_same_seed_gives_the_same_decision),
        cmocka_unit_test(generations_are_limited_and_counted),
        cmocka_unit_test(evolution_improves),
        cmocka_unit_test(iterations_never_lose_ground),
        cmocka_unit_test(the_iterated_value_is_the_judges),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

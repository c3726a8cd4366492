/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every form of costs (server and air curves, gate, energy) against enumeration: optima, bounds,
 * planted decisions, certificates honest and damaged, and the program for other solvers.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/search/iterated_search.h"
#include "solvers/solver.h"
#include "solvers/tree/branch_and_bound.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/forged.h"
#include "tests/support/instances/random_instance.h"

static gg_instance *draw(uint64_t seed, uint32_t most_users, uint32_t most_servers) {
    gg_rng rng = gg_rng_start(seed, 43, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, most_users),
                          .n_servers = 1 + gg_rng_next_below(&rng, most_servers),
                          .tau = -1.0,
                          .payload_factor = pow(1000.0, gg_rng_next_uniform(&rng)) * 0.1,
                          .capacity_spread = pow(10.0, gg_rng_next_uniform(&rng)),
                          .power_spread = pow(10.0, gg_rng_next_uniform(&rng)),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    gg_instance *in = random_instance(shape, seed);
    give_forms(in, seed);
    return in;
}

static void solve(const char *solver, const gg_instance *in, gg_objective objective,
                  int64_t node_limit, gg_result *result) {
    gg_solve_options options = gg_solve_options_init();
    gg_error err = {0};
    options.objective = options.goa_weights = objective;
    options.gap = 1e-9;
    options.node_limit = node_limit;
    options.certify = true;
    *result = (gg_result){0};
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, result, &err), &err);
}

/* Damage may leave a certificate as good as it was, but none ever proves more than is true. */
static void check_mutants(const gg_instance *in, gg_objective objective, const gg_result *result,
                          double optimum, uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 44, GG_STREAM_TEST);
    for (int k = 0; k < 4 && optimum > 0.0; k++) {
        gg_error err = {0};
        gg_certificate *mutant = mutant_of(result->certificate, &rng);
        mutant->bound_s = optimum * (1.0 + (k % 2 ? 1e-6 : 0.05));
        if (gg_certificate_check(in, objective, mutant, &err) == GG_OK)
            fail_msg("seed %u: a mutant proves %.17g, the optimum is %.17g", (unsigned)seed,
                     mutant->bound_s, optimum);
        gg_certificate_free(mutant);
    }
}

static void the_optimum_is_that_of_enumeration(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(200, 3000); seed++) {
        uint32_t users = seed % 20 == 0 ? 8 : 6;
        gg_instance *in = draw(seed, users, users == 8 ? 3 : 4);
        gg_objective objective = any_objective(seed);
        double optimum = brute_force(in, objective, NULL);
        gg_result result, other;
        gg_error err = {0};
        solve("exact", in, objective, INT64_MAX, &result);
        assert_int_equal(result.status, GG_OPTIMAL);
        if (!(fabs(result.metrics.objective_s - optimum) <= 1e-9 * optimum + 1e-12) &&
            result.metrics.objective_s != optimum)
            fail_msg("seed %u, %s: %.17g, enumeration has %.17g", (unsigned)seed,
                     gg_objective_name(objective), result.metrics.objective_s, optimum);
        assert_true(result.lower_bound_s <= optimum * (1.0 + 1e-12));
        assert_true(result.lower_bound_s >= optimum * (1.0 - 2e-9) - 1e-12);
        if (result.certificate != NULL) {
            assert_success(gg_certificate_check(in, objective, result.certificate, &err), &err);
            check_mutants(in, objective, &result, optimum, seed);
        }
        static const char *const bounds[] = {"lagrangian", "goa-ls", "goa-marginal"};
        for (size_t s = 0; s < sizeof bounds / sizeof *bounds; s++) {
            solve(bounds[s], in, objective, 3, &other);
            assert_true(other.metrics.objective_s >= optimum * (1.0 - 1e-12));
            assert_true(!other.has_lower_bound || other.lower_bound_s <= optimum * (1.0 + 1e-12));
            gg_result_clear(&other);
        }
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

static void glpk_agrees(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(20, 300); seed++) {
        gg_instance *in = draw(7000 + seed, 5, 3);
        gg_objective objective = any_objective(seed);
        double optimum = brute_force(in, objective, NULL);
        gg_result result;
        solve("glpk", in, objective, INT64_MAX, &result);
        assert_true(result.lower_bound_s <= optimum * (1.0 + 1e-9) + 1e-12);
        if (isfinite(optimum))
            assert_close(result.metrics.objective_s, optimum, 1e-3, 1e-9);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

/* Branch and bound with its incumbent set just above a good decision must never lose that one. */
static void planted_decisions_survive(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(15, 150); seed++) {
        gg_instance *in = draw(9000 + seed, seed % 5 == 0 ? 120 : 40, 6);
        gg_solve_options options = gg_solve_options_init();
        options.objective = any_objective(seed);
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
        if (!problem->no_finite && isfinite(metrics.objective_s)) {
            assert_success(gg_branch_and_bound(&search, &err), &err);
            if (plant.lost)
                fail_msg("seed %u: the planted decision is lost", (unsigned)seed);
            assert_true(search.lower_bound_s <= metrics.objective_s * (1.0 + 1e-12));
        }
        gg_bound_problem_free(problem);
        gg_free(planted);
        gg_free(incumbent);
        gg_instance_free(in);
    }
}

/* Proofs of networks as large as those of the plans, with both bounds. */
static void larger_proofs_are_replayed(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(12, 200); seed++) {
        gg_instance *in = draw(11000 + seed, 60, seed % 3 == 0 ? 8 : 5);
        gg_objective objective = any_objective(seed);
        gg_result result;
        gg_error err = {0};
        solve("exact", in, objective, 40, &result);
        if (result.certificate != NULL)
            assert_success(gg_certificate_check(in, objective, result.certificate, &err), &err);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_optimum_is_that_of_enumeration),
        cmocka_unit_test(glpk_agrees),
        cmocka_unit_test(planted_decisions_survive),
        cmocka_unit_test(larger_proofs_are_replayed),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

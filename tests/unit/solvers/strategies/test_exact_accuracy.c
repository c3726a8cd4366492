/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The optimum among the decisions of an expected accuracy, against enumeration: of that of
 * strategies, and of any other.
 *
 * Covers row_start.
 */
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"

enum { MOST_USERS = 9 };

static gg_instance *draw(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 32, GG_STREAM_TEST);
    uint32_t servers = 1 + gg_rng_next_below(&rng, 3);
    const uint32_t most_users[] = {MOST_USERS, MOST_USERS, 8, 6};
    uint32_t users = 1 + gg_rng_next_below(&rng, most_users[servers]);
    double tau = gg_rng_next_below(&rng, 2) == 0 ? 1.0 : -1.0;
    random_shape shape = any_shape(&rng, seed, users, servers);
    shape.tau = tau;
    gg_instance *in = random_instance(shape, seed);
    give_probabilities(in, seed);
    return in;
}

/* The least objective of a decision that respects tau and expects `least`; *most is the largest
 * accuracy of any that respects tau. */
static double enumerate(const gg_instance *in, gg_objective objective, double least, double *most) {
    int32_t decision[MOST_USERS];
    double best_s = INFINITY;
    *most = -1.0;
    for (size_t i = 0; i < in->n_users; i++)
        decision[i] = GG_LOCAL;
    for (;;) {
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_evaluate(in, objective, decision, &metrics, &err), &err);
        if (metrics.tau_violations == 0) {
            *most = fmax(*most, metrics.expected_accuracy);
            if (metrics.expected_accuracy >= least - GG_ACCURACY_SLACK)
                best_s = fmin(best_s, metrics.objective_s);
        }
        size_t digit = 0;
        while (digit < in->n_users && ++decision[digit] == (int32_t)in->n_servers)
            decision[digit++] = GG_LOCAL;
        if (digit == in->n_users)
            return best_s;
    }
}

static gg_result solved(const char *name, const gg_instance *in, const gg_solve_options *options) {
    gg_result result = {0};
    gg_error err = {0};
    assert_success(gg_solve(gg_solver_find(name, &err), in, options, &result, &err), &err);
    return result;
}

/* What is asked of instance `seed`: a strategy's accuracy and its decision, or any accuracy. */
static gg_result reference_of(const gg_instance *in, uint64_t seed, const gg_solve_options *options,
                              double *least) {
    static const char *const names[] = {"goa", "edge", "dmin", "random", "local"};
    gg_rng rng = gg_rng_start(seed, 33, GG_STREAM_TEST);
    uint32_t which = gg_rng_next_below(&rng, 8);
    gg_result reference = solved(names[which < 5 ? which : 0], in, options);
    *least = which < 5 ? reference.metrics.expected_accuracy
                       : fmin(1.0, 0.3 + 0.8 * gg_rng_next_uniform(&rng));
    return reference;
}

static void check_result(const gg_instance *in, uint64_t seed, const gg_solve_options *options,
                         size_t *infeasible, size_t *dearer) {
    double most, best_s = enumerate(in, options->objective, options->least_accuracy, &most);
    gg_result result = solved("exact", in, options);
    if (result.status == GG_INFEASIBLE) {
        assert_true(most < options->least_accuracy);
        ++*infeasible;
        gg_result_clear(&result);
        return;
    }
    if (isinf(best_s)) {
        assert_true(isinf(result.metrics.objective_s) && result.metrics.tau_violations == 0);
        gg_result_clear(&result);
        return;
    }
    assert_int_equal(result.status, GG_OPTIMAL);
    assert_int_equal(result.metrics.tau_violations, 0);
    assert_true(result.metrics.expected_accuracy >= options->least_accuracy - GG_ACCURACY_SLACK);
    assert_true(result.lower_bound_s <= result.metrics.objective_s);
    if (result.certificate != NULL) {
        gg_error refusal = {0};
        assert_non_null(result.certificate->gain);
        assert_success(
            gg_certificate_check_under(in, options->objective, result.certificate, &refusal),
            &refusal);
    }
    if (fabs(result.metrics.objective_s - best_s) > 1e-9 * best_s)
        fail_msg("seed %d: %.17g where enumeration has %.17g", (int)seed,
                 result.metrics.objective_s, best_s);
    gg_solve_options free_options = *options;
    free_options.least_accuracy = 0.0;
    gg_result free_result = solved("exact", in, &free_options);
    assert_true(free_result.metrics.objective_s <= best_s * (1.0 + 1e-9));
    *dearer += free_result.metrics.objective_s < best_s * (1.0 - 1e-6);
    gg_result_clear(&free_result);
    /* Whatever the start looks at, what is known is not lost. */
    gg_solve_options few = *options;
    few.node_limit = 1;
    few.known = result.assignment;
    gg_result started = solved("exact", in, &few);
    assert_true(started.lower_bound_s <= best_s * (1.0 + 1e-12));
    assert_true(started.metrics.objective_s <= best_s * (1.0 + 1e-9));
    gg_result_clear(&started);
    gg_result_clear(&result);
}

static void equals_enumeration(void **state) {
    (void)state;
    size_t infeasible = 0, dearer = 0, count = test_count(120, 2000);
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_instance *in = draw(seed);
        for (int o = 0; o < 2; o++) {
            gg_solve_options options = gg_solve_options_init();
            options.objective = o == 0 ? GG_WEIGHTED : GG_UNIFORM;
            options.gap = 1e-10;
            options.seed = seed;
            double least;
            gg_result reference = reference_of(in, seed, &options, &least);
            options.least_accuracy = least;
            options.known = seed % 3 == 0 ? NULL : reference.assignment;
            options.certify = true;
            check_result(in, seed, &options, &infeasible, &dearer);
            gg_result_clear(&reference);
        }
        gg_instance_free(in);
    }
    assert_true(infeasible > count / 20 && dearer > count / 10);
}

static void what_cannot_be_asked_is_refused(void **state) {
    (void)state;
    gg_instance *in = draw(1);
    gg_solve_options options = gg_solve_options_init();
    gg_result result = {0};
    gg_error err = {0};
    options.least_accuracy = 0.5;
    assert_int_equal(gg_solve(gg_solver_find("goa", &err), in, &options, &result, &err),
                     GG_E_USAGE);
    assert_says(&err, "goa: least_accuracy: cannot be held to one");
    err = (gg_error){0};
    options.least_accuracy = 1.5;
    assert_int_equal(gg_solve(gg_solver_find("exact", &err), in, &options, &result, &err),
                     GG_E_USAGE);
    err = (gg_error){0};
    options.least_accuracy = NAN;
    assert_int_equal(gg_solve(gg_solver_find("exact", &err), in, &options, &result, &err),
                     GG_E_USAGE);
    err = (gg_error){0};
    options.least_accuracy = 0.5;
    gg_free(in->llm_p_correct);
    in->llm_p_correct = NULL;
    assert_int_equal(gg_solve(gg_solver_find("exact", &err), in, &options, &result, &err),
                     GG_E_INPUT);
    assert_says(&err, "has no slm_p_correct and llm_p_correct");
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(equals_enumeration),
                                       cmocka_unit_test(what_cannot_be_asked_is_refused)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

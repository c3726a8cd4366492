/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forged certificates against brute force: whatever is accepted is true.
 *
 * Covers proof_box and proof_reduce.
 */
#include "tests/support/support.h"

#include <float.h>
#include <math.h>

#include "models/base/alloc.h"
#include "models/evaluate.h"

#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"
#include "solvers/tree/branch_and_bound.h"
#include "tests/support/instances/all_decisions.h"
#include "tests/support/instances/edgy_instance.h"
#include "tests/support/instances/forged.h"
#include "tests/support/instances/random_instance.h"

/* An instance, what brute force makes of it, and how often a claim about it was believed. */
typedef struct trial {
    uint64_t seed;
    gg_instance *in;
    gg_objective objective;
    double optimum_s;
    gg_rng rng;
    size_t true_claims, believed;
} trial;

static void start(trial *t, uint64_t seed, gg_instance *in) {
    t->seed = seed;
    t->in = in;
    t->objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
    t->optimum_s = brute_force(in, t->objective, NULL);
    t->rng = gg_rng_start(seed, 32, GG_STREAM_TEST);
}

static bool accepted(const trial *t, const gg_certificate *c) {
    return gg_certificate_check(t->in, t->objective, c, NULL) == GG_OK;
}

/* The claim of a certificate as it is, if it is one. */
static void assert_true_or_refused(const trial *t, const gg_certificate *c) {
    if (accepted(t, c) && !(c->bound_s <= t->optimum_s))
        fail_msg("seed %llu: a bound of %.17g s was accepted, the optimum is %.17g s",
                 (unsigned long long)t->seed, c->bound_s, t->optimum_s);
}

/* With claims above the optimum, which must be refused, and below it, which are counted. */
static void assert_nothing_false_follows(trial *t, gg_certificate *c) {
    const double above[] = {nextafter(t->optimum_s, INFINITY),
                            t->optimum_s * (1.0 + power_of_ten(&t->rng, -15.0, -5.0)),
                            t->optimum_s * (1.0 + power_of_ten(&t->rng, -5.0, 3.0)),
                            power_of_ten(&t->rng, -320.0, 300.0)};
    const double below[] = {t->optimum_s * gg_rng_next_uniform(&t->rng),
                            t->optimum_s * (1.0 - power_of_ten(&t->rng, -11.0, 0.0))};
    for (size_t k = 0; k < sizeof above / sizeof *above; k++) {
        c->bound_s = above[k];
        assert_true_or_refused(t, c);
    }
    for (size_t k = 0; k < sizeof below / sizeof *below; k++) {
        c->bound_s = below[k];
        t->true_claims += below[k] > 0.0;
        t->believed += below[k] > 0.0 && accepted(t, c);
    }
}

static void solve(const trial *t, gg_result *result) {
    gg_solve_options options = gg_solve_options_init();
    gg_error err = {0};
    options.objective = t->objective;
    options.gap = t->seed % 3 ? 1e-9 : 1e-4;
    options.node_limit = t->seed % 5 ? 200 : 3;
    options.certify = true;
    assert_success(gg_solve(gg_solver_find("exact", &err), t->in, &options, result, &err), &err);
}

/* A proof with prices from its first round on; NULL: there was nothing to search. */
static gg_certificate *priced_proof(const trial *t) {
    gg_solve_options options = gg_solve_options_init();
    const gg_bound_problem *problem = NULL;
    gg_certificate *c = NULL;
    gg_error err = {0};
    gg_metrics metrics;
    options.gap = t->seed % 3 ? 1e-9 : 1e-4;
    options.node_limit = t->seed % 5 ? 60 : 3;
    int32_t *decision = gg_alloc(t->in->n_users, sizeof *decision);
    assert_non_null(decision);
    (void)brute_force(t->in, t->objective, decision);
    assert_success(gg_bound_problem_new(t->in, t->objective, NULL, &problem, &err), &err);
    assert_success(gg_evaluate(t->in, t->objective, decision, &metrics, &err), &err);
    assert_success(
        gg_certificate_new(t->in->n_users, t->in->n_servers, problem->power_unit_w, &c, &err),
        &err);
    gg_tree_search search = {.problem = problem,
                             .options = &options,
                             .deadline_s = INFINITY,
                             .incumbent = decision,
                             .incumbent_s = metrics.objective_s,
                             .certificate = c,
                             .prices_at_once = true};
    if (!problem->no_finite && isfinite(t->optimum_s) && metrics.tau_violations == 0)
        assert_success(gg_branch_and_bound(&search, &err), &err);
    gg_bound_problem_free(problem);
    gg_free(decision);
    if (c->n_nodes > 0)
        return c;
    gg_certificate_free(c);
    return NULL;
}

/* The same of proofs with prices. */
static void priced_mutants_prove_nothing_false(void **state) {
    (void)state;
    enum { MUTANTS = 10 };
    trial t = {0};
    size_t made = 0, honest_ones = 0, refused = 0;
    for (uint64_t seed = 1; made < test_count(250, 20000); seed++) {
        start(&t, seed, edgy_instance(seed));
        gg_certificate *honest = isfinite(t.optimum_s) ? priced_proof(&t) : NULL;
        if (honest != NULL) {
            honest_ones++;
            refused += !accepted(&t, honest);

            assert_true_or_refused(&t, honest);
        }
        for (int k = 0; honest != NULL && t.optimum_s > 0.0 && k < MUTANTS; k++, made++) {
            gg_certificate *c = k % 2 ? mutant_of(honest, &t.rng) : misread(honest, &t.rng);
            if (c != NULL) {
                assert_true_or_refused(&t, c);
                assert_nothing_false_follows(&t, c);
            }
            gg_certificate_free(c);
        }
        gg_certificate_free(honest);
        gg_instance_free(t.in);
    }
    print_message("mutants: %zu; %zu of %zu true claims believed; %zu of %zu honest ones refused\n",
                  made, t.believed, t.true_claims, refused, honest_ones);
    assert_true(refused <= honest_ones / 100);
    assert_true(t.believed > t.true_claims / 4);
}

/* Ten mutants of each honest certificate. (Where multipliers are millions of times the costs, its
 * rounding may leave an honest proof open.) */
static void mutants_prove_nothing_false(void **state) {
    (void)state;
    enum { MUTANTS = 10 };
    trial t = {0};
    size_t made = 0, as_text = 0, honest_ones = 0, refused = 0;
    for (uint64_t seed = 1; made < test_count(250, 20000); seed++) {
        gg_result result = {0};
        start(&t, seed, edgy_instance(seed));
        solve(&t, &result);
        const gg_certificate *honest = result.certificate;
        if (honest != NULL) {
            honest_ones++;
            refused += !accepted(&t, honest);
            assert_true_or_refused(&t, honest);
        }
        for (int k = 0; honest != NULL && t.optimum_s > 0.0 && k < MUTANTS; k++, made++) {
            gg_certificate *c = k % 2 ? mutant_of(honest, &t.rng) : misread(honest, &t.rng);
            as_text += c != NULL && k % 2 == 0;
            if (c != NULL) {
                assert_true_or_refused(&t, c);
                assert_nothing_false_follows(&t, c);
            }
            gg_certificate_free(c);
        }
        gg_result_clear(&result);
        gg_instance_free(t.in);
    }
    print_message("mutants: %zu, %zu of them read from damaged text; %zu of %zu true claims "
                  "believed\n",
                  made, as_text, t.believed, t.true_claims);
    assert_true(refused <= honest_ones / 500);
    assert_true(as_text > made / 10);
    assert_true(t.believed > t.true_claims / 4);
}

static void designs_prove_nothing_false(void **state) {
    (void)state;
    trial t = {0};
    for (uint64_t seed = 1; seed <= test_count(250, 20000); seed++) {
        start(&t, seed, seed % 3 ? extreme_instance(seed) : edgy_instance(seed));
        gg_certificate *c = designed_for(t.in, t.objective, &t.rng);
        assert_nothing_false_follows(&t, c);
        gg_certificate_free(c);
        gg_instance_free(t.in);
    }
    print_message("designs: %zu of %zu true claims believed\n", t.believed, t.true_claims);
    assert_true(t.believed > t.true_claims / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutants_prove_nothing_false),
        cmocka_unit_test(priced_mutants_prove_nothing_false),
        cmocka_unit_test(designs_prove_nothing_false),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forged certificates against brute force, of every form that costs may have and of rows: whatever
 * is accepted is true of the decisions that it is about.
 *
 * Covers proof_row and proof_state.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/evaluate.h"

#include "solvers/checker/certificate_check.h"
#include "solvers/tree/branch_and_bound.h"
#include "tests/support/instances/all_decisions.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/edgy_instance.h"
#include "tests/support/instances/forged.h"
#include "tests/support/instances/random_instance.h"

enum { MOST_USERS = 4, MUTANTS = 10 };

/* What is proven about a decision, and how often a claim was believed. With a row it is about those
 * alone whose gains sum to `required`. */
typedef struct trial {
    uint64_t seed;
    gg_instance *in;
    gg_objective objective;
    gg_rng rng;
    bool held;
    double gain[MOST_USERS], required;
    double optimum_s, held_optimum_s;
    int32_t best[MOST_USERS]; /* of those that are held, where they are */
    size_t true_claims, believed;
} trial;

static double gain_of(const trial *t, const int32_t *decision) {
    double gain = 0.0;
    for (size_t i = 0; i < t->in->n_users; i++)
        gain += decision[i] != GG_LOCAL ? t->gain[i] : 0.0;
    return gain;
}

static double value_of(const trial *t, const int32_t *decision) {
    gg_metrics metrics;
    gg_error err = {0};
    assert_success(gg_evaluate(t->in, t->objective, decision, &metrics, &err), &err);
    return metrics.tau_violations == 0 ? metrics.objective_s : INFINITY;
}

/* Every decision; false after the last. */
static bool next(const trial *t, int32_t *decision) {
    size_t digit = 0;
    while (digit < t->in->n_users && ++decision[digit] == (int32_t)t->in->n_servers)
        decision[digit++] = GG_LOCAL;
    return digit < t->in->n_users;
}

static void enumerate(trial *t) {
    int32_t decision[MOST_USERS] = {GG_LOCAL, GG_LOCAL, GG_LOCAL, GG_LOCAL};
    t->optimum_s = t->held_optimum_s = INFINITY;
    do {
        double value_s = value_of(t, decision);
        bool counts = !t->held || gain_of(t, decision) >= t->required;
        t->optimum_s = fmin(t->optimum_s, value_s);
        if (!counts || !(value_s < t->held_optimum_s))
            continue;
        t->held_optimum_s = value_s;
        memcpy(t->best, decision, sizeof decision);
    } while (next(t, decision));
}

/* What some decision gains, a hair less: no rounding decides. */
static void draw_row(trial *t) {
    int32_t decision[MOST_USERS];
    for (size_t i = 0; i < t->in->n_users; i++) {
        t->gain[i] = t->in->llm_p_correct[i] - t->in->slm_p_correct[i];
        decision[i] =
            (int32_t)gg_rng_next_below(&t->rng, (uint32_t)t->in->n_servers + 1) + GG_LOCAL;
    }
    t->required = gain_of(t, decision) - 1e-12;
}

static void start(trial *t, uint64_t seed) {
    t->seed = seed;
    t->rng = gg_rng_start(seed, 34, GG_STREAM_TEST);
    t->in = edgy_instance(seed);
    give_forms(t->in, seed);
    give_probabilities(t->in, seed);
    t->objective = any_objective(seed);
    t->held = seed % 2 == 0;
    draw_row(t);
    enumerate(t);
}

static gg_status prove(const trial *t, const gg_bound_problem *p, gg_certificate *c,
                       gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    int32_t decision[MOST_USERS];
    options.gap = t->seed % 3 ? 1e-9 : 1e-4;
    options.node_limit = t->seed % 5 ? 60 : 3;
    memcpy(decision, t->best, sizeof decision);
    gg_tree_search search = {.problem = p,
                             .options = &options,
                             .deadline_s = INFINITY,
                             .incumbent = decision,
                             .incumbent_s = t->held_optimum_s,
                             .certificate = c,
                             .prices_at_once = t->seed % 4 > 1};
    if (t->held)
        GG_TRY(gg_certificate_set_row(c, t->gain, t->required, err));
    return gg_branch_and_bound(&search, err);
}

/* NULL: there was nothing to search. */
static gg_certificate *honest_proof(const trial *t) {
    const gg_offload_row row = {.gain = t->gain, .required = t->required};
    const gg_bound_problem *p = NULL;
    gg_certificate *c = NULL;
    gg_error err = {0};
    if (!isfinite(t->held_optimum_s))
        return NULL;
    assert_success(gg_bound_problem_new(t->in, t->objective, t->held ? &row : NULL, &p, &err),
                   &err);
    assert_success(gg_certificate_new(t->in->n_users, t->in->n_servers, p->power_unit_w, &c, &err),
                   &err);
    if (!p->no_finite)
        assert_success(prove(t, p, c, &err), &err);
    gg_bound_problem_free(p);
    if (c->n_nodes > 0)
        return c;
    gg_certificate_free(c);
    return NULL;
}

/* As who asks for a row must: it is the one that was meant, and asks for no more. */
static bool accepted(const trial *t, const gg_certificate *c) {
    if (c->gain == NULL)
        return gg_certificate_check(t->in, t->objective, c, NULL) == GG_OK;
    return t->held && c->required <= t->required &&
           memcmp(c->gain, t->gain, t->in->n_users * sizeof *t->gain) == 0 &&
           gg_certificate_check_under(t->in, t->objective, c, NULL) == GG_OK;
}

static double truth_of(const trial *t, const gg_certificate *c) {
    return c->gain != NULL ? t->held_optimum_s : t->optimum_s;
}

static void assert_true_or_refused(const trial *t, const gg_certificate *c) {
    if (accepted(t, c) && !(c->bound_s <= truth_of(t, c)))
        fail_msg("seed %llu: a bound of %.17g was accepted, the optimum is %.17g",
                 (unsigned long long)t->seed, c->bound_s, truth_of(t, c));
}

static void assert_nothing_false_follows(trial *t, gg_certificate *c) {
    const double truth = truth_of(t, c);
    const double above[] = {nextafter(truth, INFINITY),
                            truth * (1.0 + power_of_ten(&t->rng, -15.0, -5.0)),
                            truth * (1.0 + power_of_ten(&t->rng, -5.0, 3.0))};
    const double below[] = {truth * gg_rng_next_uniform(&t->rng),
                            truth * (1.0 - power_of_ten(&t->rng, -11.0, 0.0))};
    assert_true_or_refused(t, c);
    for (size_t k = 0; k < sizeof above / sizeof *above; k++) {
        c->bound_s = above[k];
        assert_true_or_refused(t, c);
    }
    for (size_t k = 0; k < sizeof below / sizeof *below; k++) {
        c->bound_s = below[k];
        t->true_claims++;
        t->believed += accepted(t, c);
    }
}

static void try_mutants(trial *t, const gg_certificate *honest, size_t *made) {
    for (int k = 0; k < MUTANTS; k++, ++*made) {
        gg_certificate *c = k % 2 ? mutant_of(honest, &t->rng) : misread(honest, &t->rng);
        if (c != NULL && isfinite(truth_of(t, c)) && truth_of(t, c) > 0.0)
            assert_nothing_false_follows(t, c);
        gg_certificate_free(c);
    }
}

static void mutants_prove_nothing_false(void **state) {
    (void)state;
    trial t = {0};
    size_t made = 0, honest_ones = 0, refused = 0, rows = 0;
    for (uint64_t seed = 1; made < test_count(300, 40000); seed++) {
        start(&t, seed);
        gg_certificate *honest = honest_proof(&t);
        if (honest != NULL) {
            honest_ones++;
            rows += honest->gain != NULL;
            refused += !accepted(&t, honest);
            assert_true_or_refused(&t, honest);
            try_mutants(&t, honest, &made);
        }
        gg_certificate_free(honest);
        gg_instance_free(t.in);
    }
    print_message("mutants: %zu; %zu of %zu true claims believed; %zu of %zu honest ones refused, "
                  "%zu with a row\n",
                  made, t.believed, t.true_claims, refused, honest_ones, rows);
    assert_true(refused <= honest_ones / 100);
    assert_true(rows > honest_ones / 4);
    assert_true(t.believed > t.true_claims / 4);
}

/* Made up for no row, and held to one as it is. */
static void designs_prove_nothing_false(void **state) {
    (void)state;
    trial t = {0};
    gg_error err = {0};
    for (uint64_t seed = 1; seed <= test_count(250, 20000); seed++) {
        start(&t, seed);
        gg_certificate *c = designed_for(t.in, t.objective, &t.rng);
        if (t.held)
            assert_success(gg_certificate_set_row(c, t.gain, t.required, &err), &err);
        for (size_t k = 0; t.held && k < c->n_rounds; k++)
            c->rounds[k].row_price_s = t.optimum_s * power_of_ten(&t.rng, -6.0, 6.0);
        if (isfinite(truth_of(&t, c)) && truth_of(&t, c) > 0.0)
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
        cmocka_unit_test(designs_prove_nothing_false),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

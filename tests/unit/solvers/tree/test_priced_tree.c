/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Branch and bound with the balance bound from the first node on: brute force, planted decisions,
 * and certificates.
 * Covers proof_balance.c, proof_row.c, proof_state.c, proof_scan.c and proof_balance_reduce.c as
 * well.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/search/iterated_search.h"
#include "solvers/tree/branch_and_bound.h"
#include "tests/support/instances/random_instance.h"

static double log_between(gg_rng *rng, double low, double high) {
    return low * pow(high / low, gg_rng_next_uniform(rng));
}

/* Payloads 0.1 to 100 times, capacities 0.1 to 10 times, any tau, unequal powers. */
static gg_instance *draw(uint64_t seed, size_t users, size_t servers) {
    gg_rng rng = gg_rng_start(seed, 41, GG_STREAM_TEST);
    random_shape shape = {.n_users = users,
                          .n_servers = servers,
                          .tau = -1.0,
                          .payload_factor = log_between(&rng, 0.1, 100.0),
                          .capacity_spread = log_between(&rng, 1.0, 10.0),
                          .power_spread = log_between(&rng, 1.0, 10.0),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    return random_instance(shape, seed);
}

/* One search of an instance. */
typedef struct trial {
    gg_instance *in;
    gg_solve_options options;
    const gg_bound_problem *problem;
    int32_t *decision, *incumbent;
    gg_certificate *certificate;
    gg_tree_search search;
} trial;

/* From a good decision, whose cost times `above` is the incumbent's; a row where `gain` is given.
 */
static void start(trial *t, uint64_t seed, gg_instance *in, int few, double above) {
    gg_error err = {0};
    const gg_iterations limits = {.at_most = few, .deadline_s = INFINITY, .seed = seed};
    gg_metrics metrics;
    double approximate_s;
    *t = (trial){.in = in, .options = gg_solve_options_init()};
    t->options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
    t->options.gap = 1e-9;
    t->decision = gg_alloc(in->n_users, sizeof *t->decision);
    t->incumbent = gg_alloc(in->n_users, sizeof *t->incumbent);
    assert_success(gg_bound_problem_new(in, t->options.objective, NULL, &t->problem, &err), &err);
    assert_success(gg_iterate(in, &t->options, limits, t->decision, &approximate_s, NULL, &err),
                   &err);
    assert_success(gg_evaluate(in, t->options.objective, t->decision, &metrics, &err), &err);
    memcpy(t->incumbent, t->decision, in->n_users * sizeof *t->incumbent);
    assert_success(gg_certificate_new(in->n_users, in->n_servers, t->problem->power_unit_w,
                                      &t->certificate, &err),
                   &err);
    t->search = (gg_tree_search){.problem = t->problem,
                                 .options = &t->options,
                                 .deadline_s = INFINITY,
                                 .incumbent = t->incumbent,
                                 .incumbent_s = metrics.objective_s * above,
                                 .certificate = t->certificate,
                                 .prices_at_once = true};
}

static bool can_search(const trial *t) {
    return !t->problem->no_finite && isfinite(t->search.incumbent_s);
}

static void end(trial *t) {
    gg_certificate_free(t->certificate);
    gg_bound_problem_free(t->problem);
    gg_free(t->decision);
    gg_free(t->incumbent);
    gg_instance_free(t->in);
}

static void assert_proven(const trial *t, uint64_t seed) {
    gg_error err = {0};
    if (gg_certificate_check(t->in, t->options.objective, t->certificate, &err) != GG_OK)
        fail_msg("seed %llu: %s", (unsigned long long)seed, err.message);
}

static void brute_force_agrees(void **state) {
    (void)state;
    static const size_t shapes[][2] = {{6, 3}, {5, 5}, {8, 2}, {4, 4}, {7, 3}, {3, 5}};
    size_t priced = 0;
    for (uint64_t seed = 1; seed <= test_rounds(160, 3000); seed++) {
        const size_t *shape = shapes[seed % 6];
        trial t;
        gg_error err = {0};
        start(&t, seed, draw(seed, shape[0], shape[1]), 1, seed % 5 ? 1.0 : 1.3);
        double optimum_s = brute_force(t.in, t.options.objective, NULL);
        if (can_search(&t)) {
            assert_success(gg_branch_and_bound(&t.search, &err), &err);
            assert_int_equal(t.search.stop, GG_STOP_DONE);
            if (t.search.lower_bound_s > optimum_s * (1.0 + 1e-12) ||
                t.search.lower_bound_s < optimum_s * (1.0 - 2e-9) - 1e-12)
                fail_msg("seed %llu: a bound of %.17g s, the optimum is %.17g s",
                         (unsigned long long)seed, t.search.lower_bound_s, optimum_s);
            assert_proven(&t, seed);
            for (size_t k = 0; k < t.certificate->n_rounds; k++)
                priced += t.certificate->rounds[k].has_prices;
        }
        end(&t);
    }
    assert_true(priced > test_rounds(100, 100));
}

/* With its incumbent set just above a good decision the search must never lose that one. */
static void planted_decisions_survive(void **state) {
    (void)state;
    static const size_t shapes[][2] = {{40, 4}, {30, 8}, {60, 16}, {24, 24}, {100, 6}};
    for (uint64_t seed = 1; seed <= test_rounds(20, 400); seed++) {
        const size_t *shape = shapes[seed % 5];
        size_t users = seed % 40 == 0 ? 200 : shape[0];
        trial t;
        gg_error err = {0};
        start(&t, seed, draw(5000 + seed, users, shape[1]), 20, 1.0 + 1e-7);
        gg_planted plant = {.decision = t.decision,
                            .objective_s = t.search.incumbent_s / (1.0 + 1e-7)};
        t.search.planted = &plant;
        t.options.gap = 0.0;
        t.options.node_limit = users == 200 ? 4 : 20;
        if (can_search(&t)) {
            assert_success(gg_branch_and_bound(&t.search, &err), &err);
            assert_false(plant.lost);
            assert_true(t.search.lower_bound_s <= plant.objective_s * (1.0 + 1e-12));
        }
        end(&t);
    }
}

/* The next decision in the order of numbers with the least user last; false after the last. */
static bool next_decision(int32_t *decision, size_t n, size_t m) {
    for (size_t i = 0; i < n; i++) {
        if (++decision[i] < (int32_t)m)
            return true;
        decision[i] = GG_LOCAL;
    }
    return false;
}

/* The cheapest decision that respects tau and whose gains reach the row's. */
static double cheapest_under(const gg_instance *in, gg_objective objective,
                             const gg_offload_row *row, int32_t *best) {
    double least_s = INFINITY;
    int32_t decision[8];
    for (size_t i = 0; i < in->n_users; i++)
        decision[i] = GG_LOCAL;
    do {
        gg_metrics metrics;
        gg_error err = {0};
        double gain = 0.0;
        for (size_t i = 0; i < in->n_users; i++)
            gain += decision[i] != GG_LOCAL ? row->gain[i] : 0.0;
        assert_success(gg_evaluate(in, objective, decision, &metrics, &err), &err);
        if (gain < row->required || metrics.tau_violations > 0 || !(metrics.objective_s < least_s))
            continue;
        least_s = metrics.objective_s;
        memcpy(best, decision, in->n_users * sizeof *best);
    } while (next_decision(decision, in->n_users, in->n_servers));
    return least_s;
}

/* Under a row the proof is about the decisions that meet it, and is refused as one about all. */
static void rows_are_part_of_the_proof(void **state) {
    (void)state;
    size_t dearer = 0;
    for (uint64_t seed = 1; seed <= test_rounds(60, 1000); seed++) {
        gg_error err = {0};
        gg_rng rng = gg_rng_start(seed, 42, GG_STREAM_TEST);
        trial t;
        start(&t, seed, draw(seed, 6, 2), 1, 1.0);
        double gain[8], most = 0.0, free_s = brute_force(t.in, t.options.objective, NULL);
        for (size_t i = 0; i < 6; i++) {
            gain[i] = gg_rng_next_uniform(&rng) - 0.5;
            most += fmax(gain[i], 0.0);
        }
        const gg_offload_row row = {gain, most * (0.8 + 0.2 * gg_rng_next_uniform(&rng)),
                                    0.01 * free_s, false};
        double least_s = cheapest_under(t.in, t.options.objective, &row, t.incumbent);
        gg_bound_problem_free(t.problem);
        assert_success(gg_bound_problem_new(t.in, t.options.objective, &row, &t.problem, &err),
                       &err);
        assert_success(gg_certificate_set_row(t.certificate, row.gain, row.required, &err), &err);
        t.search.problem = t.problem;
        t.search.incumbent_s = least_s;
        t.search.prices_at_once = seed % 3 > 0;
        if (can_search(&t)) {
            assert_success(gg_branch_and_bound(&t.search, &err), &err);
            assert_true(t.search.lower_bound_s <= least_s * (1.0 + 1e-12));
            assert_true(t.search.lower_bound_s >= least_s * (1.0 - 2e-9) - 1e-12);
            if (gg_certificate_check_under(t.in, t.options.objective, t.certificate, &err) != GG_OK)
                fail_msg("seed %llu: %s", (unsigned long long)seed, err.message);
            assert_int_equal(gg_certificate_check(t.in, t.options.objective, t.certificate, &err),
                             GG_E_CHECK);
            t.certificate->bound_s = least_s * (1.0 + 1e-9);
            assert_int_equal(
                gg_certificate_check_under(t.in, t.options.objective, t.certificate, &err),
                GG_E_CHECK);
            dearer += least_s > free_s * (1.0 + 1e-6);
        }
        end(&t);
    }
    print_message("dearer: %zu\n", dearer);
    assert_true(test_is_brief() || dearer > 10);
}

static void certificates_are_accepted(void **state) {
    (void)state;
    static const size_t shapes[][2] = {{20, 4}, {15, 8}, {30, 6}, {12, 12}};
    for (uint64_t seed = 1; seed <= test_rounds(16, 200); seed++) {
        const size_t *shape = shapes[seed % 4];
        trial t;
        gg_error err = {0};
        start(&t, seed, draw(9000 + seed, shape[0], shape[1]), 20, 1.0);
        t.options.gap = seed % 3 ? 1e-4 : 1e-9;
        t.options.node_limit = 300;
        if (can_search(&t)) {
            assert_success(gg_branch_and_bound(&t.search, &err), &err);
            assert_proven(&t, seed);
        }
        end(&t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brute_force_agrees),
        cmocka_unit_test(planted_decisions_survive),
        cmocka_unit_test(certificates_are_accepted),
        cmocka_unit_test(rows_are_part_of_the_proof),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

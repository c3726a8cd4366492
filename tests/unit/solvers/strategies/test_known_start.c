/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Starting from a decision that is known: whatever it is, results obey tau, and what is proven is
 * the same.
 */
#include "tests/support/support.h"

#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

static gg_instance *draw(uint64_t seed, uint32_t least, uint32_t most, double tau) {
    gg_rng rng = gg_rng_start(seed, 51, GG_STREAM_TEST);
    random_shape shape = {.n_users = least + gg_rng_next_below(&rng, most - least + 1),
                          .n_servers = 1 + gg_rng_next_below(&rng, 4),
                          .tau = tau,
                          .payload_factor = pow(10.0, 3.0 * gg_rng_next_uniform(&rng) - 1.0),
                          .capacity_spread = 3.0,
                          .power_spread = 3.0};
    return random_instance(shape, seed);
}

static void solve(const char *solver, const gg_instance *in, gg_solve_options options,
                  const int32_t *known, gg_result *result) {
    gg_error err = {0};
    options.known = known;
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, result, &err), &err);
}

static void proofs_do_not_depend_on_the_start(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(60, 800); seed++) {
        gg_instance *in = draw(seed, 1, 14, -1.0);
        gg_rng rng = gg_rng_start(seed, 52, GG_STREAM_TEST);
        gg_solve_options options = gg_solve_options_init();
        gg_result cold = {0}, warm = {0};
        int32_t known[14];
        options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        options.gap = 1e-9;
        /* Any decision: it may leave at home who must offload. */
        for (size_t i = 0; i < in->n_users; i++)
            known[i] = (int32_t)gg_rng_next_below(&rng, (uint32_t)in->n_servers + 1) - 1;
        solve("exact", in, options, NULL, &cold);
        solve("exact", in, options, known, &warm);
        assert_int_equal(warm.status, GG_OPTIMAL);
        assert_int_equal(warm.metrics.tau_violations, 0);
        assert_close(warm.metrics.objective_s, cold.metrics.objective_s, 2e-9, 1e-12);
        gg_result_clear(&cold);
        gg_result_clear(&warm);
        gg_instance_free(in);
    }
}

/* As tau falls more users must offload, as it rises fewer. */
static void chains_over_tau_prove_the_same(void **state) {
    (void)state;
    static const double taus[] = {0.2, 0.5, 0.8, 1.0, 0.7, 0.4, 0.0};
    for (uint64_t seed = 1; seed <= test_count(6, 60); seed++) {
        gg_instance *in = draw(seed, 15, 25, 1.0);
        gg_result before = {0};
        for (size_t k = 0; k < sizeof taus / sizeof *taus; k++) {
            gg_solve_options options = gg_solve_options_init();
            gg_result cold = {0}, warm = {0};
            options.gap = 1e-6;
            in->tau = taus[k];
            solve("exact", in, options, NULL, &cold);
            solve("exact", in, options, before.assignment, &warm);
            assert_int_equal(warm.metrics.tau_violations, 0);
            assert_close(warm.metrics.objective_s, cold.metrics.objective_s, 1.1e-6, 1e-12);
            gg_result_clear(&cold);
            gg_result_clear(&before);
            before = warm;
        }
        gg_result_clear(&before);
        gg_instance_free(in);
    }
}

/* At the same tau nothing is lost. */
static void a_good_start_is_kept(void **state) {
    (void)state;
    gg_instance *in = draw(7, 40, 40, 0.6);
    gg_solve_options options = gg_solve_options_init();
    gg_result good = {0}, again = {0};
    solve("exact", in, options, NULL, &good);
    options.node_limit = 0;
    solve("ils", in, options, good.assignment, &again);
    assert_true(again.metrics.objective_s <= good.metrics.objective_s * (1.0 + 1e-12));
    gg_result_clear(&good);
    gg_result_clear(&again);
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proofs_do_not_depend_on_the_start),
        cmocka_unit_test(chains_over_tau_prove_the_same),
        cmocka_unit_test(a_good_start_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lazy greedy assignment decides like the plain scan, bit for bit; Delta only grows.
 *
 * Covers greedy_plans.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/greedy/greedy.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/random_instance.h"

static gg_status goa_for_energy(gg_decision *d, gg_greedy_fn greedy, gg_error *err) {
    return gg_plan_goa(d, gg_objective_delay_energy(0.3), greedy, err);
}

static gg_status goa(gg_decision *d, gg_greedy_fn greedy, gg_error *err) {
    return gg_plan_goa(d, GG_WEIGHTED, greedy, err);
}

static void compare(const gg_instance *in,
                    gg_status (*plan)(gg_decision *, gg_greedy_fn, gg_error *)) {
    gg_decision scan, lazy;
    gg_error err = {0};
    assert_success(gg_decision_init(&scan, in, &err), &err);
    assert_success(gg_decision_init(&lazy, in, &err), &err);
    assert_success(plan(&scan, gg_greedy_scan, &err), &err);
    assert_success(plan(&lazy, gg_greedy_lazy, &err), &err);
    assert_memory_equal(scan.server, lazy.server, in->n_users * sizeof *scan.server);
    assert_memory_equal(scan.load, lazy.load, in->n_servers * sizeof *scan.load);
    /* The same sums in the same order: equal to the last bit. */
    assert_memory_equal(scan.interference_w, lazy.interference_w,
                        in->n_servers * sizeof *scan.interference_w);
    gg_decision_clear(&scan);
    gg_decision_clear(&lazy);
}

static gg_instance *draw(uint64_t seed, size_t most_users) {
    gg_rng rng = gg_rng_start(seed, 1, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, (uint32_t)most_users),
                          .n_servers = 1 + gg_rng_next_below(&rng, 12),
                          .tau = -1.0,
                          .payload_factor = pow(10.0, 4.0 * gg_rng_next_uniform(&rng) - 1.0),
                          .capacity_spread = 1.0 + 9.0 * gg_rng_next_uniform(&rng),
                          .power_spread = 1.0 + 4.0 * gg_rng_next_uniform(&rng),
                          .with_ties = gg_rng_next_below(&rng, 3) == 0};
    return random_instance(shape, seed);
}

static void lazy_equals_scan(void **state) {
    (void)state;
    size_t count = test_count(150, 1000);
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_instance *in = draw(seed, seed % 10 == 0 ? 300 : 90);
        compare(in, goa);
        compare(in, gg_plan_edge);
        compare(in, gg_plan_dmin);
        give_forms(in, seed);
        compare(in, goa);
        compare(in, goa_for_energy);
        compare(in, gg_plan_edge);
        compare(in, gg_plan_dmin);
        gg_instance_free(in);
    }
}

/* Crowded servers: keys follow the load, over five decades of payload, from compute
 * to transmission as what counts. */
static void lazy_equals_scan_when_servers_are_crowded(void **state) {
    (void)state;
    size_t count = test_count(8, 60), users = test_count(700, 2500);
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_rng rng = gg_rng_start(seed, 2, GG_STREAM_TEST);
        random_shape shape = {.n_users = users,
                              .n_servers = 1 + seed % 4,
                              .tau = 0.3,
                              .payload_factor = pow(10.0, 5.0 * gg_rng_next_uniform(&rng) - 2.0),
                              .capacity_spread = 1.0 + 9.0 * gg_rng_next_uniform(&rng),
                              .power_spread = 1.0 + 4.0 * gg_rng_next_uniform(&rng),
                              .with_ties = seed % 4 == 0};
        gg_instance *in = random_instance(shape, seed);
        compare(in, goa);
        compare(in, gg_plan_edge);
        compare(in, gg_plan_dmin);
        give_forms(in, seed);
        compare(in, goa_for_energy);
        compare(in, gg_plan_edge);
        gg_instance_free(in);
    }
}

static void lazy_equals_scan_when_everything_ties(void **state) {
    (void)state;
    gg_instance *in = draw(7, 60);
    for (size_t i = 0; i < in->n_users; i++) {
        in->payload_bits[i] = in->payload_bits[0];
        in->tx_power_w[i] = in->tx_power_w[0];
        in->local_capacity_flops[i] = in->local_capacity_flops[0];
        in->local_delay_s[i] = in->local_delay_s[0];
        in->alpha[i] = 0.5;
        for (size_t j = 0; j < in->n_servers; j++)
            in->gain[i * in->n_servers + j] = 1e-9;
    }
    compare(in, goa);
    compare(in, gg_plan_edge);
    compare(in, gg_plan_dmin);
    /* Unusable channels: every Delta is infinite. */
    memset(in->gain, 0, in->n_users * in->n_servers * sizeof *in->gain);
    compare(in, goa);
    compare(in, gg_plan_edge);
    compare(in, gg_plan_dmin);
    gg_instance_free(in);
}

static void delta_only_grows(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(20, 200); seed++) {
        gg_instance *in = draw(seed, 40);
        gg_decision d;
        gg_error err = {0};
        assert_success(gg_decision_init(&d, in, &err), &err);
        for (size_t placed = 0; placed + 1 < in->n_users; placed++) {
            size_t watched = in->n_users - 1;
            double before[12];
            for (size_t j = 0; j < in->n_servers; j++)
                before[j] = gg_delta_s(&d, 1.0, watched, j);
            gg_decision_place(&d, placed, placed % in->n_servers);
            for (size_t j = 0; j < in->n_servers; j++)
                assert_true(gg_delta_s(&d, 1.0, watched, j) >= before[j] - 1e-15 * fabs(before[j]));
        }
        gg_decision_clear(&d);
        gg_instance_free(in);
    }
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(3, 30);
    for (long allowed = 0;; allowed++) {
        gg_decision d;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_decision_init(&d, in, &err);
        if (status == GG_OK) {
            status = goa(&d, gg_greedy_lazy, &err);
            gg_decision_clear(&d);
        }
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            assert_true(allowed > 1);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_string_not_equal(err.message, "");
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lazy_equals_scan),
        cmocka_unit_test(lazy_equals_scan_when_servers_are_crowded),
        cmocka_unit_test(lazy_equals_scan_when_everything_ties),
        cmocka_unit_test(delta_only_grows),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

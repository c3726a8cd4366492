/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates: honest ones are accepted, and none, however tampered with, proves more than is
 * true.
 *
 * Covers proof_propagate.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/draw/scenario.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"
#include "tests/support/instances/golden_file.h"
#include "tests/support/instances/random_instance.h"
#include "tests/unit/solvers/checker/certificate_common.h"

static gg_instance *draw(uint64_t seed, size_t most_users, size_t most_servers) {
    gg_rng rng = gg_rng_start(seed, 2, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, (uint32_t)most_users),
                          .n_servers = 1 + gg_rng_next_below(&rng, (uint32_t)most_servers),
                          .tau = -1.0,
                          .payload_factor = pow(1000.0, gg_rng_next_uniform(&rng)) * 0.1,
                          .capacity_spread = pow(10.0, gg_rng_next_uniform(&rng)),
                          .power_spread = pow(10.0, gg_rng_next_uniform(&rng)),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    return random_instance(shape, seed);
}

static void honest_certificates_are_accepted(void **state) {
    (void)state;
    const double gaps[] = {1e-9, 1e-4, 1e-2, 0.0};
    for (uint64_t seed = 1; seed <= test_rounds(80, 1000); seed++) {
        gg_instance *in = draw(seed, seed % 4 ? 12 : 60, 5);
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        gg_result result = {0};
        gg_error err = {0};
        solve(in, objective, gaps[seed % 4], seed % 3 ? 200 : (int64_t)(seed % 11), &result);
        assert_non_null(result.certificate);
        assert_close(result.certificate->bound_s, result.lower_bound_s, 1e-12, 0.0);
        assert_success(gg_certificate_check(in, objective, result.certificate, &err), &err);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

/* Networks as they are drawn, whose proofs take some nodes: where ranges of interference have
 * become points, multipliers are worth nothing but what they lose; where users may all stay home
 * (tau 1) the root takes many rounds. */
static void proofs_of_presets_are_accepted(void **state) {
    (void)state;
    static const struct {
        const char *preset;
        size_t n_users, n_servers;
    } shapes[] = {{"paper-bits", 60, 16}, {"paper-bits", 120, 32}, {"paper-batch", 80, 4},
                  {"urban-micro", 40, 4}, {"urban-batch", 40, 4},  {"paper", 90, 8}};
    size_t count = sizeof shapes / sizeof *shapes;
    for (size_t k = 0; k < test_rounds(count, 12 * count); k++) {
        const gg_draw draw = {.n_users = shapes[k % count].n_users,
                              .n_servers = shapes[k % count].n_servers,
                              .tau = 0.6 + 0.1 * (double)((k + k / count) % 5),
                              .seed = 1,
                              .run = (uint32_t)(k / count)};
        gg_preset *preset = NULL;
        gg_instance *in = NULL;
        gg_error err = {0};
        gg_result result = {0};
        assert_success(gg_preset_read(shapes[k % count].preset, &preset, &err), &err);
        assert_success(gg_scenario_draw(preset, &draw, &in, &err), &err);
        solve(in, GG_WEIGHTED, 1e-4, 200, &result);
        if (gg_certificate_check(in, GG_WEIGHTED, result.certificate, &err) != GG_OK)
            fail_msg("%s, run %u: %s", shapes[k % count].preset, draw.run, err.message);
        gg_result_clear(&result);
        gg_instance_free(in);
        gg_preset_free(preset);
    }
}

static void check_known(const char *path, const json_t *file, gg_instance *in) {
    (void)path;
    for (int objective = GG_WEIGHTED; objective <= GG_UNIFORM; objective++) {
        const json_t *known = json_object_get(file, gg_objective_name(objective));
        double upper_s = json_number_value(json_object_get(known, "upper"));
        gg_result result = {0};
        gg_error err = {0};
        if (in->n_users > test_count(60, 1000))
            continue;
        solve(in, objective, 1e-9, INT64_MAX, &result);
        assert_success(gg_certificate_check(in, objective, result.certificate, &err), &err);
        assert_close(result.certificate->bound_s, upper_s, 2e-9, 0.0);
        /* A millionth more is not true, and the proof says where it fails. */
        result.certificate->bound_s *= 1.0 + 1e-6;
        assert_int_equal(gg_certificate_check(in, objective, result.certificate, &err), GG_E_CHECK);
        assert_says(&err, "node ");
        gg_result_clear(&result);
    }
}

static void proofs_of_known_optima_are_replayed(void **state) {
    (void)state;
    for_each_golden(TEST_PATH("optima"), 4, check_known);
}

/* Anything in a certificate may change to anything; only the bound is left to the caller. */
static void tamper(gg_certificate *c, gg_rng *rng) {
    gg_proof_node *node = &c->nodes[gg_rng_next_below(rng, (uint32_t)c->n_nodes)];
    gg_proof_node *other = &c->nodes[gg_rng_next_below(rng, (uint32_t)c->n_nodes)];
    size_t n_multipliers = c->n_rounds * (c->n_users + c->n_servers);
    size_t child = node->child[0];
    uint32_t how = gg_rng_next_below(rng, 12);
    switch (how) {
    case 0:
        node->child[0] = node->child[1];
        node->child[1] = child;
        break;
    case 1:
        node->child[0] = gg_rng_next_below(rng, (uint32_t)c->n_nodes + 2);
        break;
    case 2:
        node->kind = (gg_split_kind)gg_rng_next_below(rng, 7);
        break;
    case 3:
        node->interference *= 2.0 * gg_rng_next_uniform(rng);
        break;
    case 4:
        node->load = gg_rng_next_below(rng, (uint32_t)c->n_users + 2);
        break;
    case 5:
        node->user = gg_rng_next_below(rng, (uint32_t)c->n_users + 2);
        break;
    case 6:
        node->server = gg_rng_next_below(rng, (uint32_t)c->n_servers + 2);
        break;
    case 7:
        node->n_rounds = gg_rng_next_below(rng, (uint32_t)c->n_rounds + 2);
        break;
    case 8:
        node->first_round = other->first_round;
        node->n_rounds = other->n_rounds;
        break;
    case 9:
        if (n_multipliers > 0)
            c->multipliers[gg_rng_next_below(rng, (uint32_t)n_multipliers)] *=
                (float)pow(10.0, 20.0 * gg_rng_next_uniform(rng) - 10.0);
        break;
    case 10:
        for (size_t k = 0; k < n_multipliers; k++)
            c->multipliers[k] *= (float)(1.0 + 0.1 * (gg_rng_next_uniform(rng) - 0.5));
        break;
    default:
        c->power_unit_w *= pow(10.0, 4.0 * gg_rng_next_uniform(rng) - 2.0);
    }
}

static void nothing_false_is_ever_proven(void **state) {
    (void)state;
    size_t accepted = 0;
    for (uint64_t seed = 1; seed <= test_rounds(200, 2000); seed++) {
        gg_instance *in = draw(5000 + seed, 5, 3);
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        double optimum_s = brute_force(in, objective, NULL);
        gg_rng rng = gg_rng_start(seed, 3, GG_STREAM_TEST);
        gg_result result = {0};
        solve(in, objective, 1e-9, INT64_MAX, &result);
        if (result.certificate == NULL || optimum_s == 0.0) {
            gg_result_clear(&result);
            gg_instance_free(in);
            continue;
        }
        assert_true(result.certificate->bound_s <= optimum_s);
        for (int attempt = 0; attempt < 30; attempt++) {
            gg_certificate *c = copy(result.certificate);
            for (int change = 0; change < attempt % 4; change++)
                tamper(c, &rng);
            accepted += gg_certificate_check(in, objective, c, NULL) == GG_OK;
            c->bound_s = optimum_s * (1.0 + pow(10.0, -13.0 + 12.0 * gg_rng_next_uniform(&rng)));
            assert_int_equal(gg_certificate_check(in, objective, c, NULL), GG_E_CHECK);
            gg_certificate_free(c);
        }
        gg_result_clear(&result);
        gg_instance_free(in);
    }
    assert_true(accepted > 1000);
}

/* Interference priced beyond the range of numbers is not priced: what users' multipliers prove on
 * their own stays proven, and nothing more is. */
static void overflowing_prices_charge_nothing(void **state) {
    (void)state;
    gg_instance *in = random_instance((random_shape){.n_users = 2,
                                                     .n_servers = 2,
                                                     .tau = 1.0,
                                                     .payload_factor = 1.0,
                                                     .capacity_spread = 2.0,
                                                     .power_spread = 2.0},
                                      3);
    double optimum_s = brute_force(in, GG_UNIFORM, NULL);
    for (int sign = -1; sign <= 1; sign += 2) {
        gg_certificate *c = NULL;
        gg_error err = {0};
        size_t index;
        float share = (float)(0.25 * optimum_s);
        const float multipliers[] = {share, share, (float)sign, (float)sign};
        assert_success(gg_certificate_new(2, 2, 1e-310, &c, &err), &err);
        assert_success(gg_certificate_add_node(c, &index, &err), &err);
        assert_success(gg_certificate_add_round(c, multipliers, &err), &err);
        c->bound_s = 0.49 * optimum_s;
        assert_success(gg_certificate_check(in, GG_UNIFORM, c, &err), &err);
        c->bound_s = 1.000001 * optimum_s;
        assert_int_equal(gg_certificate_check(in, GG_UNIFORM, c, &err), GG_E_CHECK);
        gg_certificate_free(c);
    }
    gg_instance_free(in);
}

static void the_other_objective_is_another_claim(void **state) {
    (void)state;
    medium m = medium_proof();
    gg_error err = {0};
    gg_result uniform = {0};
    solve(m.in, GG_UNIFORM, 1e-9, INT64_MAX, &uniform);
    assert_true(uniform.lower_bound_s > m.result.metrics.objective_s);
    assert_int_equal(gg_certificate_check(m.in, GG_WEIGHTED, uniform.certificate, &err),
                     GG_E_CHECK);
    gg_result_clear(&uniform);
    medium_clear(&m);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    medium m = medium_proof();
    for (long allowed = 0;; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_certificate_check(m.in, GG_WEIGHTED, m.result.certificate, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    medium_clear(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_certificates_are_accepted),
        cmocka_unit_test(proofs_of_presets_are_accepted),
        cmocka_unit_test(proofs_of_known_optima_are_replayed),
        cmocka_unit_test(nothing_false_is_ever_proven),
        cmocka_unit_test(overflowing_prices_charge_nothing),
        cmocka_unit_test(the_other_objective_is_another_claim),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

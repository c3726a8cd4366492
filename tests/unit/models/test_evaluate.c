/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The judge against the model's formulas in long double, and the strategies' decision state against
 * the judge.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/decision.h"
#include "models/delay.h"
#include "models/evaluate.h"
#include "tests/support/instances/random_instance.h"

enum { USERS_MAX = 40 };

static gg_instance *draw(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 40, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, USERS_MAX),
                          .n_servers = gg_rng_next_below(&rng, 8),
                          .tau = -1.0,
                          .payload_factor = pow(10.0, 4.0 * gg_rng_next_uniform(&rng) - 1.0),
                          .capacity_spread = 10.0,
                          .power_spread = 5.0};
    return random_instance(shape, seed);
}

static void draw_assignment(const gg_instance *in, uint64_t seed, int32_t *assignment) {
    gg_rng rng = gg_rng_start(seed, 41, GG_STREAM_TEST);
    for (size_t i = 0; i < in->n_users; i++)
        assignment[i] = (int32_t)gg_rng_next_below(&rng, (uint32_t)in->n_servers + 1) - 1;
}

/* One user's delay parts, every sum made afresh. */
typedef struct naive_delay {
    long double comm_s, comp_s, measured_comp_s;
} naive_delay;

static naive_delay naive(const gg_instance *in, const int32_t *x, size_t i) {
    size_t j = (size_t)x[i];
    long double load = 0.0L, disturbance_w = in->noise_w;
    if (in->fixed_interference_w != NULL)
        disturbance_w += in->fixed_interference_w[j];
    for (size_t k = 0; k < in->n_users; k++) {
        if (x[k] == x[i])
            load += 1.0L;
        else if (x[k] != GG_LOCAL && in->fixed_interference_w == NULL)
            disturbance_w += (long double)in->tx_power_w[k] * in->gain[k * in->n_servers + j];
    }
    long double sinr =
        (long double)in->tx_power_w[i] * in->gain[i * in->n_servers + j] / disturbance_w;
    long double rate = in->bandwidth_hz[j] / load * log2l(1.0L + sinr);
    long double share = in->server_capacity_flops[j] / load;
    if (share > in->max_user_capacity_flops)
        share = in->max_user_capacity_flops;
    return (naive_delay){in->payload_bits[i] / rate,
                         (long double)in->edge_work_ratio * in->local_delay_s[i] *
                             in->local_capacity_flops[i] / share,
                         (long double)in->edge_delay_ref_s[i] * in->ref_capacity_flops / share};
}

static void the_judge_follows_the_formulas(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(300, 5000); seed++) {
        gg_instance *in = draw(seed);
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        int32_t x[USERS_MAX];
        double delay_s[USERS_MAX];
        draw_assignment(in, seed, x);
        long double f = 0.0L, local = 0.0L, comm = 0.0L, comp = 0.0L, measured = 0.0L;
        size_t correct = 0, offloaded = 0, violations = 0;
        gg_metrics m;
        gg_error err = {0};
        assert_success(gg_evaluate(in, objective, x, &m, &err), &err);
        assert_success(gg_evaluate_user_delays(in, x, delay_s, &err), &err);
        for (size_t i = 0; i < in->n_users; i++) {
            long double weight = objective == GG_WEIGHTED ? in->alpha[i] : 1.0L;
            long double user_s = in->local_delay_s[i];
            if (x[i] == GG_LOCAL) {
                local += user_s;
                correct += in->slm_correct[i];
                violations += in->alpha[i] > in->tau;
            } else {
                naive_delay d = naive(in, x, i);
                comm += d.comm_s;
                comp += d.comp_s;
                measured += d.measured_comp_s;
                user_s = d.comm_s + d.comp_s;
                correct += in->llm_correct[i];
                offloaded++;
            }
            f += weight * user_s;
            assert_close(delay_s[i], (double)user_s, 1e-9, 0.0);
        }
        assert_close(m.objective_s, (double)f, 1e-9, 0.0);
        assert_close(m.local_delay_s, (double)local, 1e-13, 0.0);
        assert_close(m.comm_delay_s, (double)comm, 1e-9, 0.0);
        assert_close(m.comp_delay_s, (double)comp, 1e-13, 0.0);
        assert_close(m.measured_comp_delay_s, (double)measured, 1e-13, 0.0);
        assert_close(m.total_delay_s, (double)(local + comm + comp), 1e-9, 0.0);
        assert_close(m.measured_total_delay_s, (double)(local + comm + measured), 1e-9, 0.0);
        assert_close(m.accuracy, (double)correct / (double)in->n_users, 1e-15, 0.0);
        assert_int_equal(m.n_offloaded, offloaded);
        assert_int_equal(m.tau_violations, violations);
        gg_instance_free(in);
    }
}

static void what_is_not_known_is_nan(void **state) {
    (void)state;
    gg_instance *in = draw(3);
    int32_t x[USERS_MAX];
    gg_metrics m;
    gg_error err = {0};
    draw_assignment(in, 3, x);
    gg_free(in->llm_correct);
    in->llm_correct = NULL;
    assert_success(gg_evaluate(in, GG_UNIFORM, x, &m, &err), &err);
    assert_true(isnan(m.accuracy));
    assert_true(isfinite(m.measured_comp_delay_s));
    gg_free(in->edge_delay_ref_s);
    in->edge_delay_ref_s = NULL;
    assert_success(gg_evaluate(in, GG_UNIFORM, x, &m, &err), &err);
    assert_true(isnan(m.measured_comp_delay_s) && isnan(m.measured_total_delay_s));
    assert_true(isfinite(m.total_delay_s));
    gg_instance_free(in);
}

static void an_infinite_delay_counts_at_weight_zero(void **state) {
    (void)state;
    random_shape shape = {2, 1, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    const int32_t x[2] = {0, GG_LOCAL};
    double delay_s[2];
    gg_metrics m;
    gg_error err = {0};
    in->alpha[0] = 0.0;
    assert_success(gg_evaluate(in, GG_WEIGHTED, x, &m, &err), &err);
    assert_close(m.objective_s, in->alpha[1] * in->local_delay_s[1], 1e-15, 0.0);
    in->gain[0] = 0.0;
    in->payload_bits[0] = 0.0; /* nothing to send, and no channel to send it on */
    assert_success(gg_evaluate(in, GG_WEIGHTED, x, &m, &err), &err);
    assert_close(m.objective_s, INFINITY, 0.0, 0.0);
    assert_close(m.total_delay_s, INFINITY, 0.0, 0.0);
    assert_success(gg_evaluate_user_delays(in, x, delay_s, &err), &err);
    assert_close(delay_s[0], INFINITY, 0.0, 0.0);
    gg_instance_free(in);
}

static void entries_out_of_range_are_refused(void **state) {
    (void)state;
    random_shape shape = {3, 2, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    unfix_interference(in);
    static const int32_t bad[] = {2, -2, INT32_MAX, INT32_MIN};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        const int32_t x[3] = {0, bad[k], GG_LOCAL};
        double delay_s[3];
        gg_metrics m;
        gg_error err = {0}, other = {0};
        assert_int_equal(gg_evaluate(in, GG_UNIFORM, x, &m, &err), GG_E_INPUT);
        assert_says(&err, "assignment[1]: ");
        assert_int_equal(gg_evaluate_user_delays(in, x, delay_s, &other), GG_E_INPUT);
        assert_int_equal(gg_alloc_live(), 13);
    }
    gg_instance_free(in);
}

/* Who is called what makes no difference. */
static void users_and_servers_may_be_renumbered(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(100, 1000); seed++) {
        gg_instance *in = draw(seed), *turned = draw(seed);
        size_t n = in->n_users, m = in->n_servers;
        int32_t x[USERS_MAX], y[USERS_MAX];
        gg_metrics a, b;
        gg_error err = {0};
        draw_assignment(in, seed, x);
        for (size_t i = 0; i < n; i++) {
            size_t to = n - 1 - i; /* users and servers in reverse */
            y[to] = x[i] == GG_LOCAL ? GG_LOCAL : (int32_t)m - 1 - x[i];
            turned->payload_bits[to] = in->payload_bits[i];
            turned->tx_power_w[to] = in->tx_power_w[i];
            turned->local_capacity_flops[to] = in->local_capacity_flops[i];
            turned->local_delay_s[to] = in->local_delay_s[i];
            turned->edge_delay_ref_s[to] = in->edge_delay_ref_s[i];
            turned->alpha[to] = in->alpha[i];
            turned->slm_correct[to] = in->slm_correct[i];
            turned->llm_correct[to] = in->llm_correct[i];
            for (size_t j = 0; j < m; j++)
                turned->gain[to * m + m - 1 - j] = in->gain[i * m + j];
        }
        for (size_t j = 0; j < m; j++) {
            if (in->fixed_interference_w != NULL)
                turned->fixed_interference_w[m - 1 - j] = in->fixed_interference_w[j];
            turned->bandwidth_hz[m - 1 - j] = in->bandwidth_hz[j];
            turned->server_capacity_flops[m - 1 - j] = in->server_capacity_flops[j];
        }
        assert_success(gg_evaluate(in, GG_WEIGHTED, x, &a, &err), &err);
        assert_success(gg_evaluate(turned, GG_WEIGHTED, y, &b, &err), &err);
        assert_close(a.objective_s, b.objective_s, 1e-12, 0.0);
        assert_close(a.comm_delay_s, b.comm_delay_s, 1e-12, 0.0);
        assert_close(a.measured_total_delay_s, b.measured_total_delay_s, 1e-12, 0.0);
        assert_close(a.accuracy, b.accuracy, 0.0, 0.0);
        assert_int_equal(a.tau_violations, b.tau_violations);
        gg_instance_free(in);
        gg_instance_free(turned);
    }
}

/* Where interference is fixed, users elsewhere might as well be silent. */
static void fixed_interference_is_nobodys(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(100, 1000); seed++) {
        gg_instance *in = draw(seed);
        if (in->n_servers < 2) {
            gg_instance_free(in);
            continue;
        }
        int32_t x[USERS_MAX];
        double before_s[USERS_MAX], after_s[USERS_MAX];
        gg_error err = {0};
        draw_assignment(in, seed, x);
        unfix_interference(in);
        assert_success(gg_instance_fix_interference(in, &err), &err);
        in->fixed_interference_w[0] = 3.0 * in->noise_w;
        x[0] = 0;
        assert_success(gg_evaluate_user_delays(in, x, before_s, &err), &err);
        for (size_t i = 0; i < in->n_users; i++)
            if (x[i] != 0)
                x[i] = x[i] == GG_LOCAL ? 1 : GG_LOCAL;
        assert_success(gg_evaluate_user_delays(in, x, after_s, &err), &err);
        for (size_t i = 0; i < in->n_users; i++)
            if (x[i] == 0)
                assert_true(after_s[i] == before_s[i]);
        /* It counts like noise. */
        in->fixed_interference_w[0] = 0.0;
        in->noise_w *= 4.0;
        assert_success(gg_evaluate_user_delays(in, x, after_s, &err), &err);
        assert_close(after_s[0], before_s[0], 1e-12, 0.0);
        gg_instance_free(in);
    }
}

/* Loads and interference that a decision accumulates, user by user in any order, give the judge's
 * delays. */
static void decisions_agree_with_the_judge(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(200, 3000); seed++) {
        gg_instance *in = draw(seed);
        int32_t x[USERS_MAX];
        double delay_s[USERS_MAX];
        gg_decision d;
        gg_error err = {0};
        draw_assignment(in, seed, x);
        assert_success(gg_decision_init(&d, in, &err), &err);
        for (size_t i = in->n_users; i-- > 0;)
            if (x[i] != GG_LOCAL)
                gg_decision_place(&d, i, (size_t)x[i]);
        assert_memory_equal(d.server, x, in->n_users * sizeof *x);
        assert_success(gg_evaluate_user_delays(in, x, delay_s, &err), &err);
        for (size_t i = 0; i < in->n_users; i++) {
            if (x[i] == GG_LOCAL)
                continue;
            size_t j = (size_t)x[i];
            double mine_s = gg_transmission_s(in, j, in->payload_bits[i], gg_received_w(in, i, j),
                                              d.load[j], d.interference_w[j] + in->noise_w) +
                            gg_edge_work_flop(in, i) / gg_compute_share_flops(in, j, d.load[j]);
            assert_close(mine_s, delay_s[i], 1e-12, 0.0);
        }
        gg_decision_clear(&d);
        gg_instance_free(in);
    }
}

/* Delta is the user's own change: what the judge says of it before and after it joins. */
static void delta_is_the_users_own_change(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(200, 3000); seed++) {
        gg_instance *in = draw(seed);
        int32_t x[USERS_MAX];
        double delay_s[USERS_MAX];
        gg_decision d;
        gg_error err = {0};
        draw_assignment(in, seed, x);
        size_t user = seed % in->n_users;
        x[user] = GG_LOCAL;
        assert_success(gg_decision_init(&d, in, &err), &err);
        for (size_t i = 0; i < in->n_users; i++)
            if (x[i] != GG_LOCAL)
                gg_decision_place(&d, i, (size_t)x[i]);
        for (size_t j = 0; j < in->n_servers; j++) {
            x[user] = (int32_t)j;
            assert_success(gg_evaluate_user_delays(in, x, delay_s, &err), &err);
            double change_s = delay_s[user] - in->local_delay_s[user];
            assert_close(gg_delta_s(&d, 1.0, user, j), change_s, 1e-11,
                         1e-12 * in->local_delay_s[user]);
            assert_close(gg_delta_s(&d, 0.25, user, j), 0.25 * gg_delta_s(&d, 1.0, user, j), 1e-15,
                         0.0);
        }
        gg_decision_clear(&d);
        gg_instance_free(in);
    }
}

static void delta_is_infinite_without_a_channel(void **state) {
    (void)state;
    random_shape shape = {2, 1, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    gg_decision d;
    gg_error err = {0};
    in->gain[0] = 0.0;
    assert_success(gg_decision_init(&d, in, &err), &err);
    assert_close(gg_delta_s(&d, 0.0, 0, 0), INFINITY, 0.0, 0.0);
    assert_close(gg_delta_s(&d, 0.0, 1, 0), 0.0, 0.0, 0.0);
    gg_decision_clear(&d);
    gg_instance_free(in);
}

/* 4 users on 100 MHz at SINR 7; a signal below the rounding of 1 + SINR has no rate. */
static void rate_shares_the_band(void **state) {
    (void)state;
    random_shape shape = {1, 1, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    in->bandwidth_hz[0] = 1e8;
    assert_close(gg_transmission_s(in, 0, 1.5e8, 14.0, 4, 2.0), 2.0, 1e-15, 0.0);
    assert_true(gg_transmission_s(in, 0, 1.0, 0.0, 1, 1.0) == INFINITY);
    assert_true(gg_transmission_s(in, 0, 1.0, 1e-17, 1, 1.0) == INFINITY);
    assert_false(gg_has_rate(1e-17, 1.0));
    assert_true(gg_has_rate(1e-15, 1.0));
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(3);
    int32_t x[USERS_MAX];
    double delay_s[USERS_MAX];
    draw_assignment(in, 3, x);
    for (long allowed = 0; allowed < 2; allowed++) {
        gg_metrics m;
        gg_error err = {0}, other = {0};
        gg_alloc_fail_after(allowed);
        gg_status first = gg_evaluate(in, GG_UNIFORM, x, &m, &err);
        gg_alloc_fail_after(allowed);
        gg_status second = gg_evaluate_user_delays(in, x, delay_s, &other);
        gg_alloc_fail_after(-1);
        assert_int_equal(first, GG_E_NOMEM);
        assert_int_equal(second, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judge_follows_the_formulas),
        cmocka_unit_test(what_is_not_known_is_nan),
        cmocka_unit_test(an_infinite_delay_counts_at_weight_zero),
        cmocka_unit_test(entries_out_of_range_are_refused),
        cmocka_unit_test(users_and_servers_may_be_renumbered),
        cmocka_unit_test(fixed_interference_is_nobodys),
        cmocka_unit_test(decisions_agree_with_the_judge),
        cmocka_unit_test(delta_is_the_users_own_change),
        cmocka_unit_test(delta_is_infinite_without_a_channel),
        cmocka_unit_test(rate_shares_the_band),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

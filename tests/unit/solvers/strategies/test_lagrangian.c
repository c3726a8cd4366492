/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bound for many users: its vector pass against the plain formula, its value against all
 * decisions of small instances at any multipliers, groups of loads against single ones; and the
 * solver, stopped at any moment.
 *
 * Covers load_ascent, load_bound and load_kernel.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "solvers/bound/load_bound_internal.h"
#include "solvers/search/local_search.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

static double log_between(gg_rng *rng, double low, double high) {
    return low * pow(high / low, gg_rng_next_uniform(rng));
}

static gg_instance *draw(uint64_t seed, uint32_t most_users, uint32_t most_servers) {
    gg_rng rng = gg_rng_start(seed, 47, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, most_users),
                          .n_servers = 1 + gg_rng_next_below(&rng, most_servers),
                          .tau = -1.0,
                          .payload_factor = log_between(&rng, 0.1, 100.0),
                          .capacity_spread = log_between(&rng, 1.0, 10.0),
                          .power_spread = log_between(&rng, 1.0, 10.0),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    return random_instance(shape, seed);
}

/* Never above the plain formula, and hardly below it; all variants alike. */
static void costs_are_below_and_close(void **state) {
    (void)state;
    enum { USERS = 1000 };
    double *column = gg_alloc(6 * USERS, sizeof *column);
    double *power = column, *bits = power + USERS, *work = bits + USERS, *base = work + USERS;
    double *r = base + USERS, *other = r + USERS;
    gg_rng rng = gg_rng_start(1, 48, GG_STREAM_TEST);
    for (size_t i = 0; i < USERS; i++) {
        power[i] = i == 0 ? 0.0 : log_between(&rng, 1e-14, 1e14);
        bits[i] = log_between(&rng, 1e-9, 1e3);
        work[i] = gg_rng_next_uniform(&rng);
        base[i] = gg_rng_next_uniform(&rng) - 0.5;
    }
    const gg_load_columns columns = {power, bits, work, base};
    size_t count;
    const gg_load_costs_fn *all = gg_load_costs_all(&count);
    for (double disturbance = 1e-6; disturbance < 1e4; disturbance *= 7.3) {
        all[0](r, &columns, 3.0, 1.0 / disturbance, 2.0, USERS);
        for (size_t i = 0; i < USERS; i++) {
            double factor =
                bits[i] / (log1p(power[i] / disturbance) * 1.4426950408889634 + 0x1p-51);
            double got = r[i] - 2.0 * work[i] - base[i];
            double rounding = 1e-15 * (fabs(r[i]) + 3.0);
            assert_true(got <= 3.0 * factor + rounding);
            if (power[i] / disturbance > 1e-6)
                assert_true(got >= 3.0 * factor * (1.0 - 1e-9) - rounding);
        }
        for (size_t variant = 1; variant < count; variant++) {
            all[variant](other, &columns, 3.0, 1.0 / disturbance, 2.0, USERS);
            assert_memory_equal(other, r, USERS * sizeof *r);
        }
    }
    gg_free(column);
}

/* A problem and its bound. */
typedef struct sample {
    gg_instance *in;
    const gg_bound_problem *p;
    gg_load_bound *b;
    gg_objective objective;
} sample;

static sample sample_new(gg_instance *in, uint64_t seed) {
    sample s = {.in = in, .objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM};
    gg_error err = {0};
    assert_success(gg_bound_problem_new(in, s.objective, NULL, &s.p, &err), &err);
    assert_success(gg_load_bound_new(s.p, &s.b, &err), &err);
    return s;
}

static void sample_free(sample *s) {
    gg_free(s->b);
    gg_bound_problem_free(s->p);
    gg_instance_free(s->in);
}

/* Whatever the multipliers: random ones, a decision's, and those of the ascent. */
static void no_decision_costs_less(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(150, 3000); seed++) {
        gg_instance *in = draw(seed, 7, 4);
        double optimum_s = brute_force(in, seed % 2 ? GG_WEIGHTED : GG_UNIFORM, NULL);
        sample s = sample_new(in, seed);
        if (isfinite(optimum_s)) {
            gg_rng rng = gg_rng_start(seed, 49, GG_STREAM_TEST);
            int32_t some[7];
            for (size_t i = 0; i < in->n_users; i++) {
                some[i] = (int32_t)gg_rng_next_below(&rng, (uint32_t)in->n_servers + 1) - 1;
                s.b->multipliers[i] = log_between(&rng, 0.01, 100.0) * s.p->local_s[i];
            }
            for (size_t j = 0; j < in->n_servers; j++)
                s.b->multipliers[in->n_users + j] = (gg_rng_next_uniform(&rng) - 0.2) * optimum_s;
            double ceiling_s = optimum_s * (1.0 + 1e-12);
            assert_true(gg_load_bound_s(s.b, 0.0, INFINITY) <= ceiling_s);
            assert_true(gg_load_bound_s(s.b, 0.1 * optimum_s, INFINITY) <= ceiling_s);
            gg_load_duals_from(s.b, some, 0.0, INFINITY);
            double at_start_s = gg_load_bound_s(s.b, 0.0, INFINITY);
            double later_s = gg_load_ascend(s.b, optimum_s, 60, 0.0, INFINITY);
            assert_true(later_s <= ceiling_s);
            assert_true(later_s >= at_start_s - 1e-6 * (fabs(at_start_s) + optimum_s));
        }
        sample_free(&s);
    }
}

/* Without tolerance groups of loads are taken apart until they are no lower than single loads are;
 * with it, they are lower by no more: but for what both lose by ending the search for a threshold
 * after a few passes, from other starts. */
static void groups_bound_their_loads(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(12, 100); seed++) {
        random_shape shape = {150, 3, -1.0, seed % 2 ? 1.0 : 30.0, 3.0, 3.0, false};
        sample s = sample_new(random_instance(shape, seed), seed);
        gg_rng rng = gg_rng_start(seed, 50, GG_STREAM_TEST);
        double total_local_s = 0.0;
        for (size_t i = 0; i < s.p->n; i++) {
            s.b->multipliers[i] = log_between(&rng, 0.1, 10.0) * s.p->local_s[i];
            total_local_s += s.p->local_s[i];
        }
        for (size_t j = 0; j < s.p->m; j++)
            s.b->multipliers[s.p->n + j] = log_between(&rng, 1e-3, 1.0) * total_local_s;
        double exact_s = gg_load_bound_s(s.b, 0.0, INFINITY);
        gg__load_set_charges(s.b);
        double singly_s = gg__load_users_value(s.b);
        for (size_t j = 0; j < s.p->m; j++) {
            double least_s = INFINITY;
            for (uint32_t load = 0; load <= s.b->servers[j].n; load++)
                for (int end = 0; end < GG__RANGE_ENDS; end++) {
                    double t = 0.0;
                    least_s = fmin(least_s, gg__load_value(s.b, j, (gg__place){load, end}, &t));
                }
            singly_s += least_s;
        }
        assert_true(exact_s <= singly_s + 1e-6 * total_local_s);
        assert_true(exact_s >= singly_s - 2e-3 * (fabs(singly_s) + total_local_s));
        double loose_s = gg_load_bound_s(s.b, 0.05 * total_local_s, INFINITY);
        assert_true(loose_s >= exact_s - 0.06 * total_local_s);
        sample_free(&s);
    }
}

static void solve(const gg_instance *in, gg_solve_options options, gg_result *result) {
    gg_error err = {0};
    assert_success(gg_solve(gg_solver_find("lagrangian", &err), in, &options, result, &err), &err);
}

static void the_solver_brackets_the_optimum(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(40, 1000); seed++) {
        gg_instance *in = draw(seed, 7, 3);
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0}, again = {0};
        options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        double optimum_s = brute_force(in, options.objective, NULL);
        solve(in, options, &result);
        assert_int_equal(result.metrics.tau_violations, 0);
        assert_true(result.has_lower_bound);
        assert_true(result.lower_bound_s <= optimum_s * (1.0 + 1e-12));
        assert_true(result.metrics.objective_s >= optimum_s * (1.0 - 1e-12));
        if (result.status == GG_OPTIMAL && isfinite(optimum_s))
            assert_close(result.metrics.objective_s, optimum_s, 1.1e-4, 1e-12);
        solve(in, options, &again);
        assert_memory_equal(again.assignment, result.assignment,
                            in->n_users * sizeof *again.assignment);
        assert_true(again.lower_bound_s == result.lower_bound_s);
        gg_result_clear(&again);
        gg_result_clear(&result);
        gg_instance_free(in);
    }
}

static void it_may_be_stopped_at_any_moment(void **state) {
    (void)state;
    random_shape shape = {3000, 3, 0.5, 10.0, 2.0, 2.0, false};
    gg_instance *in = random_instance(shape, 3);
    static const double limits_s[] = {0.0, 0.003, 0.01, 0.05, 0.2};
    for (size_t k = 0; k < sizeof limits_s / sizeof *limits_s; k++) {
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        options.time_limit_s = limits_s[k];
        solve(in, options, &result);
        assert_int_equal(result.metrics.tau_violations, 0);
        assert_true(result.lower_bound_s > 0.0);
        assert_true(result.lower_bound_s <= result.metrics.objective_s);
        gg_result_clear(&result);
    }
    gg_solve_options options = gg_solve_options_init();
    gg_result result = {0};
    options.node_limit = 0;
    solve(in, options, &result);
    assert_int_equal(result.status, GG_BOUNDED);
    assert_int_equal(result.stop_reason, GG_STOP_NODES);
    gg_result_clear(&result);
    gg_instance_free(in);
}

/* Channels alike to all servers, so that two servers only disturb each other. */
static void one_server_is_found_where_two_disturb(void **state) {
    (void)state;
    random_shape shape = {40, 3, 0.0, 1000.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 4);
    unfix_interference(in);
    for (size_t k = 0; k < in->n_users * in->n_servers; k++)
        in->gain[k] = 1e-9;
    for (size_t j = 0; j < in->n_servers; j++)
        in->server_capacity_flops[j] = 1e20;
    int32_t spread[40];
    for (size_t i = 0; i < in->n_users; i++)
        spread[i] = (int32_t)(i % in->n_servers);
    gg_search *search;
    gg_error err = {0};
    assert_success(gg_search_new(in, GG_UNIFORM, &search, &err), &err);
    gg_search_load(search, spread);
    double before_s = gg_search_objective_s(search);
    assert_success(gg_close_servers(search, in, INFINITY, &err), &err);
    assert_true(gg_search_objective_s(search) < 0.9 * before_s);
    for (size_t i = 1; i < in->n_users; i++)
        assert_int_equal(gg_search_assignment(search)[i], gg_search_assignment(search)[0]);
    gg_free(search);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(3, 7, 3);
    size_t live = gg_alloc_live();
    for (long allowed = 0;; allowed++) {
        gg_solve_options options = gg_solve_options_init();
        gg_result result = {0};
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status =
            gg_solve(gg_solver_find("lagrangian", NULL), in, &options, &result, &err);
        gg_alloc_fail_after(-1);
        gg_result_clear(&result);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_are_below_and_close),
        cmocka_unit_test(no_decision_costs_less),
        cmocka_unit_test(groups_bound_their_loads),
        cmocka_unit_test(the_solver_brackets_the_optimum),
        cmocka_unit_test(it_may_be_stopped_at_any_moment),
        cmocka_unit_test(one_server_is_found_where_two_disturb),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

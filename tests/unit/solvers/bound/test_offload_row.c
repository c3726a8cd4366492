/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row's price against enumeration: wherever an ascent takes it, bounds stay below every
 * decision that meets the row, and do not fall.
 */
#include "tests/support/support.h"

#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/bound/bound.h"
#include "solvers/bound/offload_row.h"
#include "tests/support/instances/all_decisions.h"

enum { MOST_USERS = 6, ASCENTS = 6, STEPS = 15 };

static double gain_of(size_t n, const double *gains, const int32_t *assignment) {
    double gain = 0.0;
    for (size_t i = 0; i < n; i++)
        gain += assignment[i] != GG_LOCAL ? gains[i] : 0.0;
    return gain;
}

/* The cheapest decision that meets the row. */
static double least_s(const all_decisions *all, const gg_offload_row *row) {
    double least = INFINITY;
    for (size_t k = 0; k < all->count; k++)
        if (gain_of(all->problem->n, row->gain, nth_decision(all, k)) >= row->required)
            least = fmin(least, all->cost_s[k]);
    return least;
}

static double most_gain(const all_decisions *all, const double *gains) {
    double most = -INFINITY;
    for (size_t k = 0; k < all->count; k++)
        if (isfinite(all->cost_s[k]))
            most = fmax(most, gain_of(all->problem->n, gains, nth_decision(all, k)));
    return most;
}

/* How often ascents raised the price, and lowered it. */
typedef struct moves {
    size_t up, down;
} moves;

static void ascend_often(const all_decisions *all, gg_bounder *bounder, const gg_box *box,
                         double cheapest_s, moves *seen) {
    gg_bounder_load(bounder, box);
    gg_duals_from(bounder, nth_decision(all, 0));
    double last_s = gg_bound_s(bounder);
    for (int k = 0; k < ASCENTS; k++) {
        double price_s = gg_bounder_price_s(bounder);
        double bound_s = gg_ascend(bounder, cheapest_s, STEPS);
        double now_s = gg_bounder_price_s(bounder);
        if (bound_s > cheapest_s * (1.0 + 1e-9))
            fail_msg("the bound %.17g s at a price of %.9g s exceeds the optimum %.17g s", bound_s,
                     now_s, cheapest_s);
        assert_true(now_s >= 0.0);
        /* Multipliers are rounded to single precision. */
        if (isfinite(last_s) && isfinite(bound_s))
            assert_true(bound_s >= last_s - 1e-6 * (fabs(last_s) + cheapest_s));
        last_s = bound_s;
        seen->up += now_s > price_s;
        seen->down += now_s < price_s;
    }
}

static void bounds_hold_at_every_price(void **state) {
    (void)state;
    moves seen = {0};
    for (uint64_t seed = 1; seed <= test_count(150, 1500); seed++) {
        all_decisions all = all_decisions_of(seed, 0.0);
        const gg_bound_problem *p = NULL;
        size_t n = all.problem->n;
        gg_rng rng = gg_rng_start(seed, 3, GG_STREAM_TEST);
        double gain[MOST_USERS];
        gg_error err = {0};
        gg_bounder *bounder;
        for (size_t i = 0; i < n; i++)
            gain[i] = 1.2 * gg_rng_next_uniform(&rng) - 0.2;
        gg_offload_row row = {.gain = gain,
                              .price_s = all.optimum_s *
                                         (seed % 2 == 0 ? 0.0 : gg_rng_next_uniform(&rng))};
        size_t aim = gg_rng_next_below(&rng, (uint32_t)all.count);
        if (!isfinite(all.cost_s[aim]) || !isfinite(row.price_s)) {
            all_decisions_clear(&all);
            continue;
        }
        /* What a decision has, or what lies between that and the most that any has. */
        row.required = gain_of(n, gain, nth_decision(&all, aim));
        double more = most_gain(&all, gain) - row.required;
        row.required += seed % 3 == 0 ? 0.0 : 0.9 * more * gg_rng_next_uniform(&rng);
        assert_success(
            gg_bound_problem_new(all.problem->instance, all.problem->objective, &row, &p, &err),
            &err);
        assert_success(gg_bounder_new(p, &bounder, &err), &err);
        gg_box box = box_new(p);
        if (gg_box_propagate(&box, p))
            ascend_often(&all, bounder, &box, least_s(&all, &row), &seen);
        box_free(&box);
        gg_free(bounder);
        gg_bound_problem_free(p);
        all_decisions_clear(&all);
    }
    assert_true(seen.up > 2 && seen.down > 10);
}

/* However often it moved, a price leaves the bound as if it had been the first. */
static void a_price_leaves_no_trace(void **state) {
    (void)state;
    all_decisions all = all_decisions_of(2, 0.0);
    const gg_bound_problem *p = NULL;
    gg_bounder *moved, *fresh;
    gg_error err = {0};
    const double gain[MOST_USERS] = {0.3, 0.1, 0.7, 0.2, 0.9, 0.4};
    const gg_offload_row row = {.gain = gain, .required = 0.4, .price_s = 0.37};
    assert_success(
        gg_bound_problem_new(all.problem->instance, all.problem->objective, &row, &p, &err), &err);
    assert_success(gg_bounder_new(p, &moved, &err), &err);
    assert_success(gg_bounder_new(p, &fresh, &err), &err);
    for (int k = 0; k < 1000; k++)
        gg_bounder_set_price(moved, 1e3 / (k + 1.0));
    gg_bounder_set_price(moved, row.price_s);
    for (size_t i = 0; i < p->n; i++)
        assert_true(gg_bounder_choices(moved).local_s[i] == gg_bounder_choices(fresh).local_s[i]);
    gg_box box = box_new(p);
    gg_bounder_load(moved, &box);
    gg_bounder_load(fresh, &box);
    assert_true(gg_bound_s(moved) == gg_bound_s(fresh));
    box_free(&box);
    gg_free(moved);
    gg_free(fresh);
    gg_bound_problem_free(p);
    all_decisions_clear(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold_at_every_price),
        cmocka_unit_test(a_price_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

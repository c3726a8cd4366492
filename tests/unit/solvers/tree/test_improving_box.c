/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What makes the mixed-integer program small: fixing keeps all better decisions, interference
 * values and levels cover what servers can meet.
 */
#include "tests/support/support.h"

#include <math.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/program/level_domain.h"
#include "solvers/tree/improving_box.h"
#include "tests/support/instances/all_decisions.h"

/* The first decision of finite cost at or after `start`; SIZE_MAX when there is none. */
static size_t finite_decision(const all_decisions *all, size_t start) {
    for (size_t k = 0; k < all->count; k++)
        if (isfinite(all->cost_s[(start + k) % all->count]))
            return (start + k) % all->count;
    return SIZE_MAX;
}

static void check_fixing(const all_decisions *all, size_t incumbent) {
    gg_improving_box fixing;
    gg_error err = {0};
    double incumbent_s = all->cost_s[incumbent];
    bool alive = false;
    assert_success(gg_improving_box_init(&fixing, all->instance, all->problem->objective, &err),
                   &err);
    assert_true(gg_improving_box_root(&fixing, nth_decision(all, incumbent), incumbent_s));
    assert_true(fixing.lower_bound_s <= all->optimum_s * (1.0 + 1e-10));
    assert_success(gg_improving_box_shrink(&fixing, nth_decision(all, incumbent), incumbent_s, 0.0,
                                           gg_now_s() + 30.0, &alive, &err),
                   &err);
    for (size_t k = 0; k < all->count; k++)
        if (all->cost_s[k] < incumbent_s * (1.0 - 1e-9))
            assert_true(alive &&
                        gg_box_contains(&fixing.box, fixing.problem, nth_decision(all, k)));
    assert_true(fmin(fixing.lower_bound_s, incumbent_s) <= all->optimum_s * (1.0 + 1e-10));
    gg_improving_box_clear(&fixing);
}

static void fixing_keeps_what_is_better(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(100, 2000); seed++) {
        all_decisions all = all_decisions_of(seed, 3.0);
        size_t incumbent = finite_decision(&all, seed % all.count);
        if (incumbent != SIZE_MAX)
            check_fixing(&all, incumbent);
        all_decisions_clear(&all);
    }
}

static double interference_of(const gg_bound_problem *p, const int32_t *assignment, size_t j) {
    double sum = 0.0;
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] != GG_LOCAL && (size_t)assignment[i] != j)
            sum += p->power[j * p->n + i];
    return sum;
}

static bool among(const gg_interference_values *values, double power) {
    for (size_t v = 0; v < values->count; v++)
        if (fabs(values->power[v] - power) <= 1e-8 * fmax(power, values->power[v]))
            return true;
    return false;
}

static void values_hold_every_decision(void **state) {
    (void)state;
    size_t checked = 0;
    for (uint64_t seed = 1; seed <= test_count(200, 2000); seed++) {
        all_decisions all = all_decisions_of(seed, 3.0);
        const gg_bound_problem *p = all.problem;
        gg_rng rng = gg_rng_start(seed, 47, GG_STREAM_TEST);
        gg_box box = box_new(p);
        const int32_t *planted = nth_decision(&all, gg_rng_next_below(&rng, (uint32_t)all.count));
        if (gg_box_contains(&box, p, planted))
            shrink_around(&box, p, planted, &rng);
        for (size_t j = 0; j < p->m; j++) {
            gg_interference_values values;
            gg_error err = {0};
            assert_success(gg_interference_values_init(&values, p, &box, j, &err), &err);
            for (size_t v = 1; v < values.count; v++)
                assert_true(values.power[v] >= values.power[v - 1]);
            for (size_t k = 0; values.complete && k < all.count; k++) {
                const int32_t *one = nth_decision(&all, k);
                if (!gg_box_contains(&box, p, one))
                    continue;
                assert_true(among(&values, interference_of(p, one, j)));
                checked++;
            }
            gg_interference_values_clear(&values);
        }
        box_free(&box);
        all_decisions_clear(&all);
    }
    assert_true(checked > 1000);
}

static void levels_rise_and_stay_inside(void **state) {
    (void)state;
    all_decisions all = all_decisions_of(23, 0.0);
    const gg_bound_problem *p = all.problem;
    gg_box box = box_new(p);
    gg_level_domain domain;
    gg_error err = {0};
    assert_success(gg_level_domain_init(&domain, p->m, 4, &err), &err);
    gg_level_domain_set(&domain, p, &box);
    const gg_mip_domain *mip = &domain.mip;
    double top_w = mip->level_w[0][1];
    assert_int_equal(mip->n_levels[0], 1);
    assert_true(mip->level_w[0][0] <= box.interference_low[0] * p->power_unit_w);
    assert_true(top_w >= box.interference_high[0] * p->power_unit_w * (1.0 - 1e-12));
    assert_false(gg_level_add(&domain, 0, 2.0 * top_w, 0.0));
    assert_false(gg_level_add(&domain, 0, -1.0, 0.0));
    assert_true(gg_level_add(&domain, 0, 0.5 * top_w, 0.0));
    assert_true(gg_level_add(&domain, 0, 0.25 * top_w, 0.0));
    assert_false(gg_level_add(&domain, 0, 0.6 * top_w, 0.2 * top_w));
    assert_true(gg_level_add(&domain, 0, 0.9 * top_w, 0.0));
    assert_false(gg_level_add(&domain, 0, 0.7 * top_w, 0.0)); /* no room */
    assert_int_equal(mip->n_levels[0], 4);
    for (size_t l = 0; l < 4; l++)
        assert_true(mip->level_w[0][l] < mip->level_w[0][l + 1]);
    assert_close(mip->level_w[0][1], 0.25 * top_w, 0.0, 0.0);
    assert_close(mip->level_w[0][4], top_w, 0.0, 0.0);
    gg_level_domain_clear(&domain);
    box_free(&box);
    all_decisions_clear(&all);
}

static void the_gap_is_relative_to_the_objective(void **state) {
    (void)state;
    assert_true(gg_within_gap(1.0, 0.9999, 1.01e-4));
    assert_false(gg_within_gap(1.0, 0.999, 1e-4));
    assert_true(gg_within_gap(2.0, 2.0, 0.0));
    assert_false(gg_within_gap(2.0, -INFINITY, 1e-4));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixing_keeps_what_is_better),
        cmocka_unit_test(values_hold_every_decision),
        cmocka_unit_test(levels_rise_and_stay_inside),
        cmocka_unit_test(the_gap_is_relative_to_the_objective),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

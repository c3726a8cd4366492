/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Probing never loses a decision that costs less than the threshold, and does shrink boxes.
 *
 * Covers probing.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/tree/improving_box.h"
#include "tests/support/instances/all_decisions.h"

/* Options left in a box. */
static size_t options_left(const gg_box *box, const gg_bound_problem *p) {
    size_t count = 0;
    for (size_t i = 0; i < p->n; i++)
        count += box->local[i] + (size_t)__builtin_popcountll(box->servers[i]);
    return count;
}

/* A decision of finite cost, any. */
static size_t some_finite(const all_decisions *all, uint64_t seed) {
    size_t k = seed % all->count;
    while (isinf(all->cost_s[k]))
        k = (k + 1) % all->count;
    return k;
}

static size_t probe(const all_decisions *all, double threshold_s, uint64_t seed) {
    gg_error err = {0};
    gg_status status = GG_E_SOLVER;
    gg_bounder *bounder = NULL;
    gg_box box = box_new(all->problem);
    size_t before = options_left(&box, all->problem);
    assert_success(gg_bounder_new(all->problem, &bounder, &err), &err);
    gg_bounder_load(bounder, &box);
    gg_duals_from(bounder, nth_decision(all, some_finite(all, seed)));
    bool alive =
        gg_probe(all->problem, bounder, &box, threshold_s, gg_now_s() + 60.0, &status, &err);
    assert_success(status, &err);
    for (size_t k = 0; k < all->count; k++)
        if (all->cost_s[k] < threshold_s * (1.0 - 1e-10) &&
            !(alive && gg_box_contains(&box, all->problem, nth_decision(all, k))))
            fail_msg("seed %u: a decision of %.17g is lost below %.17g", (unsigned)seed,
                     all->cost_s[k], threshold_s);
    size_t removed = before - (alive ? options_left(&box, all->problem) : 0);
    gg_free(bounder);
    box_free(&box);
    return removed;
}

static void cheap_decisions_survive(void **state) {
    (void)state;
    size_t removed = 0, count = test_count(150, 3000);
    for (uint64_t seed = 1; seed <= count; seed++) {
        all_decisions all = all_decisions_of(seed, 3.0);
        gg_rng rng = gg_rng_start(seed, 28, GG_STREAM_TEST);
        if (isfinite(all.optimum_s) && all.optimum_s > 0.0)
            removed += probe(&all, all.optimum_s * (1.0 + power_of_ten(&rng, -9.0, -0.5)), seed);
        all_decisions_clear(&all);
    }
    assert_true(removed > 2 * count);
}

static void a_deadline_leaves_the_box_alone(void **state) {
    (void)state;
    all_decisions all = all_decisions_of(11, 0.0);
    gg_error err = {0};
    gg_status status = GG_E_SOLVER;
    gg_bounder *bounder = NULL;
    gg_box box = box_new(all.problem), before = box_new(all.problem);
    assert_success(gg_bounder_new(all.problem, &bounder, &err), &err);
    gg_bounder_load(bounder, &box);
    assert_true(gg_probe(all.problem, bounder, &box, 1e-9, -INFINITY, &status, &err));
    assert_success(status, &err);
    assert_memory_equal(box.servers, before.servers, gg_box_bytes(all.problem));
    gg_free(bounder);
    box_free(&box);
    box_free(&before);
    all_decisions_clear(&all);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    all_decisions all = all_decisions_of(12, 0.0);
    gg_bounder *bounder = NULL;
    gg_error fine = {0};
    gg_box box = box_new(all.problem);
    assert_success(gg_bounder_new(all.problem, &bounder, &fine), &fine);
    gg_bounder_load(bounder, &box);
    for (long allowed = 0; allowed < 1; allowed++) {
        gg_status status = GG_OK;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_probe(all.problem, bounder, &box, 1.0, INFINITY, &status, &err);
        gg_alloc_fail_after(-1);
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    gg_free(bounder);
    box_free(&box);
    all_decisions_clear(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cheap_decisions_survive),
        cmocka_unit_test(a_deadline_leaves_the_box_alone),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

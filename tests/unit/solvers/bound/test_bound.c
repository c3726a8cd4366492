/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Lagrangian bound against every decision of small problems: at any multipliers it stays below
 * them all, and what it proves away was not worth keeping.
 * Covers ascent.c, margins.c, propagate.c, reduction.c, server_part.c and ranges.c as well.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"
#include "solvers/bound/bound.h"
#include "solvers/bound/bound_internal.h"
#include "tests/support/instances/all_decisions.h"

/* Powers of ten that some instances' gains span beyond a fading channel's own. */
static const double WILD = 14.0, MILD = 3.0;

/* A box of the problem with its bounder, at multipliers drawn at random. */
typedef struct trial {
    all_decisions all;
    gg_box box;
    gg_bounder *bounder;
    bool *inside;      /* count: what the box held before it was reduced */
    double cheapest_s; /* of those */
    size_t planted;    /* one of those */
} trial;

/* A decision of finite cost; SIZE_MAX when there is none. */
static size_t pick_planted(const all_decisions *all, gg_rng *rng) {
    size_t start = gg_rng_next_below(rng, (uint32_t)all->count);
    for (size_t k = 0; k < all->count; k++) {
        size_t at = (start + k) % all->count;
        if (isfinite(all->cost_s[at]))
            return at;
    }
    return SIZE_MAX;
}

/* The sizes of the bound's terms, added up. */
static double size_of_terms_s(const trial *t) {
    const gg_bound_problem *p = t->all.problem;
    const double *u = gg_bounder_multipliers(t->bounder), *lambda = u + p->n;
    double size_s = 0.0;
    for (size_t i = 0; i < p->n; i++)
        size_s += fabs(u[i]);
    for (size_t j = 0; j < p->m; j++)
        for (size_t i = 0; i < p->n; i++)
            size_s += lambda[j] * p->power[j * p->n + i];
    return size_s;
}

/* What they may lose to rounding. */
static double rounding_s(const trial *t) {
    return 1e-14 * size_of_terms_s(t);
}

static void draw_multipliers(trial *t, gg_rng *rng) {
    const gg_bound_problem *p = t->all.problem;
    double *u = gg_bounder_multipliers(t->bounder), *lambda = u + p->n;
    double mean_s = 1e-12;
    for (size_t i = 0; i < p->n; i++)
        mean_s += p->local_s[i] / (double)p->n;
    if (gg_rng_next_below(rng, 2) == 0) {
        gg_duals_from(t->bounder, nth_decision(&t->all, t->planted));
        for (size_t k = 0; k < p->n + p->m; k++)
            u[k] = isfinite(u[k]) ? u[k] * (0.5 + gg_rng_next_uniform(rng)) : mean_s;
    } else {
        for (size_t i = 0; i < p->n; i++)
            u[i] = mean_s * (gg_rng_next_uniform(rng) < 0.1 ? -1.0 : 1.0) *
                   power_of_ten(rng, -2.0, 2.0);
        for (size_t j = 0; j < p->m; j++)
            lambda[j] =
                gg_rng_next_below(rng, 4) == 0 ? 0.0 : mean_s * power_of_ten(rng, -4.0, 2.0);
    }
}

static void note_inside(trial *t) {
    t->cheapest_s = INFINITY;
    for (size_t k = 0; k < t->all.count; k++) {
        t->inside[k] = gg_box_contains(&t->box, t->all.problem, nth_decision(&t->all, k));
        if (t->inside[k])
            t->cheapest_s = fmin(t->cheapest_s, t->all.cost_s[k]);
    }
}

/* False when tau and unusable channels leave no decision at all. */
static bool trial_start(trial *t, uint64_t seed, double span) {
    gg_error err = {0};
    gg_rng rng = gg_rng_start(seed, 21, GG_STREAM_TEST);
    *t = (trial){.all = all_decisions_of(seed, span)};
    t->box = box_new(t->all.problem);
    assert_success(gg_bounder_new(t->all.problem, &t->bounder, &err), &err);
    t->inside = gg_alloc(t->all.count, sizeof *t->inside);
    t->planted = pick_planted(&t->all, &rng);
    if (t->planted == SIZE_MAX)
        return false;
    if (gg_rng_next_below(&rng, 3) > 0)
        shrink_around(&t->box, t->all.problem, nth_decision(&t->all, t->planted), &rng);
    gg_bounder_load(t->bounder, &t->box);
    draw_multipliers(t, &rng);
    note_inside(t);
    return true;
}

static void trial_end(trial *t) {
    gg_free(t->bounder);
    box_free(&t->box);
    gg_free(t->inside);
    all_decisions_clear(&t->all);
}

static void no_decision_in_the_box_costs_less_than_the_bound(void **state) {
    (void)state;
    size_t informative = 0;
    for (uint64_t seed = 1; seed <= test_count(1500, 30000); seed++) {
        trial t;
        if (trial_start(&t, seed, WILD)) {
            gg_bounder_load(t.bounder, &t.box);
            double bound_s = gg_bound_s(t.bounder);
            if (!(bound_s <= t.cheapest_s * (1.0 + 1e-13) + rounding_s(&t)))
                fail_msg("seed %u: bound %.17g, decision %.17g", (unsigned)seed, bound_s,
                         t.cheapest_s);
            informative += bound_s > 0.5 * t.cheapest_s;
        }
        trial_end(&t);
    }
    /* A bound of minus infinity would pass above, and be caught here. */
    assert_true(informative > 100);
}

/* Every decision that lay in the box and costs less than the threshold is still there. */
static void check_kept(const trial *t, bool alive, double threshold_s, uint64_t seed) {
    for (size_t k = 0; k < t->all.count; k++) {
        if (!t->inside[k] || !(t->all.cost_s[k] < threshold_s - rounding_s(t)))
            continue;
        if (!alive || !gg_box_contains(&t->box, t->all.problem, nth_decision(&t->all, k)))
            fail_msg("seed %u: a decision of %.17g is lost below the threshold %.17g",
                     (unsigned)seed, t->all.cost_s[k], threshold_s);
    }
}

static double draw_threshold_s(const trial *t, uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 22, GG_STREAM_TEST);
    double base_s = t->all.cost_s[t->planted];
    if (gg_rng_next_below(&rng, 2) == 0 || isinf(base_s))
        base_s = t->cheapest_s;
    if (isinf(base_s))
        return 1.0;
    return base_s * (1.0 + power_of_ten(&rng, -11.0, 0.0));
}

static void reduction_keeps_what_is_cheaper_than_the_threshold(void **state) {
    (void)state;
    size_t reduced = 0;
    for (uint64_t seed = 1; seed <= test_count(1500, 30000); seed++) {
        trial t;
        if (trial_start(&t, seed, WILD)) {
            double threshold_s = draw_threshold_s(&t, seed);
            gg_bounder_load(t.bounder, &t.box);
            if (seed % 3 > 0)
                gg_ascend(t.bounder, threshold_s, (int)(seed % 60));
            double bound_s = gg_bound_s(t.bounder);
            bool alive = gg_reduce(t.bounder, &t.box, bound_s, threshold_s);
            check_kept(&t, alive, threshold_s * (1.0 - 2e-11), seed);
            for (size_t k = 0; alive && k < t.all.count; k++)
                reduced +=
                    t.inside[k] && !gg_box_contains(&t.box, t.all.problem, nth_decision(&t.all, k));
            alive = alive && gg_box_propagate(&t.box, t.all.problem);
            check_kept(&t, alive, threshold_s * (1.0 - 2e-11), seed);
        }
        trial_end(&t);
    }
    assert_true(reduced > 1000);
}

/* Bounds are claimed with 2e-11 taken off: that must cover all rounding. In a box
 * that is not propagated the multipliers of forced users would have no limit. */
static void a_claimed_bound_holds_after_the_ascent(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(800, 20000); seed++) {
        trial t;
        if (trial_start(&t, seed, MILD)) {
            assert_true(gg_box_propagate(&t.box, t.all.problem));
            gg_bounder_load(t.bounder, &t.box);
            gg_duals_from(t.bounder, nth_decision(&t.all, t.planted));
            double bound_s = gg_ascend(t.bounder, t.cheapest_s, 150);
            if (!(bound_s - 2e-11 * fabs(bound_s) <= t.cheapest_s))
                fail_msg("seed %u: bound %.17g, decision %.17g, above by %g", (unsigned)seed,
                         bound_s, t.cheapest_s, bound_s / t.cheapest_s - 1.0);
        }
        trial_end(&t);
    }
}

static void the_ascent_raises_the_bound(void **state) {
    (void)state;
    size_t counted = 0, close = 0;
    for (uint64_t seed = 1; seed <= test_count(300, 3000); seed++) {
        trial t;
        if (trial_start(&t, seed, MILD) && t.cheapest_s > 0.0) {
            gg_bounder_load(t.bounder, &t.box);
            gg_duals_from(t.bounder, nth_decision(&t.all, t.planted));
            double before_s = gg_bound_s(t.bounder);
            double after_s = gg_ascend(t.bounder, t.cheapest_s, 150);
            /* It leaves multipliers in single precision. */
            assert_true(after_s >= before_s - 1e-6 * size_of_terms_s(&t));
            counted++;
            close += after_s >= 0.9 * t.cheapest_s;
        }
        trial_end(&t);
    }
    assert_true(2 * close > counted);
}

static void multipliers_are_taken_where_they_bound_better(void **state) {
    (void)state;
    size_t taken = 0, left = 0;
    for (uint64_t seed = 1; seed <= test_count(300, 3000); seed++) {
        trial t;
        if (trial_start(&t, seed, MILD) && t.cheapest_s > 0.0) {
            size_t size = t.all.problem->n + t.all.problem->m;
            double *multipliers = gg_bounder_multipliers(t.bounder);
            double *offered = gg_alloc(size, sizeof *offered);
            gg_bounder_load(t.bounder, &t.box);
            memcpy(offered, multipliers, size * sizeof *offered);
            double offered_s = gg_bound_s(t.bounder);
            gg_duals_from(t.bounder, nth_decision(&t.all, t.planted));
            double present_s = gg_bound_s(t.bounder);
            gg_offer_multipliers(t.bounder, offered);
            assert_close(gg_bound_s(t.bounder), fmax(offered_s, present_s), 0.0,
                         20.0 * rounding_s(&t));
            taken += offered_s > present_s;
            left += offered_s < present_s;
            gg_free(offered);
        }
        trial_end(&t);
    }
    assert_true(taken > 0 && left > 0);
}

/* With nothing left to choose the bound is the cost itself. */
static void the_bound_of_a_point_is_its_cost(void **state) {
    (void)state;
    size_t counted = 0;
    for (uint64_t seed = 1; seed <= test_count(300, 3000); seed++) {
        trial t;
        if (trial_start(&t, seed, MILD)) {
            const int32_t *one = nth_decision(&t.all, t.planted);
            gg_box_root(&t.box, t.all.problem);
            for (size_t i = 0; i < t.all.problem->n; i++) {
                t.box.local[i] = one[i] == GG_LOCAL;
                t.box.servers[i] = one[i] == GG_LOCAL ? 0 : UINT64_C(1) << one[i];
            }
            assert_true(gg_box_propagate(&t.box, t.all.problem));
            gg_bounder_load(t.bounder, &t.box);
            gg_duals_from(t.bounder, one);
            for (size_t i = 0; i < t.all.problem->n; i++)
                gg_bounder_multipliers(t.bounder)[i] += t.all.problem->local_s[i];
            /* Where sending is all that costs, it shows that the judge rounds 1 + SINR. */
            double rtol = t.all.problem->objective > GG_UNIFORM ? 1e-5 : 1e-8;
            assert_close(gg_bound_s(t.bounder), t.all.cost_s[t.planted], rtol, rounding_s(&t));
            counted++;
        }
        trial_end(&t);
    }
    assert_true(counted > 100);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    all_decisions all = all_decisions_of(5, 0.0);
    for (long allowed = 0;; allowed++) {
        const gg_bound_problem *problem = NULL;
        gg_bounder *bounder = NULL;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_bound_problem_new(all.instance, GG_WEIGHTED, NULL, &problem, &err);
        if (status == GG_OK)
            status = gg_bounder_new(problem, &bounder, &err);
        gg_alloc_fail_after(-1);
        gg_free(bounder);
        gg_bound_problem_free(problem);
        if (status == GG_OK) {
            assert_true(allowed > 2);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    all_decisions_clear(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_decision_in_the_box_costs_less_than_the_bound),
        cmocka_unit_test(reduction_keeps_what_is_cheaper_than_the_threshold),
        cmocka_unit_test(a_claimed_bound_holds_after_the_ascent),
        cmocka_unit_test(the_ascent_raises_the_bound),
        cmocka_unit_test(multipliers_are_taken_where_they_bound_better),
        cmocka_unit_test(the_bound_of_a_point_is_its_cost),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

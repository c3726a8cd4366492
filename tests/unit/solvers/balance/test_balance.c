/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The balance bound against every decision of small problems: at any prices it stays below them
 * all, and what it proves away was not worth keeping.
 * Covers state_value.c, balance_scan.c, balance_ascent.c, balance_start.c, balance_reduce.c,
 * balance_hands.c and balance_kernel.c as well.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/balance/balance_internal.h"
#include "solvers/bound/threshold_kernel.h"
#include "tests/support/instances/all_decisions.h"

/* Powers of ten that some instances' gains span beyond a fading channel's own. */
static const double WILD = 14.0, MILD = 3.0;

/* A box of the problem with both bounds, at prices drawn at random. */
typedef struct trial {
    all_decisions all;
    gg_box box;
    gg_bounder *bounder;
    gg_balance *balance;
    bool *inside;      /* count: what the box held before it was reduced */
    double cheapest_s; /* of those */
    size_t planted;    /* a decision of finite cost */
} trial;

static size_t pick_planted(const all_decisions *all, gg_rng *rng) {
    size_t start = gg_rng_next_below(rng, (uint32_t)all->count);
    for (size_t k = 0; k < all->count; k++)
        if (isfinite(all->cost_s[(start + k) % all->count]))
            return (start + k) % all->count;
    return SIZE_MAX;
}

/* What the bound's terms may lose to rounding. */
static double rounding_s(const trial *t) {
    const gg_bound_problem *p = t->all.problem;
    double size_s = 0.0;
    for (size_t i = 0; i < p->n; i++)
        size_s += fabs(gg_bounder_multipliers(t->bounder)[i]);
    for (size_t k = 0; k < p->n * p->m; k++)
        size_s += fabs(gg_balance_prices(t->balance)[k]);
    return 1e-14 * size_s;
}

/* From a decision's marginal costs and then disturbed, or any at all. */
static void draw_prices(trial *t, gg_rng *rng) {
    const gg_bound_problem *p = t->all.problem;
    double *u = gg_bounder_multipliers(t->bounder), *prices = gg_balance_prices(t->balance);
    bool marginal = gg_rng_next_below(rng, 2) == 0;
    double mean_s = 1e-12;
    for (size_t i = 0; i < p->n; i++)
        mean_s += p->local_s[i] / (double)p->n;
    gg_duals_from(t->bounder, nth_decision(&t->all, t->planted));
    gg_balance_take_multipliers(t->balance);
    for (size_t k = 0; k < p->n * p->m; k++)
        prices[k] = marginal ? prices[k] * (0.5 + gg_rng_next_uniform(rng))
                             : mean_s * (gg_rng_next_uniform(rng) < 0.3 ? -1.0 : 1.0) *
                                   power_of_ten(rng, -3.0, 1.0);
    for (size_t i = 0; i < p->n; i++)
        u[i] = marginal && isfinite(u[i]) ? u[i] * (0.5 + gg_rng_next_uniform(rng))
                                          : mean_s * (gg_rng_next_uniform(rng) < 0.1 ? -1.0 : 1.0) *
                                                power_of_ten(rng, -2.0, 2.0);
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
    gg_rng rng = gg_rng_start(seed, 23, GG_STREAM_TEST);
    *t = (trial){.all = all_decisions_of(seed, span)};
    t->box = box_new(t->all.problem);
    assert_success(gg_bounder_new(t->all.problem, &t->bounder, &err), &err);
    assert_success(gg_balance_new(t->bounder, &t->balance, &err), &err);
    /* As of thousands of users, for every other two. */
    t->balance->many = seed % 4 > 1;
    t->inside = gg_alloc(t->all.count, sizeof *t->inside);
    t->planted = pick_planted(&t->all, &rng);
    if (t->planted == SIZE_MAX)
        return false;
    if (gg_rng_next_below(&rng, 3) > 0)
        shrink_around(&t->box, t->all.problem, nth_decision(&t->all, t->planted), &rng);
    gg_balance_load(t->balance, &t->box);
    draw_prices(t, &rng);
    note_inside(t);
    return true;
}

static void trial_end(trial *t) {
    gg_balance_free(t->balance);
    gg_free(t->bounder);
    box_free(&t->box);
    gg_free(t->inside);
    all_decisions_clear(&t->all);
}

static void no_decision_in_the_box_costs_less_than_the_bound(void **state) {
    (void)state;
    size_t informative = 0;
    for (uint64_t seed = 1; seed <= test_rounds(1500, 30000); seed++) {
        trial t;
        if (trial_start(&t, seed, seed % 2 ? WILD : MILD)) {
            double bound_s = gg_balance_bound_s(t.balance);
            if (!(bound_s <= t.cheapest_s * (1.0 + 1e-13) + rounding_s(&t)))
                fail_msg("seed %u: bound %.17g, decision %.17g", (unsigned)seed, bound_s,
                         t.cheapest_s);
            informative += bound_s > 0.5 * t.cheapest_s;
        }
        trial_end(&t);
    }
    /* A bound of minus infinity would pass above, and be caught here. */
    print_message("informative: %zu\n", informative);
    assert_true(informative > 100);
}

/* With the prices of the bound that has one multiplier a server it is no worse than that one. */
static void it_is_no_worse_than_the_bound_it_starts_from(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(600, 6000); seed++) {
        trial t;
        if (trial_start(&t, seed, MILD)) {
            gg_duals_from(t.bounder, nth_decision(&t.all, t.planted));
            gg_balance_take_multipliers(t.balance);
            double before_s = gg_bound_s(t.bounder), after_s = gg_balance_bound_s(t.balance);
            /* The levels' ends are not those of each load's own range, which loses a share of what
             * users are charged: a bound near zero may lose all of itself. */
            double charged_s = 0.0;
            for (size_t i = 0; i < t.all.problem->n; i++)
                charged_s += fabs(gg_bounder_multipliers(t.bounder)[i]);
            if (!(after_s >= before_s - 0.03 * charged_s - rounding_s(&t)))
                fail_msg("seed %u: %.17g, and %.17g before", (unsigned)seed, after_s, before_s);
        }
        trial_end(&t);
    }
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
    gg_rng rng = gg_rng_start(seed, 24, GG_STREAM_TEST);
    double base_s = t->all.cost_s[t->planted];
    if (gg_rng_next_below(&rng, 2) == 0 || isinf(base_s))
        base_s = t->cheapest_s;
    return isinf(base_s) ? 1.0 : base_s * (1.0 + power_of_ten(&rng, -11.0, 0.0));
}

static void reduction_keeps_what_is_cheaper_than_the_threshold(void **state) {
    (void)state;
    size_t reduced = 0;
    for (uint64_t seed = 1; seed <= test_rounds(1500, 30000); seed++) {
        trial t;
        if (trial_start(&t, seed, seed % 2 ? WILD : MILD)) {
            double threshold_s = draw_threshold_s(&t, seed);
            if (seed % 3 > 0)
                gg_balance_ascend(t.balance, threshold_s, (int)(seed % 60));
            double bound_s = gg_balance_bound_s(t.balance);
            bool alive = gg_balance_reduce(t.balance, &t.box, bound_s, threshold_s);
            check_kept(&t, alive, threshold_s * (1.0 - 2e-11), seed);
            for (size_t k = 0; alive && k < t.all.count; k++)
                reduced +=
                    t.inside[k] && !gg_box_contains(&t.box, t.all.problem, nth_decision(&t.all, k));
            alive = alive && gg_box_propagate(&t.box, t.all.problem);
            check_kept(&t, alive, threshold_s * (1.0 - 2e-11), seed);
        }
        trial_end(&t);
    }
    print_message("reduced: %zu\n", reduced);
    assert_true(reduced > 1000);
}

static bool yes(void *context) {
    (void)context;
    return true;
}

/* Hands of which every eighth part is a thread's that is told to stop, as nobody else is yet. */
static void each_with_stops(void *context, size_t n, void (*part)(void *of, size_t k, size_t who),
                            void *of) {
    for (size_t k = 0; k < n; k++) {
        gg_stop_watch watch = {.ask = yes};
        bool stops = gg_rng_next_below(context, 8) == 0;
        if (stops)
            gg_stop_watch_begin(&watch);
        part(of, k, stops);
        if (stops)
            gg_stop_watch_end(&watch);
    }
}

static void threads_that_are_stopped_prove_nothing(void **state) {
    (void)state;
    size_t bounded = 0, unbounded = 0, rounds = test_rounds(1500, 30000);
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        trial t;
        if (trial_start(&t, seed, MILD)) {
            gg_rng rng = gg_rng_start(seed, 25, GG_STREAM_TEST);
            double *desks = gg_alloc(2 * gg_balance_desk(t.all.problem), sizeof *desks);
            assert_non_null(desks);
            gg_balance_share(t.balance, (gg_hands){each_with_stops, &rng}, desks);
            double threshold_s = draw_threshold_s(&t, seed);
            double bound_s = gg_balance_ascend(t.balance, threshold_s, (int)(seed % 30));
            if (bound_s - 2e-11 * fabs(bound_s) > t.cheapest_s)
                fail_msg("seed %u: bound %.17g, decision %.17g", (unsigned)seed, bound_s,
                         t.cheapest_s);
            bool alive =
                bound_s == -INFINITY || gg_balance_reduce(t.balance, &t.box, bound_s, threshold_s);
            check_kept(&t, alive, threshold_s * (1.0 - 2e-11), seed);
            bounded += bound_s > -INFINITY;
            unbounded += bound_s == -INFINITY;
            gg_free(desks);
        }
        trial_end(&t);
    }
    print_message("bounded: %zu, stopped before: %zu\n", bounded, unbounded);
    assert_true(bounded > rounds / 2 && unbounded > rounds / 20);
}

/* Bounds are claimed with 2e-11 taken off: that must cover all rounding. */
static void a_claimed_bound_holds_after_the_ascent(void **state) {
    (void)state;
    size_t counted = 0, close = 0;
    for (uint64_t seed = 1; seed <= test_rounds(600, 20000); seed++) {
        trial t;
        if (trial_start(&t, seed, MILD)) {
            assert_true(gg_box_propagate(&t.box, t.all.problem));
            gg_balance_load(t.balance, &t.box);
            if (seed % 3 > 0) {
                gg_duals_from(t.bounder, nth_decision(&t.all, t.planted));
                gg_balance_take_multipliers(t.balance);
            } else {
                gg_balance_take_decision(t.balance, nth_decision(&t.all, t.planted),
                                         t.all.cost_s[t.planted]);
            }
            double bound_s = gg_balance_ascend(t.balance, t.cheapest_s, 100);
            if (!(bound_s - 2e-11 * fabs(bound_s) <= t.cheapest_s))
                fail_msg("seed %u: bound %.17g, decision %.17g, above by %g", (unsigned)seed,
                         bound_s, t.cheapest_s, bound_s / t.cheapest_s - 1.0);
            counted++;
            close += bound_s >= 0.95 * t.cheapest_s;
        }
        trial_end(&t);
    }
    print_message("close: %zu of %zu\n", close, counted);
    assert_true(2 * close > counted);
}

enum { KERNEL_SIZE = 24, KERNEL_COLUMNS = 9, KERNEL_SUMS = 11 };
static const double kernel_mu = 0.7, kernel_t[2] = {0.8, 0.3};

/* Every sum of the kernels one user after the other. */
static void add_plainly(const gg_costs *costs, const gg_elsewhere *users, double *const q[2],
                        double *sums) {
    memset(sums, 0, KERNEL_SUMS * sizeof *sums);
    for (size_t x = 0; x < KERNEL_SIZE; x++) {
        double e = kernel_mu * users->power[x] - users->price[x];
        bool goes = e < users->cap[x];
        double chosen = goes ? e : users->cap[x];
        sums[0] += chosen;
        sums[1] += chosen;
        sums[2] += goes ? users->power[x] : 0.0;
        for (size_t end = 0; end < 2; end++) {
            double cost = costs->load * costs->factor[end][x] + costs->per_work * costs->work[x] +
                          costs->base[x];
            bool is_below = q[end][x] < kernel_t[end];
            assert_close(q[end][x], cost - chosen, 1e-12, 1e-12);
            sums[3 + end] += is_below ? q[end][x] : 0.0;
            sums[5 + end] += is_below;
            sums[7 + end] += goes && !is_below ? users->power[x] : 0.0;
            sums[9 + end] += is_below;
        }
    }
}

static void add_by(const gg_balance_kernels *kernels, const gg_costs *costs,
                   const gg_elsewhere *users, double *const q[2], double *sums) {
    gg_below below[2], loud[2];
    sums[0] = kernels->choose(q, costs, users, kernel_mu, kernel_t, KERNEL_SIZE, below);
    kernels->disturbance(q, kernel_t, users, kernel_mu, KERNEL_SIZE, loud);
    kernels->outside(users, kernel_mu, KERNEL_SIZE, &sums[1], &sums[2]);
    for (size_t end = 0; end < 2; end++) {
        sums[3 + end] = below[end].sum;
        sums[5 + end] = below[end].count;
        sums[7 + end] = loud[end].sum;
        sums[9 + end] = loud[end].count;
    }
}

/* Registers of any width give the same bits, and those of plain sums but for rounding. */
static void kernels_agree(void **state) {
    (void)state;
    size_t count;
    const gg_balance_kernels *const *all = gg_balance_kernels_all(&count);
    gg_rng rng = gg_rng_start(5, 25, GG_STREAM_TEST);
    double *column[KERNEL_COLUMNS], first[KERNEL_SUMS], kept[2][KERNEL_SIZE];
    for (size_t c = 0; c < KERNEL_COLUMNS; c++) {
        column[c] = gg_alloc(KERNEL_SIZE, sizeof **column);
        for (size_t x = 0; x < KERNEL_SIZE; x++)
            column[c][x] = gg_rng_next_uniform(&rng) - 0.3;
    }
    for (size_t x = 0; x < KERNEL_SIZE; x++)
        column[2][x] = x % 3 ? 0.0 : INFINITY;
    const gg_elsewhere users = {column[0], column[1], column[2]};
    const gg_costs costs = {3.0, 0.5, {column[3], column[4]}, column[5], column[6]};
    double *const q[2] = {column[7], column[8]};
    for (size_t v = 0; v < count; v++) {
        double seen[KERNEL_SUMS], expected[KERNEL_SUMS];
        add_by(all[v], &costs, &users, q, seen);
        add_plainly(&costs, &users, q, expected);
        for (size_t k = 0; k < KERNEL_SUMS; k++)
            assert_close(seen[k], expected[k], 1e-12, 1e-12);
        assert_non_null(all[v]->name);
        if (v == 0)
            memcpy(first, seen, sizeof first);
        assert_memory_equal(seen, first, sizeof first);
        for (size_t end = 0; end < 2; end++) {
            if (v == 0)
                memcpy(kept[end], q[end], sizeof kept[end]);
            assert_memory_equal(q[end], kept[end], sizeof kept[end]);
        }
    }
    for (size_t c = 0; c < KERNEL_COLUMNS; c++)
        gg_free(column[c]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_agree),
        cmocka_unit_test(no_decision_in_the_box_costs_less_than_the_bound),
        cmocka_unit_test(it_is_no_worse_than_the_bound_it_starts_from),
        cmocka_unit_test(reduction_keeps_what_is_cheaper_than_the_threshold),
        cmocka_unit_test(a_claimed_bound_holds_after_the_ascent),
        cmocka_unit_test(threads_that_are_stopped_prove_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

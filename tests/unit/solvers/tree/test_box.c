/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Boxes: propagation never loses a decision that lies in one, and the halves of a split cover it.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"
#include "solvers/tree/branching.h"
#include "tests/support/instances/all_decisions.h"
#include "tests/support/instances/random_instance.h"

static bool *decisions_inside(const all_decisions *all, const gg_box *box) {
    bool *inside = gg_alloc(all->count, sizeof *inside);
    assert_non_null(inside);
    for (size_t k = 0; k < all->count; k++)
        inside[k] = gg_box_contains(box, all->problem, nth_decision(all, k));
    return inside;
}

/* All that were inside still are. */
static void assert_kept(const all_decisions *all, const bool *inside, const gg_box *box, bool alive,
                        uint64_t seed) {
    for (size_t k = 0; k < all->count; k++)
        if (inside[k] && !(alive && gg_box_contains(box, all->problem, nth_decision(all, k))))
            fail_msg("seed %u: decision %zu of %zu is lost", (unsigned)seed, k, all->count);
}

static void the_root_holds_what_tau_and_channels_allow(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(200, 2000); seed++) {
        all_decisions all = all_decisions_of(seed, 14.0);
        gg_box box = box_new(all.problem);
        bool any_finite = false;
        for (size_t k = 0; k < all.count; k++) {
            bool finite = isfinite(all.cost_s[k]);
            any_finite = any_finite || finite;
            /* A channel that works alone may be drowned by interference. */
            if (finite)
                assert_true(gg_box_contains(&box, all.problem, nth_decision(&all, k)));
        }
        if (all.problem->no_finite)
            assert_false(any_finite);
        box_free(&box);
        all_decisions_clear(&all);
    }
}

static void propagation_keeps_every_decision_in_the_box(void **state) {
    (void)state;
    size_t removed = 0, emptied = 0;
    for (uint64_t seed = 1; seed <= test_count(1500, 30000); seed++) {
        all_decisions all = all_decisions_of(seed, 4.0);
        gg_rng rng = gg_rng_start(seed, 23, GG_STREAM_TEST);
        gg_box box = box_new(all.problem), before = box_new(all.problem);
        const int32_t *planted = nth_decision(&all, gg_rng_next_below(&rng, (uint32_t)all.count));
        if (gg_box_contains(&box, all.problem, planted)) {
            shrink_around(&box, all.problem, planted, &rng);
            /* Some boxes are cut once more, and may hold nothing at all then. */
            if (seed % 3 == 0 && box.load_low[0] < box.load_high[0])
                box.load_low[0]++;
            if (seed % 7 == 0)
                box.servers[0] &= box.servers[0] - 1;
            gg_box_copy(&before, &box, all.problem);
            bool *inside = decisions_inside(&all, &box);
            bool alive = gg_box_propagate(&box, all.problem);
            assert_kept(&all, inside, &box, alive, seed);
            for (size_t i = 0; alive && i < all.problem->n; i++) {
                assert_true((box.servers[i] & ~before.servers[i]) == 0);
                assert_true(box.local[i] <= before.local[i]);
                removed += box.servers[i] != before.servers[i] || box.local[i] != before.local[i];
            }
            emptied += !alive;
            gg_free(inside);
        }
        box_free(&box);
        box_free(&before);
        all_decisions_clear(&all);
    }
    assert_true(removed > 500 && emptied > 20);
}

/* The same for problems too large to enumerate, with more servers. */
static void propagation_keeps_a_planted_decision(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(1000, 20000); seed++) {
        gg_rng rng = gg_rng_start(seed, 24, GG_STREAM_TEST);
        random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, 60),
                              .n_servers = 1 + gg_rng_next_below(&rng, seed % 20 == 0 ? 64 : 8),
                              .tau = -1.0,
                              .payload_factor = 1.0,
                              .capacity_spread = 2.0,
                              .power_spread = power_of_ten(&rng, 0.0, 1.5),
                              .with_ties = seed % 4 == 0};
        gg_instance *in = random_instance(shape, seed);
        const gg_bound_problem *problem = NULL;
        gg_error err = {0};
        assert_success(gg_bound_problem_new(in, GG_UNIFORM, NULL, &problem, &err), &err);
        gg_box box = box_new(problem);
        int32_t planted[60];
        random_member(&box, problem, &rng, planted);
        /* Three times smaller and smaller boxes around it. */
        for (int round = 0; round < 3; round++) {
            shrink_around(&box, problem, planted, &rng);
            bool alive = gg_box_propagate(&box, problem);
            if (!alive || !gg_box_contains(&box, problem, planted))
                fail_msg("seed %u, round %d: the planted decision is lost", (unsigned)seed, round);
        }
        box_free(&box);
        gg_bound_problem_free(problem);
        gg_instance_free(in);
    }
}

/* Somebody who drowns out all others must not hide them in rounding. */
static void propagation_survives_very_unequal_powers(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(2000, 30000); seed++) {
        gg_rng rng = gg_rng_start(seed, 25, GG_STREAM_TEST);
        all_decisions all = all_decisions_of(seed, 14.0);
        gg_box box = box_new(all.problem);
        const int32_t *planted = nth_decision(&all, gg_rng_next_below(&rng, (uint32_t)all.count));
        if (gg_box_contains(&box, all.problem, planted)) {
            shrink_around(&box, all.problem, planted, &rng);
            bool *inside = decisions_inside(&all, &box);
            bool alive = gg_box_propagate(&box, all.problem);
            assert_kept(&all, inside, &box, alive, seed);
            gg_free(inside);
        }
        box_free(&box);
        all_decisions_clear(&all);
    }
}

static void an_empty_box_is_recognised(void **state) {
    (void)state;
    random_shape shape = {3, 2, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    const gg_bound_problem *problem = NULL;
    gg_error err = {0};
    unfix_interference(in);
    assert_success(gg_bound_problem_new(in, GG_UNIFORM, NULL, &problem, &err), &err);
    gg_box box = box_new(problem);
    assert_true(gg_box_propagate(&box, problem));
    box.servers[1] = 0;
    box.local[1] = 0;
    assert_false(gg_box_propagate(&box, problem));
    gg_box_root(&box, problem);
    box.load_low[0] = 2;
    box.load_low[1] = 2;
    assert_false(gg_box_propagate(&box, problem));
    gg_box_root(&box, problem);
    box.local[0] = box.local[1] = box.local[2] = 0;
    box.load_high[0] = box.load_high[1] = 1;
    assert_false(gg_box_propagate(&box, problem));
    gg_box_root(&box, problem);
    box.interference_low[0] = 2.0 * box.interference_high[0];
    box.interference_high[0] *= 3.0;
    assert_false(gg_box_propagate(&box, problem));
    box_free(&box);
    gg_bound_problem_free(problem);
    gg_instance_free(in);
}

static void a_point_is_recognised(void **state) {
    (void)state;
    random_shape shape = {3, 2, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 2);
    const gg_bound_problem *problem = NULL;
    gg_error err = {0};
    assert_success(gg_bound_problem_new(in, GG_UNIFORM, NULL, &problem, &err), &err);
    gg_box box = box_new(problem);
    int32_t found[3];
    const int32_t expected[3] = {1, GG_LOCAL, 0};
    assert_false(gg_box_is_point(&box, problem, found));
    box.local[0] = box.local[2] = 0;
    box.servers[0] = 2;
    box.servers[1] = 0;
    box.servers[2] = 1;
    assert_true(gg_box_is_point(&box, problem, found));
    assert_memory_equal(found, expected, sizeof expected);
    box_free(&box);
    gg_bound_problem_free(problem);
    gg_instance_free(in);
}

static gg_branch random_branch(const gg_box *box, const gg_bound_problem *p, gg_rng *rng) {
    gg_branch branch = {.kind = (gg_branch_kind)gg_rng_next_below(rng, GG_BRANCH_KINDS),
                        .server = gg_rng_next_below(rng, (uint32_t)p->m),
                        .user = gg_rng_next_below(rng, (uint32_t)p->n)};
    double low = box->interference_low[branch.server];
    double high = box->interference_high[branch.server];
    branch.interference = low + gg_rng_next_uniform(rng) * (high - low);
    branch.load =
        box->load_low[branch.server] +
        gg_rng_next_below(rng, box->load_high[branch.server] - box->load_low[branch.server] + 1);
    return branch;
}

static void halves_cover_the_box_and_no_more(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(500, 5000); seed++) {
        all_decisions all = all_decisions_of(seed, 4.0);
        gg_rng rng = gg_rng_start(seed, 26, GG_STREAM_TEST);
        gg_box box = box_new(all.problem), half[2] = {box_new(all.problem), box_new(all.problem)};
        const int32_t *planted = nth_decision(&all, gg_rng_next_below(&rng, (uint32_t)all.count));
        if (gg_box_contains(&box, all.problem, planted))
            shrink_around(&box, all.problem, planted, &rng);
        gg_branch branch = random_branch(&box, all.problem, &rng);
        for (int h = 0; h < 2; h++) {
            gg_box_copy(&half[h], &box, all.problem);
            gg_branch_apply(&branch, &half[h], h);
        }
        for (size_t k = 0; k < all.count; k++) {
            const int32_t *one = nth_decision(&all, k);
            bool first = gg_box_contains(&half[0], all.problem, one);
            bool second = gg_box_contains(&half[1], all.problem, one);
            assert_int_equal(first || second, gg_box_contains(&box, all.problem, one));
            if (branch.kind != GG_BRANCH_INTERFERENCE)
                assert_false(first && second);
        }
        box_free(&box);
        box_free(&half[0]);
        box_free(&half[1]);
        all_decisions_clear(&all);
    }
}

static bool same_box(const gg_box *a, const gg_box *b, const gg_bound_problem *p) {
    return memcmp(a->servers, b->servers, gg_box_bytes(p)) == 0;
}

/* Splits until every box is a point: each split must leave both halves smaller, so this ends. */
static void picked_splits_end_in_points(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(100, 1000); seed++) {
        all_decisions all = all_decisions_of(seed, 2.0);
        const gg_bound_problem *p = all.problem;
        gg_rng rng = gg_rng_start(seed, 27, GG_STREAM_TEST);
        gg_box box = box_new(p), before = box_new(p);
        float frequencies[6 * 4], paid_s[6 * 3];
        double incumbent[3], lambda[3];
        gg_branch_scores scores = {0};
        int32_t point[6];
        int steps = 0;
        for (bool alive = gg_box_propagate(&box, p); alive; steps++) {
            gg_branch branch;
            for (size_t k = 0; k < p->n * (p->m + 1); k++)
                frequencies[k] = (float)gg_rng_next_uniform(&rng);
            for (size_t k = 0; k < p->n * p->m; k++)
                paid_s[k] = (float)gg_rng_next_uniform(&rng);
            for (size_t j = 0; j < p->m; j++)
                incumbent[j] = lambda[j] = 2.0 * gg_rng_next_uniform(&rng);
            gg_splits splits = gg_branch_places(
                p, &box, (gg_choices){frequencies, paid_s, p->local_s}, lambda, incumbent);
            if (!gg_branch_pick(&splits, &scores, 0, &branch)) {
                assert_true(gg_box_is_point(&box, p, point));
                break;
            }
            gg_box_copy(&before, &box, p);
            gg_branch_apply(&branch, &box, (int)gg_rng_next_below(&rng, 2));
            assert_false(same_box(&box, &before, p));
            gg_branch_credit(&scores, 0, branch.kind, gg_rng_next_uniform(&rng),
                             gg_rng_next_uniform(&rng));
            alive = gg_box_propagate(&box, p);
            assert_true(steps < 10000);
        }
        box_free(&box);
        box_free(&before);
        all_decisions_clear(&all);
    }
}

static void scores_tell_good_splits_from_bad(void **state) {
    (void)state;
    gg_branch_scores scores = {0};
    gg_branch_credit(&scores, 2, GG_BRANCH_LOAD, 0.5, 0.5);
    gg_branch_credit(&scores, 2, GG_BRANCH_LOCAL, 1.0, 1.0);
    gg_branch_credit(&scores, 2, GG_BRANCH_SERVER, 0.9, 0.1);
    /* Halves that each close half of the slack leave a tree of 2^2 leaves: y = 2 ln 2. */
    assert_close(scores.size[2][GG_BRANCH_LOAD], 2.0 * log(2.0), 1e-9, 0.0);
    assert_close(scores.size[2][GG_BRANCH_LOCAL], log(2.0), 1e-9, 0.0);
    assert_true(scores.size[2][GG_BRANCH_SERVER] > scores.size[2][GG_BRANCH_LOAD]);
    assert_int_equal(scores.tried[2][GG_BRANCH_LOAD], 1);
    assert_int_equal(scores.tried[1][GG_BRANCH_LOAD], 0);
    gg_branch_credit(&scores, 2, GG_BRANCH_LOAD, 1.0, 1.0);
    assert_close(scores.size[2][GG_BRANCH_LOAD], 1.5 * log(2.0), 1e-9, 0.0);
    /* A split that closes nothing is bad, not infinite. */
    gg_branch_credit(&scores, 0, GG_BRANCH_LOAD, 0.0, 0.0);
    assert_true(isfinite(scores.size[0][GG_BRANCH_LOAD]));
}

static void gaps_fall_into_powers_of_ten(void **state) {
    (void)state;
    assert_int_equal(gg_gap_size(2.0), 0);
    assert_int_equal(gg_gap_size(0.11), 0);
    assert_int_equal(gg_gap_size(0.09), 1);
    assert_int_equal(gg_gap_size(0.009), 2);
    assert_int_equal(gg_gap_size(0.0), GG_GAP_SIZES - 1);
}

static void more_than_64_servers_are_refused(void **state) {
    (void)state;
    random_shape shape = {2, 65, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    const gg_bound_problem *problem = NULL;
    gg_error err = {0};
    assert_int_equal(gg_bound_problem_new(in, GG_UNIFORM, NULL, &problem, &err), GG_E_INPUT);
    assert_null(problem);
    assert_says(&err, "65 servers");
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_root_holds_what_tau_and_channels_allow),
        cmocka_unit_test(propagation_keeps_every_decision_in_the_box),
        cmocka_unit_test(propagation_keeps_a_planted_decision),
        cmocka_unit_test(propagation_survives_very_unequal_powers),
        cmocka_unit_test(an_empty_box_is_recognised),
        cmocka_unit_test(a_point_is_recognised),
        cmocka_unit_test(halves_cover_the_box_and_no_more),
        cmocka_unit_test(picked_splits_end_in_points),
        cmocka_unit_test(scores_tell_good_splits_from_bad),
        cmocka_unit_test(gaps_fall_into_powers_of_ten),
        cmocka_unit_test(more_than_64_servers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

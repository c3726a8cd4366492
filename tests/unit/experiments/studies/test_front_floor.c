/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The floor under the joint decisions of two networks against enumeration: no pair of decisions is
 * below it, whatever the limits of the fronts; where they are exact it meets both ends.
 */
#include "tests/support/support.h"

#include <math.h>

#include "experiments/studies/pareto/front_floor.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "tests/support/instances/random_instance.h"

enum { USERS = 4, SERVERS = 2, DECISIONS = 81, LEVELS = 25 };

/* All decisions of a network; objectives per query. */
typedef struct choices {
    size_t count;
    double accuracy[DECISIONS], objective_s[DECISIONS];
} choices;

static gg_instance *draw(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 61, GG_STREAM_TEST);
    uint32_t users = 1 + gg_rng_next_below(&rng, USERS),
             servers = 1 + gg_rng_next_below(&rng, SERVERS);
    gg_instance *in = random_instance(any_shape(&rng, seed, users, servers), seed);
    give_probabilities(in, seed);
    return in;
}

static choices enumerate(const gg_instance *in) {
    int32_t decision[USERS] = {-1, -1, -1, -1};
    choices all = {0};
    for (size_t digit = 0; digit < in->n_users;) {
        gg_metrics m;
        gg_error err = {0};
        assert_success(gg_evaluate(in, GG_UNIFORM, decision, &m, &err), &err);
        all.accuracy[all.count] = m.expected_accuracy;
        all.objective_s[all.count++] = m.objective_s / (double)in->n_users;
        for (digit = 0; digit < in->n_users && ++decision[digit] == (int32_t)in->n_servers; digit++)
            decision[digit] = GG_LOCAL;
    }
    return all;
}

static void check_lines(const gg_tradeoff *front, const choices *all, double users) {
    assert_true(front->n_lines > 0 && front->lines[0].price_s == 0.0);
    for (size_t k = 0; k < front->n_lines; k++) {
        const gg_tradeoff_line *line = &front->lines[k];
        assert_true(k == 0 || line->price_s > front->lines[k - 1].price_s);
        for (size_t d = 0; d < all->count; d++)
            assert_true(all->objective_s[d] * users - line->price_s * all->accuracy[d] >=
                        line->bound_s);
    }
}

static double least_of_pairs(const choices *all, double accuracy) {
    double least_s = INFINITY;
    for (size_t a = 0; a < all[0].count; a++)
        for (size_t b = 0; b < all[1].count; b++)
            if (all[0].accuracy[a] + all[1].accuracy[b] >= accuracy)
                least_s = fmin(least_s, all[0].objective_s[a] + all[1].objective_s[b]);
    return least_s;
}

static void check_pair(uint64_t seed, double gap, int64_t nodes) {
    gg_front_floor floor = {0};
    choices all[2];
    double most = 0.0;
    gg_error err = {0};
    for (size_t k = 0; k < 2; k++) {
        gg_instance *in = draw(2 * seed + k);
        gg_tradeoff_options options = gg_tradeoff_options_init();
        gg_tradeoff front;
        options.gap = gap;
        options.node_limit = nodes;
        options.p_slm = in->slm_p_correct;
        options.p_llm = in->llm_p_correct;
        options.supported_only = true;
        assert_success(gg_tradeoff_compute(in, &options, &front, &err), &err);
        all[k] = enumerate(in);
        check_lines(&front, &all[k], (double)in->n_users);
        assert_success(gg_front_floor_add(&floor, &front, front.points[front.count - 1].accuracy,
                                          in->n_users, &err),
                       &err);
        most += front.points[front.count - 1].accuracy;
        gg_tradeoff_clear(&front);
        gg_instance_free(in);
    }
    gg_front_floor_sort(&floor);
    for (size_t k = 0; k <= LEVELS; k++) {
        double accuracy = most * (double)k / LEVELS;
        double least_s = least_of_pairs(all, accuracy - 1e-12);
        double bound_s = gg_front_floor_at(&floor, accuracy);
        if (!(bound_s <= least_s * (1.0 + 1e-12)))
            fail_msg("seed %d, accuracy %g: %.17g is above %.17g", (int)seed, accuracy, bound_s,
                     least_s);
        if (gap < 1e-6 && (k == 0 || k == LEVELS))
            assert_close(bound_s, least_s, 1e-7, 1e-12);
    }
    gg_front_floor_clear(&floor);
}

static void no_pair_of_decisions_is_below(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(60, 1000); seed++) {
        check_pair(seed, 1e-9, INT64_MAX);
        check_pair(seed, 0.3, INT64_MAX);
        check_pair(seed, 1e-4, (int64_t)(seed % 3));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_pair_of_decisions_is_below)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The floor under the joint decisions of two networks against enumeration: no pair of decisions is
 * below it, whatever the limits of the fronts; where they are exact it meets both ends.
 */
#include "tests/support/support.h"

#include <math.h>

#include "experiments/studies/pareto/front_floor.h"
#include "experiments/studies/pareto/network_front.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/random_instance.h"

enum { USERS = 4, SERVERS = 2, DECISIONS = 81, LEVELS = 25 };

/* All decisions of a network that count; objectives per query. Of energy accuracy is what is saved
 * a query, less than nothing. */
typedef struct choices {
    size_t count;
    double accuracy[DECISIONS], objective_s[DECISIONS];
} choices;

static gg_instance *draw(uint64_t seed, gg_front_kind kind) {
    gg_rng rng = gg_rng_start(seed, 61, GG_STREAM_TEST);
    uint32_t users = 1 + gg_rng_next_below(&rng, USERS),
             servers = 1 + gg_rng_next_below(&rng, SERVERS);
    gg_instance *in = random_instance(any_shape(&rng, seed, users, servers), seed);
    give_probabilities(in, seed);
    if (kind == GG_FRONT_ENERGY)
        give_forms(in, seed);
    return in;
}

static choices enumerate(const gg_instance *in, gg_front_kind kind) {
    const double n = (double)in->n_users;
    int32_t decision[USERS] = {-1, -1, -1, -1};
    choices all = {0};
    for (size_t digit = 0; digit < in->n_users;) {
        gg_metrics m;
        gg_error err = {0};
        assert_success(gg_evaluate(in, GG_UNIFORM, decision, &m, &err), &err);
        bool of_energy = kind == GG_FRONT_ENERGY;
        all.accuracy[all.count] = of_energy ? -m.energy_j / n : m.expected_accuracy;
        all.objective_s[all.count] = m.objective_s / n;
        all.count += !of_energy || (m.tau_violations == 0 && isfinite(m.objective_s));
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

static double least(const choices *all) {
    double least = INFINITY;
    for (size_t d = 0; d < all->count; d++)
        least = fmin(least, all->accuracy[d]);
    return least;
}

static double least_of_pairs(const choices *all, double accuracy) {
    double least_s = INFINITY;
    for (size_t a = 0; a < all[0].count; a++)
        for (size_t b = 0; b < all[1].count; b++)
            if (all[0].accuracy[a] + all[1].accuracy[b] >= accuracy)
                least_s = fmin(least_s, all[0].objective_s[a] + all[1].objective_s[b]);
    return least_s;
}

/* Adds a network's front to the floor; false where no decision counts. */
static bool add_network(gg_front_floor *floor, uint64_t seed, gg_front_kind kind,
                        const gg_tradeoff_options *options, choices *all, double *most) {
    gg_instance *in = draw(seed, kind);
    gg_network_front network;
    gg_error err = {0};
    *all = enumerate(in, kind);
    if (all->count > 0) {
        assert_success(gg_network_front_compute(in, options, kind, &network, &err), &err);
        check_lines(&network.front, all, (double)in->n_users);
        assert_success(gg_front_floor_add(floor, &network.front, network.most, in->n_users, &err),
                       &err);
        *most += network.most;
        gg_tradeoff_clear(&network.front);
    }
    gg_instance_free(in);
    return all->count > 0;
}

static bool check_pair(uint64_t seed, gg_front_kind kind, double gap, int64_t nodes) {
    gg_front_floor floor = {0};
    gg_tradeoff_options options = gg_tradeoff_options_init();
    choices all[2];
    double most = 0.0;
    options.gap = gap;
    options.node_limit = nodes;
    bool known = add_network(&floor, 2 * seed, kind, &options, &all[0], &most) &&
                 add_network(&floor, 2 * seed + 1, kind, &options, &all[1], &most);
    gg_front_floor_sort(&floor);
    double from = known ? least(&all[0]) + least(&all[1]) : 0.0;
    for (size_t k = 0; known && k <= LEVELS; k++) {
        double accuracy = from + (most - from) * (double)k / LEVELS;
        double least_s = least_of_pairs(all, accuracy - 1e-12 * fmax(fabs(from), fabs(most)));
        double bound_s = gg_front_floor_at(&floor, accuracy);
        if (!(bound_s <= least_s * (1.0 + 1e-12)))
            fail_msg("seed %d, accuracy %g: %.17g is above %.17g", (int)seed, accuracy, bound_s,
                     least_s);
        /* How little energy is needed is only known to the gap: that end is not met. */
        if (gap < 1e-6 && (k == 0 || (k == LEVELS && kind != GG_FRONT_ENERGY)))
            assert_close(bound_s, least_s, 1e-7, 1e-12);
    }
    gg_front_floor_clear(&floor);
    return known;
}

static void no_pair_is_below(gg_front_kind kind) {
    size_t checked = 0;
    uint64_t seeds = test_count(60, 1000);
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        checked += check_pair(seed, kind, 1e-9, INT64_MAX);
        check_pair(seed, kind, 0.3, INT64_MAX);
        check_pair(seed, kind, 1e-4, (int64_t)(seed % 3));
    }
    assert_true(checked > seeds / 3);
}

static void no_pair_of_decisions_is_below(void **state) {
    (void)state;
    no_pair_is_below(GG_FRONT_EXPECTED);
}

static void none_is_below_at_its_energy(void **state) {
    (void)state;
    no_pair_is_below(GG_FRONT_ENERGY);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_pair_of_decisions_is_below),
                                       cmocka_unit_test(none_is_below_at_its_energy)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Delay against energy, held against all decisions: none is below the proven polygon, and every
 * vertex of their hull is found.
 */
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "solvers/front/energy_front.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"

enum { USERS = 7 };

static gg_instance *draw(uint64_t seed, size_t n_users) {
    gg_rng rng = gg_rng_start(seed, 45, GG_STREAM_TEST);
    random_shape shape = {.n_users = n_users,
                          .n_servers = 1 + gg_rng_next_below(&rng, n_users == USERS ? 2 : 3),
                          .tau = -1.0,
                          .payload_factor = pow(1000.0, gg_rng_next_uniform(&rng)) * 0.1,
                          .capacity_spread = pow(10.0, gg_rng_next_uniform(&rng)),
                          .power_spread = pow(10.0, gg_rng_next_uniform(&rng)),
                          .with_ties = seed % 4 == 0};
    gg_instance *in = random_instance(shape, seed);
    give_forms(in, seed);
    return in;
}

static bool next_decision(const gg_instance *in, int32_t *decision) {
    size_t digit = 0;
    while (digit < in->n_users && ++decision[digit] == (int32_t)in->n_servers)
        decision[digit++] = GG_LOCAL;
    return digit < in->n_users;
}

/* Every decision that keeps tau is above the polygon, and none is below the hull of the points
 * found: all supported points are among them. */
static void hold_against_all(const gg_instance *in, const gg_energy_front *front, bool whole,
                             uint64_t seed) {
    const gg_energy_point *at = front->points;
    int32_t decision[USERS];
    for (size_t i = 0; i < in->n_users; i++)
        decision[i] = GG_LOCAL;
    do {
        gg_metrics m;
        gg_error err = {0};
        assert_success(gg_evaluate(in, GG_UNIFORM, decision, &m, &err), &err);
        double d = m.total_delay_s, e = m.energy_j, bound_s;
        if (m.tau_violations > 0 || isinf(d))
            continue;
        /* Of equal energy but for its rounding. */
        bound_s = gg_energy_front_bound_s(front, e * (1.0 + 1e-12) + 1e-300);
        if (!(d >= bound_s * (1.0 - 1e-9)))
            fail_msg("seed %u: %.17g s with %.17g J, the bound is %.17g s", (unsigned)seed, d, e,
                     bound_s);
        bool missed = d < at[front->count - 1].delay_s * (1.0 - 2e-9) - 1e-15 ||
                      e < at[0].energy_j * (1.0 - 2e-9) - 1e-15;
        for (size_t k = 0; k + 1 < front->count; k++) {
            double price =
                (at[k].delay_s - at[k + 1].delay_s) / (at[k + 1].energy_j - at[k].energy_j);
            double chord_s = at[k].delay_s + price * at[k].energy_j;
            missed = missed || d + price * e < chord_s * (1.0 - 2e-9) - 1e-15;
        }
        if (whole && missed)
            fail_msg("seed %u: a supported point is missing: %.17g s, %.17g J", (unsigned)seed, d,
                     e);
    } while (next_decision(in, decision));
}

/* Each point is on the polygon: its own price's line and its neighbours', whose prices are rounded
 * to single precision. */
static void points_are_on_the_polygon(const gg_energy_front *front) {
    double *energy_j = gg_alloc(front->n_lines, sizeof *energy_j);
    size_t count = gg_energy_front_vertices(front, energy_j);
    assert_true(count > 0 && count <= front->n_lines);
    for (size_t k = 0; k < front->count; k++) {
        const gg_energy_point *at = &front->points[k];
        double nearest = INFINITY;
        for (size_t q = 0; q < front->n_lines; q++) {
            double price = front->lines[q].price_s_j, of = front->lines[q].bound;
            double value = isinf(price) ? at->energy_j : at->delay_s + price * at->energy_j;
            assert_true(value >= of * (1.0 - 1e-12) - 1e-15);
            nearest = fmin(nearest, (value - of - 1e-12) / fmax(value, 1e-12));
        }
        assert_true(nearest <= 1.1e-9);
        assert_true(k == 0 || (at[-1].energy_j < at->energy_j && at[-1].delay_s > at->delay_s));
    }
    for (size_t k = 1; k < count; k++)
        assert_true(energy_j[k] >= energy_j[k - 1] * (1.0 - 1e-9));
    gg_free(energy_j);
}

static void nothing_is_missed_or_below(void **state) {
    (void)state;
    size_t more = 0, fronts = 0, count = test_rounds(120, 1200);
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_instance *in = draw(seed, seed % 20 == 0 ? USERS : 2 + seed % 5);
        gg_energy_options options = gg_energy_options_init();
        gg_energy_front front;
        gg_error err = {0};
        options.gap = 1e-9;
        if (gg_energy_front_compute(in, &options, &front, &err) == GG_OK) {
            assert_true(front.complete && front.proven && !front.stopped);
            hold_against_all(in, &front, true, seed);
            points_are_on_the_polygon(&front);
            more += front.count > 2;
            fronts++;
            gg_energy_front_clear(&front);
        } else {
            assert_says(&err, "no decision");
        }
        gg_instance_free(in);
    }
    assert_true(fronts > count / 2 && more > count / 4);
}

static void limits_leave_lines_that_hold(void **state) {
    (void)state;
    gg_instance *in = draw(3, 6), *larger = NULL;
    gg_energy_options options = gg_energy_options_init();
    gg_energy_front front;
    gg_error err = {0};
    options.most_prices = 2;
    assert_success(gg_energy_front_compute(in, &options, &front, &err), &err);
    assert_true(front.n_lines == 2 && front.proven && !front.complete);
    hold_against_all(in, &front, false, 3);
    gg_energy_front_clear(&front);
    options.most_prices = 4;
    options.node_limit = 0;
    options.gap = 0.0;
    /* One that the root leaves open. */
    for (uint64_t seed = 1; larger == NULL && seed <= 40; seed++) {
        larger = draw(seed, 40);
        assert_success(gg_energy_front_compute(larger, &options, &front, &err), &err);
        if (front.proven) {
            gg_energy_front_clear(&front);
            gg_instance_free(larger);
            larger = NULL;
        }
    }
    assert_non_null(larger);
    assert_false(front.complete);
    for (size_t k = 0; k < front.count; k++)
        assert_true(gg_energy_front_bound_s(&front, front.points[k].energy_j) <=
                    front.points[k].delay_s);
    gg_energy_front_clear(&front);
    gg_instance_free(larger);
    gg_free(in->device_power_w);
    in->device_power_w = NULL;
    assert_int_equal(gg_energy_front_compute(in, &options, &front, &err), GG_E_INPUT);
    assert_says(&err, "device_power_w");
    gg_instance_free(in);
}

static void nothing_is_lost_when_memory_is_short(void **state) {
    (void)state;
    gg_instance *in = draw(3, 3);
    gg_energy_options options = gg_energy_options_init();
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_energy_front front;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_energy_front_compute(in, &options, &front, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        if (status == GG_OK)
            gg_energy_front_clear(&front);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_missed_or_below),
                                       cmocka_unit_test(limits_leave_lines_that_hold),
                                       cmocka_unit_test(nothing_is_lost_when_memory_is_short)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The radio formulas against values worked out apart from the code, and their moments.
 */
#include <math.h>

#include "models/base/rng.h"
#include "models/draw/radio.h"
#include "tests/support/support.h"

static gg_link street(double ground_m) {
    return (gg_link){.ground_m = ground_m, .user_height_m = 1.5, .server_height_m = 10.0};
}

static void free_space_falls_with_the_square(void **state) {
    (void)state;
    gg_link near = {.ground_m = 100.0}, far = {.ground_m = 200.0};
    double gain = gg_free_space_gain(near, 3.5e9, 3e8);
    assert_close(gain, 4.652503330515511e-09, 1e-12, 0.0);
    assert_close(gg_free_space_gain(far, 3.5e9, 3e8), gain / 4.0, 1e-12, 0.0);
    gg_link high = {.ground_m = 3.0, .user_height_m = 1.0, .server_height_m = 5.0};
    assert_close(gg_link_distance_m(high), 5.0, 1e-15, 0.0);
}

/* 3.5 GHz, 10 m and 1.5 m high: breakpoint at 210 m. */
static void umi_losses_match_the_table(void **state) {
    (void)state;
    assert_close(gg_umi_los_loss_db(street(100.0), 3.5e9, 3e8), 85.31418910250133, 1e-13, 0.0);
    assert_close(gg_umi_los_loss_db(street(300.0), 3.5e9, 3e8), 98.24426066376931, 1e-13, 0.0);
    assert_close(gg_umi_nlos_loss_db(street(100.0), 3.5e9, 3e8), 104.64383201166098, 1e-13, 0.0);
    double before = gg_umi_los_loss_db(street(210.0), 3.5e9, 3e8);
    double after = gg_umi_los_loss_db(street(210.0 + 1e-9), 3.5e9, 3e8);
    assert_close(after, before, 0.0, 1e-9);
}

static void umi_without_sight_is_never_better(void **state) {
    (void)state;
    for (double d = 10.0; d < 5000.0; d *= 1.1)
        for (double f = 0.5e9; f < 101e9; f *= 3.0)
            assert_true(gg_umi_nlos_loss_db(street(d), f, 3e8) >=
                        gg_umi_los_loss_db(street(d), f, 3e8));
}

static void umi_sight_fades_with_distance(void **state) {
    (void)state;
    assert_true(gg_umi_los_probability(5.0) == 1.0);
    assert_true(gg_umi_los_probability(18.0) == 1.0);
    assert_close(gg_umi_los_probability(18.0 + 1e-9), 1.0, 0.0, 1e-9);
    assert_close(gg_umi_los_probability(100.0), 0.23098474969813537, 1e-14, 0.0);
    for (double d = 19.0; d < 1000.0; d += 1.0)
        assert_true(gg_umi_los_probability(d + 1.0) < gg_umi_los_probability(d));
}

/* Mean and variance of |h|^2: 1 and (1 + 2k) / (1 + k)^2; Rayleigh is k = 0. */
static void fading_has_its_moments(void **state) {
    (void)state;
    const double ks[] = {0.0, 1.0, 7.943282347242816};
    const size_t n = test_count(40000, 1000000);
    for (size_t c = 0; c < sizeof ks / sizeof *ks; c++) {
        double k = ks[c], sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < n; i++) {
            gg_rng_address at = {
                .seed = 5, .stream = GG_STREAM_TEST, .entity = (uint32_t)i, .draw = (uint32_t)c};
            double normal[2];
            gg_rng_normal2(at, normal);
            double gain = gg_rician_gain(k, normal);
            if (k == 0.0)
                assert_close(gain, gg_rayleigh_gain(normal), 1e-14, 0.0);
            sum += gain;
            squares += gain * gain;
        }
        double mean = sum / (double)n, variance = squares / (double)n - mean * mean;
        double expected = (1.0 + 2.0 * k) / ((1.0 + k) * (1.0 + k));
        assert_close(mean, 1.0, 0.0, 5.0 * sqrt(expected / (double)n));
        assert_close(variance, expected, 0.0, 20.0 * expected / sqrt((double)n));
    }
}

static void decibels_are_tenths_of_powers_of_ten(void **state) {
    (void)state;
    assert_close(gg_from_db(-30.0), 1e-3, 1e-15, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_space_falls_with_the_square),
        cmocka_unit_test(umi_losses_match_the_table),
        cmocka_unit_test(umi_without_sight_is_never_better),
        cmocka_unit_test(umi_sight_fades_with_distance),
        cmocka_unit_test(fading_has_its_moments),
        cmocka_unit_test(decibels_are_tenths_of_powers_of_ten),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 16-bit floats: every one survives, and rounding is to nearest even.
 */
#include "models/base/float16.h"

#include <float.h>
#include <math.h>

#include "models/base/rng.h"
#include "tests/support/support.h"

static void test_every_16_bit_float_survives(void **state) {
    (void)state;
    for (unsigned bits = 0; bits < 0x10000; bits++) {
        float half = gg_f16_to_float((uint16_t)bits), brain = gg_bf16_to_float((uint16_t)bits);
        if (!isnan(half))
            assert_int_equal(gg_f16_from_double((double)half), bits);
        else
            assert_int_equal(gg_f16_from_double((double)half) & 0x7e00, 0x7e00);
        if (!isnan(brain))
            assert_int_equal(gg_bf16_from_double((double)brain), bits);
        else
            assert_int_equal(gg_bf16_from_double((double)brain) & 0x7fc0, 0x7fc0);
    }
}

/* The nearest of all 16-bit floats, found by looking at its two neighbours; ties have even bits. */
static void test_narrowing_rounds_to_nearest_even(void **state) {
    (void)state;
    const struct {
        double value;
        unsigned half, brain;
    } table[] = {
        {1.0 + 0x1p-11, 0x3c00, 0x3f80},
        {1.0 + 3 * 0x1p-11, 0x3c02, 0x3f80},
        {1.0 + 0x1p-11 + 0x1p-40, 0x3c01, 0x3f80},
        {1.0 + 0x1p-8, 0x3c04, 0x3f80},
        {1.0 + 3 * 0x1p-8, 0x3c0c, 0x3f82},
        {65519.99, 0x7bff, 0x4780},
        {65520.0, 0x7c00, 0x4780},
        {-65520.0, 0xfc00, 0xc780},
        {0x1p-25, 0x0000, 0x3300},
        {0x1.8p-25, 0x0001, 0x3340},
        {0x1p-24, 0x0001, 0x3380},
        {0x1.ffcp-15, 0x0400, 0x3880},
        {-0.0, 0x8000, 0x8000},
        {0x1p-134, 0x0000, 0x0000},
        {0x1.8p-134, 0x0000, 0x0001},
        {DBL_MAX, 0x7c00, 0x7f80},
        {-INFINITY, 0xfc00, 0xff80},
        {0x1.fep127, 0x7c00, 0x7f7f},
        {0x1.ffp127, 0x7c00, 0x7f80},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        assert_int_equal(gg_f16_from_double(table[k].value), table[k].half);
        assert_int_equal(gg_bf16_from_double(table[k].value), table[k].brain);
    }
    for (uint32_t k = 0; k < test_count(2000, 200000); k++) {
        gg_rng_address at = {1, 0, GG_STREAM_TEST, k, 0};
        double value = ldexp(gg_rng_uniform(at), (int)(k % 40) - 24);
        uint16_t bits = gg_f16_from_double(value);
        double error = fabs((double)gg_f16_to_float(bits) - value);
        assert_true(error <= fabs((double)gg_f16_to_float((uint16_t)(bits + 1)) - value));
        if (bits > 0)
            assert_true(error <= fabs((double)gg_f16_to_float((uint16_t)(bits - 1)) - value));
    }
}

static void test_widening_agrees_with_narrowing(void **state) {
    (void)state;
    const double values[5] = {0.0, -1.5, 0.25, 1024.0, -INFINITY};
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++) {
        double raw[5], back[5];
        float singles[5];
        gg_narrow(values, 5, (gg_dtype)dtype, raw);
        gg_widen((gg_dtype)dtype, raw, 0, 5, back);
        gg_widen_float((gg_dtype)dtype, raw, 5, singles);
        for (int k = 0; k < 5; k++) {
            assert_true(back[k] == values[k]);
            assert_true((double)singles[k] == values[k]);
        }
        gg_widen((gg_dtype)dtype, raw, 3, 2, back);
        assert_true(back[0] == 1024.0 && back[1] == -INFINITY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_16_bit_float_survives),
        cmocka_unit_test(test_narrowing_rounds_to_nearest_even),
        cmocka_unit_test(test_widening_agrees_with_narrowing),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

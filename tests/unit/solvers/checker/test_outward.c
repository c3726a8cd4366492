/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Outward rounding against exact results, whatever the processor's rounding mode.
 */
#include "tests/support/support.h"

#include <fenv.h>
#include <math.h>

#include "models/base/rng.h"
#include "solvers/checker/outward.h"

/* Either sign, exponents from -spread to spread. */
static double wide(gg_rng *rng, int spread) {
    double mantissa = 2.0 * gg_rng_next_uniform(rng) - 1.0;
    return ldexp(mantissa, (int)gg_rng_next_below(rng, (uint32_t)(2 * spread + 1)) - spread);
}

/* The six results, computed in one rounding mode. The operands are volatile so that nothing is
 * computed before the mode is set or after it is reset. */
typedef struct outcome {
    double sum[2], product[2], quotient[2];
} outcome;

static outcome compute(double a, double b, int mode) {
    volatile double x = a, y = b;
    volatile outcome o;
    assert_int_equal(fesetround(mode), 0);
    o.sum[0] = gg__add_below(x, y);
    o.sum[1] = gg__add_above(x, y);
    o.product[0] = gg__mul_below(x, y);
    o.product[1] = gg__mul_above(x, y);
    o.quotient[0] = gg__div_below(x, y);
    o.quotient[1] = gg__div_above(x, y);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
    return o;
}

/* Sign of (candidate - exact), where the exact result is rounded + error. */
static int side(double candidate, double rounded, double error) {
    double distance = candidate - rounded; /* exact: the two are neighbours, nearly */
    return (distance > error) - (distance < error);
}

static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};

static void results_enclose_the_exact_ones(void **state) {
    (void)state;
    gg_rng rng = gg_rng_start(1, 0, GG_STREAM_TEST);
    for (size_t k = 0; k < test_count(20000, 1000000); k++) {
        double a = wide(&rng, k % 2 ? 3 : 100), b = wide(&rng, k % 2 ? 3 : 100);
        outcome o = compute(a, b, modes[k / 2 % 4]);
        double sum = a + b, part = sum - a; /* Knuth's exact error of a sum */
        double sum_error = (a - (sum - part)) + (b - part);
        assert_true(side(o.sum[0], sum, sum_error) <= 0);
        assert_true(side(o.sum[1], sum, sum_error) >= 0);
        double product = a * b, product_error = fma(a, b, -product);
        assert_true(side(o.product[0], product, product_error) <= 0);
        assert_true(side(o.product[1], product, product_error) >= 0);
        /* q <= a/b exactly when q |b| <= a sign(b), which fma decides exactly. */
        double turned = b > 0.0 ? a : -a;
        assert_true(fma(o.quotient[0], fabs(b), -turned) <= 0.0);
        assert_true(fma(o.quotient[1], fabs(b), -turned) >= 0.0);
        /* And closely. */
        assert_close(o.sum[0], sum, 2e-15, 1e-300);
        assert_close(o.product[1], product, 2e-15, 1e-300);
        assert_close(o.quotient[0], a / b, 2e-15, 1e-300);
    }
}

static void tiny_results_are_enclosed(void **state) {
    (void)state;
    assert_true(gg__mul_below(1e-200, 1e-200) < 0x1p-1074);
    assert_true(gg__mul_above(1e-200, 1e-200) > 0.0);
    assert_true(gg__div_above(1e-300, 1e300) > 0.0);
    assert_true(gg__below(0.0) < 0.0 && gg__above(0.0) > 0.0);
}

static void what_is_no_number_bounds_nothing(void **state) {
    (void)state;
    assert_true(gg__add_below(INFINITY, -INFINITY) == -INFINITY);
    assert_true(gg__add_above(INFINITY, -INFINITY) == INFINITY);
    assert_true(gg__below(NAN) == -INFINITY && gg__above(NAN) == INFINITY);
    assert_true(gg__mul_below(1e300, 1e300) == DBL_MAX);
    assert_true(gg__mul_above(1e300, 1e300) == INFINITY);
    assert_true(gg__mul_below(-1e300, 1e300) == -INFINITY);
    assert_true(gg__sum_below((double[]){INFINITY, -INFINITY}, 2) == -INFINITY);
}

/* Numbers on a grid, whose sum integers give exactly. */
static void sums_are_below_the_exact_ones(void **state) {
    (void)state;
    enum { MOST = 1000 };
    static double numbers[MOST];
    gg_rng rng = gg_rng_start(2, 0, GG_STREAM_TEST);
    for (size_t k = 0; k < test_count(300, 10000); k++) {
        size_t count = gg_rng_next_below(&rng, MOST);
        int64_t exact = 0;
        double magnitude = 0.0;
        for (size_t q = 0; q < count; q++) {
            numbers[q] = floor(wide(&rng, 1) * 0x1p49);
            exact += (int64_t)numbers[q];
            magnitude += fabs(numbers[q]);
        }
        assert_int_equal(fesetround(modes[k % 4]), 0);
        double below = gg__sum_below(numbers, count);
        assert_int_equal(fesetround(FE_TONEAREST), 0);
        assert_true(floorl((long double)below) <= (long double)exact);
        assert_close(below, (double)exact, 0.0, 1e-12 * magnitude + 1e-300);
    }
}

static void logarithms_are_above_the_exact_ones(void **state) {
    (void)state;
    const long double log2_e = 1.442695040888963407359924681001892137L;
    gg_rng rng = gg_rng_start(3, 0, GG_STREAM_TEST);
    for (size_t k = 0; k < test_count(20000, 1000000); k++) {
        double x = fabs(wide(&rng, k % 2 ? 60 : 3));
        double above = gg__log2_1p_above(x);
        assert_true((long double)above >= log1pl((long double)x) * log2_e);
        assert_close(above, (double)(log1pl((long double)x) * log2_e), 5e-15, 1e-300);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_enclose_the_exact_ones),
        cmocka_unit_test(tiny_results_are_enclosed),
        cmocka_unit_test(what_is_no_number_bounds_nothing),
        cmocka_unit_test(sums_are_below_the_exact_ones),
        cmocka_unit_test(logarithms_are_above_the_exact_ones),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

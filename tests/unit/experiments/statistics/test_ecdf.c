/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distributions, quantiles and bootstrap intervals against values worked out by hand or by NumPy.
 */
#include "tests/support/support.h"

#include <math.h>

#include "experiments/statistics/ecdf.h"
#include "experiments/statistics/statistics.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"

static void test_steps_stand_at_distinct_values(void **state) {
    (void)state;
    const double sorted[] = {0.0, 0.0, 0.1, 0.2, 0.2, INFINITY};
    gg_ecdf ecdf;
    assert_int_equal(gg_ecdf_build(sorted, 6, 8, 0.0, &ecdf, NULL), GG_OK);
    assert_int_equal(ecdf.count, 3);
    assert_true(ecdf.at[0] == 0.0 && ecdf.share[0] == 2.0 / 8);
    assert_true(ecdf.at[1] == 0.1 && ecdf.share[1] == 3.0 / 8);
    assert_true(ecdf.at[2] == 0.2 && ecdf.share[2] == 5.0 / 8);
    assert_true(gg_ecdf_at(&ecdf, -1.0) == 0.0);
    assert_true(gg_ecdf_at(&ecdf, 0.0) == 2.0 / 8);
    assert_true(gg_ecdf_at(&ecdf, 0.15) == 3.0 / 8);
    assert_true(gg_ecdf_at(&ecdf, 9.0) == 5.0 / 8);
    gg_ecdf_clear(&ecdf);
}

static void test_values_below_the_floor_stand_on_it(void **state) {
    (void)state;
    const double sorted[] = {-0.5, -0.1, 0.3};
    gg_ecdf ecdf;
    assert_int_equal(gg_ecdf_build(sorted, 3, 3, 0.0, &ecdf, NULL), GG_OK);
    assert_int_equal(ecdf.count, 2);
    assert_true(ecdf.at[0] == 0.0);
    assert_close(ecdf.share[0], 2.0 / 3.0, 1e-15, 0);
    assert_true(ecdf.share[1] == 1.0);
    gg_ecdf_clear(&ecdf);
}

static void test_no_values_make_an_empty_distribution(void **state) {
    (void)state;
    gg_ecdf ecdf;
    assert_int_equal(gg_ecdf_build(NULL, 0, 5, 0.0, &ecdf, NULL), GG_OK);
    assert_int_equal(ecdf.count, 0);
    assert_true(gg_ecdf_at(&ecdf, 1.0) == 0.0);
    gg_ecdf_clear(&ecdf);
}

/* numpy.quantile([1, 2, 4, 8], q), its default method. */
static void test_quantiles_are_numpys(void **state) {
    (void)state;
    const double sorted[] = {1, 2, 4, 8};
    assert_close(gg_quantile(sorted, 4, 0.0), 1.0, 1e-15, 0);
    assert_close(gg_quantile(sorted, 4, 0.25), 1.75, 1e-15, 0);
    assert_close(gg_quantile(sorted, 4, 0.5), 3.0, 1e-15, 0);
    assert_close(gg_quantile(sorted, 4, 0.9), 6.8, 1e-15, 0);
    assert_close(gg_quantile(sorted, 4, 1.0), 8.0, 1e-15, 0);
    assert_true(isnan(gg_quantile(sorted, 0, 0.5)));
}

static void test_infinities_do_not_become_nan(void **state) {
    (void)state;
    const double sorted[] = {1, 2, INFINITY};
    assert_true(gg_quantile(sorted, 3, 0.5) == 2.0);
    assert_true(gg_quantile(sorted, 3, 0.25) == 1.5);
    assert_true(gg_quantile(sorted, 3, 0.9) == INFINITY);
    assert_true(gg_mean(sorted, 3) == INFINITY);
    gg_bootstrap bootstrap = {0};
    double low, high;
    assert_int_equal(gg_bootstrap_mean(&bootstrap, sorted, 3, &low, &high, NULL), GG_OK);
    assert_true(low >= 1.0 && high == INFINITY);
    gg_bootstrap_clear(&bootstrap);
}

static void test_a_bootstrap_of_few_values(void **state) {
    (void)state;
    gg_bootstrap bootstrap = {0};
    const double one[] = {3.0}, equal[] = {2.0, 2.0, 2.0};
    double low, high;
    assert_int_equal(gg_bootstrap_mean(&bootstrap, NULL, 0, &low, &high, NULL), GG_OK);
    assert_true(isnan(low) && isnan(high));
    assert_int_equal(gg_bootstrap_mean(&bootstrap, one, 1, &low, &high, NULL), GG_OK);
    assert_true(isnan(low) && isnan(high)); /* one value says nothing of how much they vary */
    assert_int_equal(gg_bootstrap_mean(&bootstrap, equal, 3, &low, &high, NULL), GG_OK);
    assert_true(low == 2.0 && high == 2.0);
    gg_bootstrap_clear(&bootstrap);
}

/* Near mean +- 1.96 sd / sqrt(n) for a large sample; the same when it is asked again, and when
 * several values are drawn together. */
static void test_the_interval_is_about_normal(void **state) {
    (void)state;
    enum { N = 20000 };
    double *values = gg_alloc(N, sizeof *values);
    assert_non_null(values);
    const size_t sizes[] = {400, 8192, 8193, N};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        for (uint32_t k = 0; k < n; k++)
            values[k] =
                gg_rng_uniform((gg_rng_address){.seed = 7, .stream = GG_STREAM_TEST, .entity = k});
        gg_bootstrap bootstrap = {0};
        double low, high, again_low, again_high, mean = gg_mean(values, n);
        assert_int_equal(gg_bootstrap_mean(&bootstrap, values, n, &low, &high, NULL), GG_OK);
        assert_int_equal(gg_bootstrap_mean(&bootstrap, values, n, &again_low, &again_high, NULL),
                         GG_OK);
        assert_true(low == again_low && high == again_high);
        double half = 1.96 / sqrt(12.0 * (double)n);
        assert_close(low, mean - half, 0, 0.25 * half);
        assert_close(high, mean + half, 0, 0.25 * half);
        gg_bootstrap_clear(&bootstrap);
    }
    gg_free(values);
}

static void test_many_are_sorted_as_few(void **state) {
    (void)state;
    enum { N = 3000 };
    double values[N] = {INFINITY, -INFINITY, 0.0, -1e-310, 1e308, -1e308, 1e-310};
    double sum = 0.0, sorted_sum = 0.0;
    for (uint32_t k = 7; k < N; k++) {
        gg_rng_address at = {.seed = 8, .stream = GG_STREAM_TEST, .entity = k};
        values[k] = floor(2000.0 * gg_rng_uniform(at)) - 1000.0;
        sum += values[k];
    }
    gg_sort(values, N);
    for (size_t k = 1; k < N; k++)
        assert_true(values[k - 1] <= values[k]);
    assert_true(values[0] == -INFINITY && values[1] == -1e308);
    assert_true(values[N - 1] == INFINITY && values[N - 2] == 1e308);
    for (size_t k = 2; k < N - 2; k++)
        sorted_sum += values[k];
    assert_true(sum == sorted_sum);
}

static void test_short_memory_is_an_error(void **state) {
    (void)state;
    const double values[] = {1, 2, 3};
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_bootstrap bootstrap = {0};
        gg_ecdf ecdf;
        double low, high;
        gg_alloc_fail_after(allowed);
        status = gg_bootstrap_mean(&bootstrap, values, 3, &low, &high, NULL);
        if (status == GG_OK)
            status = gg_ecdf_build(values, 3, 3, 0.0, &ecdf, NULL);
        gg_alloc_fail_after(-1);
        gg_bootstrap_clear(&bootstrap);
        if (status == GG_OK)
            gg_ecdf_clear(&ecdf);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_stand_at_distinct_values),
        cmocka_unit_test(test_values_below_the_floor_stand_on_it),
        cmocka_unit_test(test_no_values_make_an_empty_distribution),
        cmocka_unit_test(test_quantiles_are_numpys),
        cmocka_unit_test(test_infinities_do_not_become_nan),
        cmocka_unit_test(test_a_bootstrap_of_few_values),
        cmocka_unit_test(test_the_interval_is_about_normal),
        cmocka_unit_test(test_many_are_sorted_as_few),
        cmocka_unit_test(test_short_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

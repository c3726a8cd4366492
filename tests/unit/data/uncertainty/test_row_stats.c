/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The scalar kernel against a naive long-double evaluation.
 */
#include "data/uncertainty/kernels/row_stats.h"

#include <float.h>
#include <math.h>

#include "models/base/rng.h"
#include "tests/support/naive_measure.h"
#include "tests/support/support.h"

static double uniform(uint32_t entity, uint32_t draw) {
    return gg_rng_uniform((gg_rng_address){7, 0, GG_STREAM_TEST, entity, draw});
}

/* Rows of different characters: spread, nearly flat, constant, one-hot, masked, tied, huge. */
static void fill_row(int kind, uint32_t seed, size_t n, double *z) {
    for (uint32_t v = 0; v < n; v++) {
        double u = uniform(seed, v);
        z[v] = kind == 0   ? 20.0 * u - 10.0
               : kind == 1 ? 1e-3 * u
               : kind == 2 ? 3.25
               : kind == 3 ? (v == n / 2 ? 40.0 : 0.0)
               : kind == 4 ? (u < 0.5 && v != 0 ? -INFINITY : 5.0 * u)
               : kind == 5 ? floor(4.0 * u)
                           : (u - 0.5) * 1e30;
    }
}

static void check_kernel(gg_dtype dtype, const double *wide, size_t n) {
    char raw[8 * NAIVE_MAX_WIDTH + 8];
    double z[NAIVE_MAX_WIDTH], values[16];
    int64_t ids[16];
    gg_narrow(wide, n, dtype, raw);
    gg_widen(dtype, raw, 0, n, z);
    size_t token = n / 3;
    gg_top_list top = {.capacity = 16, .value = values, .id = ids};
    gg_row_request request = {
        .need = GG_ROW_MOMENTS, .temperature = 1.5, .token = (int64_t)token, .top = &top};
    gg_row_stats stats;
    gg_row_kernels_scalar.row[dtype](raw, n, &request, &stats);
    /* 1e30 is infinite as float16. */
    bool infinite = false, masked = true;
    for (size_t v = 0; v < n; v++) {
        infinite = infinite || z[v] == INFINITY;
        masked = masked && z[v] == -INFINITY;
    }
    gg_row_fault expected =
        infinite ? GG_ROW_INFINITE : (masked ? GG_ROW_ALL_MASKED : GG_ROW_SOUND);
    assert_int_equal(stats.fault, expected);
    if (expected != GG_ROW_SOUND)
        return;
    assert_int_equal(top.count, n < 16 ? n : 16);
    assert_true(values[0] == stats.max && values[1] == stats.second);
    for (size_t k = 0; k < top.count; k++) {
        assert_true(z[ids[k]] == values[k]);
        if (k > 0)
            assert_true(values[k - 1] > values[k] ||
                        (values[k - 1] == values[k] && ids[k - 1] < ids[k]));
    }
    double entropy = log(stats.exp_sum) - stats.entropy_sum / stats.exp_sum;
    assert_close(entropy, naive_measure(GG_ENTROPY, z, n, 1.5, 0, 0), 1e-13, 1e-13);
    assert_close(1.0 - 1.0 / stats.exp_sum, naive_measure(GG_LEAST_CONFIDENCE, z, n, 1.5, 0, 0),
                 1e-13, 1e-15);
    assert_close(1.0 - stats.square_sum / (stats.exp_sum * stats.exp_sum),
                 naive_measure(GG_GINI, z, n, 1.5, 0, 0), 1e-13, 1e-15);
    if (isfinite(z[token]))
        assert_close(log(stats.exp_sum) - stats.token_logit,
                     naive_measure(GG_NLL, z, n, 1.5, 0, token), 1e-13, 1e-13);
}

static void test_kernel_agrees_with_long_double(void **state) {
    (void)state;
    static const size_t lengths[] = {2, 3, 7, 64, 70, 1023, 1024, 1025, 4097};
    double z[NAIVE_MAX_WIDTH];
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
            for (int kind = 0; kind < 7; kind++) {
                fill_row(kind, (uint32_t)(k + 1), lengths[k], z);
                check_kernel((gg_dtype)dtype, z, lengths[k]);
            }
}

static void test_kernel_finds_faults(void **state) {
    (void)state;
    double z[2000] = {0};
    gg_row_request request = {.need = GG_ROW_MOMENTS, .temperature = 1, .token = -1};
    gg_row_stats stats;
    z[1500] = NAN;
    z[1600] = INFINITY;
    gg_row_kernels_scalar.row[GG_F64](z, 2000, &request, &stats);
    assert_int_equal(stats.fault, GG_ROW_NAN);
    assert_int_equal(stats.fault_at, 1500);
    z[1500] = -DBL_MAX;
    gg_row_kernels_scalar.row[GG_F64](z, 2000, &request, &stats);
    assert_int_equal(stats.fault, GG_ROW_INFINITE);
    assert_int_equal(stats.fault_at, 1600);
    for (int v = 0; v < 2000; v++)
        z[v] = -INFINITY;
    gg_row_kernels_scalar.row[GG_F64](z, 2000, &request, &stats);
    assert_int_equal(stats.fault, GG_ROW_ALL_MASKED);
    z[7] = DBL_MAX;
    z[8] = -DBL_MAX;
    gg_row_kernels_scalar.row[GG_F64](z, 2000, &request, &stats);
    assert_int_equal(stats.fault, GG_ROW_SOUND);
    assert_true(stats.exp_sum == 1.0 && stats.entropy_sum == 0.0);
}

static void test_kernels_are_chosen_by_name(void **state) {
    (void)state;
    gg_error err = {0};
    const gg_row_kernels *kernels;
    assert_success(gg_row_kernels_choose("scalar", &kernels, &err), &err);
    assert_ptr_equal(kernels, &gg_row_kernels_scalar);
    assert_int_equal(gg_row_kernels_choose("abacus", &kernels, &err), GG_E_USAGE);
    assert_says(&err, "kernels \"abacus\" are not known; there are:");
    assert_says(&err, " scalar");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernel_agrees_with_long_double),
        cmocka_unit_test(test_kernel_finds_faults),
        cmocka_unit_test(test_kernels_are_chosen_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

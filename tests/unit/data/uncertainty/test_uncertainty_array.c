/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows in memory: chosen rows, rows of a wider array, tokens, the first fault and its place.
 */
#include <math.h>

#include "data/uncertainty/uncertainty_array.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"

enum { ROWS = 5, WORDS = 4, STRIDE = 6 };

/* Rows of four words, two numbers apart that are none of them. */
static void fill(double logits[ROWS][STRIDE]) {
    for (size_t r = 0; r < ROWS; r++)
        for (size_t v = 0; v < STRIDE; v++)
            logits[r][v] = v < WORDS ? log((double)(1 + (r + v) % WORDS)) : NAN;
}

static void test_margins_of_chosen_rows(void **state) {
    (void)state;
    double logits[ROWS][STRIDE], values[3];
    const size_t rows[] = {4, 0, 2};
    gg_error err = {0};
    size_t failed;
    fill(logits);
    const gg_logit_array array = {GG_F64, logits, WORDS, STRIDE, NULL};
    const gg_uncertainty_options options = gg_uncertainty_options_init();
    assert_success(gg_uncertainty_of_array(&array, rows, 3, &options, values, &failed, &err), &err);
    assert_int_equal(failed, 3);
    for (int k = 0; k < 3; k++) /* probabilities 0.4, 0.3, 0.2, 0.1 in some order */
        assert_close(values[k], 0.9, 1e-12, 0);
}

static void test_surprise_of_tokens(void **state) {
    (void)state;
    double logits[ROWS][STRIDE], values[2];
    const size_t rows[] = {0, 1};
    const int64_t tokens[] = {3, 3}, outside[] = {3, WORDS};
    gg_error err = {0};
    size_t failed;
    fill(logits);
    gg_logit_array array = {GG_F64, logits, WORDS, STRIDE, tokens};
    gg_uncertainty_options options = gg_uncertainty_options_init();
    options.measure = GG_NLL;
    assert_success(gg_uncertainty_of_array(&array, rows, 2, &options, values, &failed, &err), &err);
    assert_close(values[0], -log(0.4), 1e-12, 0);
    assert_close(values[1], -log(0.1), 1e-12, 0);
    array.tokens = outside;
    assert_int_equal(gg_uncertainty_of_array(&array, rows, 2, &options, values, &failed, &err),
                     GG_E_USAGE);
    assert_says(&err, "token 4 is none of the 4 words");
    assert_int_equal(failed, 1);
    gg_error none = {0};
    array.tokens = NULL;
    assert_int_equal(gg_uncertainty_of_array(&array, rows, 2, &options, values, &failed, &none),
                     GG_E_USAGE);
    assert_says(&none, "nll");
}

static void test_the_first_fault_is_told(void **state) {
    (void)state;
    double logits[ROWS][STRIDE], values[ROWS];
    const size_t rows[] = {0, 1, 2, 3, 4};
    gg_error err = {0};
    size_t failed;
    fill(logits);
    logits[2][1] = NAN;
    logits[3][1] = INFINITY;
    const gg_logit_array array = {GG_F64, logits, WORDS, STRIDE, NULL};
    const gg_uncertainty_options options = gg_uncertainty_options_init();
    assert_int_equal(gg_uncertainty_of_array(&array, rows, ROWS, &options, values, &failed, &err),
                     GG_E_INPUT);
    assert_int_equal(failed, 2);
}

static void test_failing_allocations_are_survived(void **state) {
    (void)state;
    double logits[ROWS][STRIDE], values[ROWS];
    const size_t rows[] = {0, 1, 2, 3, 4};
    gg_status status = GG_E_NOMEM;
    fill(logits);
    const gg_logit_array array = {GG_F64, logits, WORDS, STRIDE, NULL};
    gg_uncertainty_options options = gg_uncertainty_options_init();
    options.top_k = 2;
    for (long allowed = 0; status != GG_OK && allowed < 50; allowed++) {
        gg_error err = {0};
        size_t failed;
        gg_alloc_fail_after(allowed);
        status = gg_uncertainty_of_array(&array, rows, ROWS, &options, values, &failed, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
    assert_int_equal(status, GG_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_margins_of_chosen_rows),
        cmocka_unit_test(test_surprise_of_tokens),
        cmocka_unit_test(test_the_first_fault_is_told),
        cmocka_unit_test(test_failing_allocations_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

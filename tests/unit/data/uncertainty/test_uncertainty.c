/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Uncertainties of whole datasets: against definitions (measure.c) and recorded NumPy
 * values of real logits.
 *
 * Covers h5_decode, h5_path, uncertainty_options and uncertainty_rows.
 */
#include "data/uncertainty/uncertainty.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "tests/support/naive_measure.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

static void test_measures_of_a_dataset(void **state) {
    const char *path = folder_file(state, "d.h5");
    gg_error err = {0};
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++) {
        tiny_options written = {.dtype = (gg_dtype)dtype, .gzip_level = dtype % 2};
        assert_success(tiny_write(path, &written, &err), &err);
        for (int measure = 0; measure < GG_N_MEASURES; measure++)
            for (size_t top_k = 0; top_k <= 8; top_k += top_k == 0 ? 2 : 3) {
                gg_uncertainty_options o = options_of((gg_measure)measure, top_k, "last");
                double values[TINY_QUERIES];
                o.temperature = 0.75;
                if (measure == GG_NLL && top_k > 0)
                    continue;
                assert_success(compute(path, GG_SLM, &o, values, &err), &err);
                for (size_t i = 0; i < TINY_QUERIES; i++) {
                    size_t row = tiny_offsets[i + 1] - 1;
                    double z[TINY_WORDS];
                    for (size_t v = 0; v < TINY_WORDS; v++)
                        z[v] = tiny_logit(row, v);
                    assert_close(values[i],
                                 naive_measure((gg_measure)measure, z, TINY_WORDS, 0.75, top_k,
                                               row % TINY_WORDS),
                                 1e-14, 1e-14);
                }
            }
    }
}

static void test_aggregates_of_a_dataset(void **state) {
    const char *path = folder_file(state, "d.h5");
    static const double lengths[] = {1, 2, 1, 1};
    static const char *const names[] = {"first",      "mean",          "max",
                                        "last",       "quantile:0.25", "quantile:0.9",
                                        "quantile:1", "sum",           "perplexity"};
    tiny_options written = {.dtype = GG_F64, .answer_tokens = lengths};
    gg_error err = {0};
    assert_success(tiny_write(path, &written, &err), &err);
    for (int drop = 0; drop <= 1; drop++)
        for (size_t a = 0; a < sizeof names / sizeof *names; a++) {
            gg_uncertainty_options o = options_of(GG_NLL, 0, names[a]);
            double values[TINY_QUERIES], x[3] = {0};
            o.drop_eos = drop == 1;
            assert_success(compute(path, GG_SLM, &o, values, &err), &err);
            size_t n = drop ? 2 : 3; /* of query 1 */
            for (size_t t = 0; t < n; t++) {
                double z[TINY_WORDS];
                for (size_t v = 0; v < TINY_WORDS; v++)
                    z[v] = tiny_logit(1 + t, v);
                x[t] = naive_measure(GG_NLL, z, TINY_WORDS, 1, 0, 1 + t);
            }
            double low = fmin(x[0], x[1]), high = fmax(x[0], x[1]), middle = 0;
            double sum = x[0] + x[1] + x[2], last = x[n - 1];
            if (!drop) {
                middle = fmax(low, fmin(high, x[2]));
                low = fmin(low, x[2]);
                high = fmax(high, x[2]);
            }
            const double expected[] = {
                x[0],
                sum / (double)n,
                high,
                last,
                drop ? low + 0.25 * (high - low) : low + 0.5 * (middle - low),
                drop ? low + 0.9 * (high - low) : middle + 0.8 * (high - middle),
                high,
                sum,
                exp(sum / (double)n)};
            assert_close(values[1], expected[a], 1e-13, 0);
        }
}

/* Recorded with NumPy in float64: scalar kernels repeat them, vectors come as near as they promise.
 */
static void compare_with_recorded(const gg_row_kernels *kernels) {
    enum { QUERIES = 374 };
    static double values[4][QUERIES];
    double tolerance = kernels == &gg_row_kernels_scalar ? 1e-12 : 1e-6;
    char line[256];
    gg_error err = {0};
    for (int c = 0; c < 4; c++) {
        gg_uncertainty_options o = options_of(GG_MARGIN, c % 2 == 0 ? 0 : 10, "first");
        o.kernels = kernels;
        assert_success(
            compute("data/samples/babi.h5", c < 2 ? GG_SLM : GG_LLM, &o, values[c], &err), &err);
    }
    FILE *recorded = fopen(TEST_PATH("data/babi_alpha.csv"), "r");
    assert_non_null(recorded);
    assert_non_null(fgets(line, sizeof line, recorded));
    assert_string_equal(line, "slm,slm_top10,llm,llm_top10\n");
    for (int i = 0; i < QUERIES; i++) {
        char *next = fgets(line, sizeof line, recorded);
        assert_non_null(next);
        for (int c = 0; c < 4; c++) {
            assert_close(values[c][i], strtod(next, &next), 0, tolerance);
            next++;
        }
    }
    assert_null(fgets(line, sizeof line, recorded));
    fclose(recorded);
}

/* Real logits at other temperatures, where more or fewer words share the probability. */
static void test_kernels_keep_their_promise_on_real_logits(void **state) {
    (void)state;
    enum { QUERIES = 374 };
    static const gg_measure measures[] = {GG_MARGIN, GG_LEAST_CONFIDENCE, GG_ENTROPY};
    size_t count;
    const gg_row_kernels *const *all = gg_row_kernels_all(&count);
    for (size_t k = 0; k < count; k++)
        for (int c = 0; all[k]->usable() && c < 18; c++) {
            gg_uncertainty_options o = options_of(measures[c % 3], 0, "first");
            gg_side side = c / 3 % 2 == 0 ? GG_SLM : GG_LLM;
            double expected[QUERIES], values[QUERIES];
            gg_error err = {0};
            o.temperature = 0.5 + 0.7 * (c / 6);
            o.kernels = &gg_row_kernels_scalar;
            assert_success(compute("data/samples/babi.h5", side, &o, expected, &err), &err);
            o.kernels = all[k];
            assert_success(compute("data/samples/babi.h5", side, &o, values, &err), &err);
            for (int i = 0; i < QUERIES; i++)
                assert_close(values[i], expected[i], 0, o.measure == GG_ENTROPY ? 1e-9 : 5e-7);
        }
}

static void test_recorded_values_of_real_logits(void **state) {
    (void)state;
    size_t count;
    const gg_row_kernels *const *all = gg_row_kernels_all(&count);
    for (size_t k = 0; k < count; k++)
        if (all[k]->usable())
            compare_with_recorded(all[k]);
}

/* Every way to read the rows gives the same bits: streamed, picked, compressed, hidden. */
static void test_storage_does_not_matter(void **state) {
    const char *plain = folder_file(state, "plain.h5"), *packed = folder_file(state, "packed.h5");
    tiny_options written = {.dtype = GG_F32};
    gg_error err = {0};
    double a[TINY_QUERIES], b[TINY_QUERIES];
    gg_uncertainty_options o = options_of(GG_ENTROPY, 0, "first");
    assert_success(tiny_write(plain, &written, &err), &err);
    written.gzip_level = 9;
    assert_success(tiny_write(packed, &written, &err), &err);
    assert_success(compute(plain, GG_SLM, &o, a, &err), &err);
    const char *const others[] = {
        packed, TEST_PATH("data/h5py_wide.h5"), TEST_PATH("data/h5py_filters.h5"),
        TEST_PATH("data/h5py_links.h5"), TEST_PATH("data/h5py_hidden.h5")};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        assert_success(compute(others[k], GG_SLM, &o, b, &err), &err);
        assert_memory_equal(a, b, sizeof a);
    }
}

static void test_classes_are_merged(void **state) {
    const char *path = folder_file(state, "classes.h5");
    /* p of words 0..5 is 5:4:3:2:1:1 before the row's sum; words 0 and 3 are one class, 2 is none.
     */
    static const double weights[TINY_WORDS] = {5, 4, 3, 2, 1, 1};
    static const double classes[TINY_WORDS] = {1000000, 7, -1, 1000000, 8, 7};
    double logits[TINY_ROWS * TINY_WORDS], values[TINY_QUERIES];
    gg_error err = {0};
    for (int k = 0; k < TINY_ROWS * TINY_WORDS; k++)
        logits[k] = log(weights[k % TINY_WORDS]);
    tiny_options written = {.dtype = GG_F64, .logits = logits, .classes = classes};
    assert_success(tiny_write(path, &written, &err), &err);
    /* All 6 words among the 3K = 6 listed: classes 7 (0 and 3), 5 (1 and 5), 1 (4). */
    gg_uncertainty_options o = options_of(GG_MARGIN, 2, "first");
    assert_success(compute(path, GG_SLM, &o, values, &err), &err);
    assert_close(values[0], 1.0 - 2.0 / 12.0, 1e-14, 0);
    o = options_of(GG_MARGIN, 3, "mean");
    assert_success(compute(path, GG_SLM, &o, values, &err), &err);
    assert_close(values[1], 1.0 - 2.0 / 13.0, 1e-14, 0);
    o = options_of(GG_LEAST_CONFIDENCE, 3, "first");
    assert_success(compute(path, GG_SLM, &o, values, &err), &err);
    assert_close(values[0], 1.0 - 7.0 / 13.0, 1e-14, 0);
    o.ignore_classes = true;
    assert_success(compute(path, GG_SLM, &o, values, &err), &err);
    assert_close(values[0], 1.0 - 5.0 / 12.0, 1e-14, 0);
    /* The whole vocabulary is never merged. */
    o = options_of(GG_MARGIN, 0, "first");
    assert_success(compute(path, GG_SLM, &o, values, &err), &err);
    assert_close(values[0], 1.0 - 1.0 / 16.0, 1e-14, 0);
}

static void test_dropped_classes_everywhere_are_an_error(void **state) {
    const char *path = folder_file(state, "none.h5");
    static const double classes[TINY_WORDS] = {-1, -1, -1, -1, -1, -1};
    tiny_options written = {.dtype = GG_F64, .classes = classes, .with_columns = true};
    double values[TINY_QUERIES];
    gg_error err = {0};
    gg_uncertainty_options o = options_of(GG_MARGIN, 2, "first");
    assert_success(tiny_write(path, &written, &err), &err);
    assert_int_equal(compute(path, GG_SLM, &o, values, &err), GG_E_INPUT);
    assert_says(&err, "query 0 (\"query-0\"), token 0: none of the 6 most probable tokens has a "
                      "class");
}

static void test_names(void **state) {
    (void)state;
    gg_error err = {0};
    gg_measure measure;
    gg_aggregate aggregate;
    char name[GG_UNCERTAINTY_NAME_SIZE];
    for (int k = 0; k < GG_N_MEASURES; k++) {
        assert_success(gg_measure_parse(gg_measure_name((gg_measure)k), &measure, &err), &err);
        assert_int_equal(measure, k);
    }
    assert_int_equal(gg_measure_parse("marging", &measure, &err), GG_E_USAGE);
    assert_says(&err, "margin, entropy, normalised_entropy");
    static const char *const bad[] = {
        "quantile",     "quantile:q",    "quantile:1.5", "quantile:-0.1",
        "quantile:nan", "quantile:0.5x", "median",       ""};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_int_equal(gg_aggregate_parse(bad[k], &aggregate, NULL), GG_E_USAGE);
    gg_uncertainty_options o = options_of(GG_MARGIN, 0, "first");
    gg_uncertainty_default_name(GG_SLM, &o, name);
    assert_string_equal(name, "slm_margin_first");
    o = options_of(GG_ENTROPY, 10, "quantile:0.9");
    gg_uncertainty_default_name(GG_LLM, &o, name);
    assert_string_equal(name, "llm_entropy_top10_quantile:0.9");
}

static void test_failing_allocations_are_survived(void **state) {
    const char *path = folder_file(state, "alloc.h5");
    static const double classes[TINY_WORDS] = {0, 1, 2, 0, 1, 2}, lengths[] = {1, 2, 1, 1};
    tiny_options written = {
        .dtype = GG_F16, .classes = classes, .answer_tokens = lengths, .with_columns = true};
    gg_error err = {0};
    assert_success(tiny_write(path, &written, &err), &err);
    const gg_uncertainty_options runs[] = {options_of(GG_MARGIN, 2, "quantile:0.5"),
                                           options_of(GG_NLL, 0, "sum")};
    for (size_t k = 0; k < 2; k++) {
        gg_uncertainty_options o = runs[k];
        gg_status status = GG_E_NOMEM;
        long allowed = 0;
        o.drop_eos = true;
        for (; status != GG_OK && allowed < 1000; allowed++) {
            double values[TINY_QUERIES];
            err = (gg_error){0};
            gg_alloc_fail_after(allowed);
            status = compute(path, GG_SLM, &o, values, &err);
            gg_alloc_fail_after(-1);
            assert_true(status == GG_OK || status == GG_E_NOMEM);
            assert_int_equal(gg_alloc_live(), 0);
        }
        assert_int_equal(status, GG_OK);
        assert_true(allowed > 20);
    }
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_measures_of_a_dataset),
        WITH_FOLDER(test_aggregates_of_a_dataset),
        cmocka_unit_test(test_recorded_values_of_real_logits),
        cmocka_unit_test(test_kernels_keep_their_promise_on_real_logits),
        WITH_FOLDER(test_storage_does_not_matter),
        WITH_FOLDER(test_classes_are_merged),
        WITH_FOLDER(test_dropped_classes_everywhere_are_an_error),
        cmocka_unit_test(test_names),
        WITH_FOLDER(test_failing_allocations_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

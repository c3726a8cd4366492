/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads and tiles change nothing: the same bits from one thread or several, the same values from
 * hidden states taken tile by tile and from their logits, the first error whoever meets one first.
 *
 * Covers h5_type and top_list.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

/* Three tiles of the head, the last one short; two blocks of rows. */
enum { QUERIES = 70, ROWS_A_QUERY = 4, ROWS = QUERIES * ROWS_A_QUERY, WORDS = 2100, DEPTH = 512 };

typedef struct model {
    float states[ROWS][DEPTH];
    float head[WORDS][DEPTH];
    float bias[WORDS];
    double logits[ROWS][WORDS];
} model;

static float draw(uint32_t what, size_t row, size_t column) {
    gg_rng_address at = {5, what, GG_STREAM_TEST, (uint32_t)row, (uint32_t)column};
    /* Sixteenths: products are exact, and every way to add them gives nearly the same. */
    return (float)(floor(33.0 * gg_rng_uniform(at)) - 16.0) / 16.0f;
}

static model *m;

static int make_model(void **state) {
    (void)state;
    m = gg_alloc(1, sizeof *m);
    if (m == NULL)
        return 1;
    for (size_t d = 0; d < DEPTH; d++) {
        for (size_t r = 0; r < ROWS; r++)
            m->states[r][d] = draw(0, r, d);
        for (size_t v = 0; v < WORDS; v++)
            m->head[v][d] = draw(1, v, d) / 4.0f;
    }
    for (size_t v = 0; v < WORDS; v++)
        m->bias[v] = v % 97 == 3 ? -INFINITY : draw(2, v, 0);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t v = 0; v < WORDS; v++) {
            m->logits[r][v] = (double)m->bias[v];
            for (size_t d = 0; d < DEPTH; d++)
                m->logits[r][v] += (double)m->states[r][d] * (double)m->head[v][d];
        }
    return 0;
}

static int drop_model(void **state) {
    gg_free(m);
    return assert_nothing_leaked(state);
}

static void write_model(const char *path, bool hidden, gg_dtype head_dtype, int gzip_level) {
    gg_dataset_writer *writer;
    gg_error err = {0};
    gg_side_spec spec = {.storage = hidden ? GG_STORAGE_HIDDEN : GG_STORAGE_LOGITS,
                         .dtype = hidden ? GG_F32 : GG_F64,
                         .width = hidden ? DEPTH : WORDS,
                         .has_tokens = true,
                         .gzip_level = gzip_level};
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_success(gg_dataset_writer_declare(writer, GG_SLM, &spec, &err), &err);
    for (size_t i = 0, r = 0; i < QUERIES; i++) {
        for (size_t t = 0; t < ROWS_A_QUERY; t++, r++) {
            int32_t token = (int32_t)(r * 29 % WORDS);
            token += token % 97 == 3;
            const void *values = hidden ? (const void *)m->states[r] : (const void *)m->logits[r];
            assert_success(
                gg_dataset_writer_append_rows(writer, GG_SLM, 1, values, NULL, &token, &err), &err);
        }
        assert_success(gg_dataset_writer_end_query(writer, GG_SLM, &err), &err);
    }
    for (size_t v = 0; hidden && v < WORDS; v++) {
        double wide[DEPTH], narrow[DEPTH];
        for (size_t d = 0; d < DEPTH; d++)
            wide[d] = (double)m->head[v][d];
        gg_narrow(wide, DEPTH, head_dtype, narrow);
        assert_success(gg_dataset_writer_append_head(writer, GG_SLM, head_dtype, 1, narrow, &err),
                       &err);
    }
    if (hidden)
        assert_success(gg_dataset_writer_bias(writer, GG_SLM, GG_F32, WORDS, m->bias, &err), &err);
    assert_success(gg_dataset_writer_finish(writer, NULL, &err), &err);
}

static const struct {
    gg_measure measure;
    size_t top_k;
    const char *aggregate;
} asked[] = {{GG_MARGIN, 0, "first"},          {GG_MARGIN, 10, "mean"}, {GG_ENTROPY, 0, "max"},
             {GG_LEAST_CONFIDENCE, 0, "last"}, {GG_NLL, 0, "sum"},      {GG_GINI, 3, "mean"},
             {GG_MARGIN, WORDS, "first"}};
enum { N_ASKED = sizeof asked / sizeof *asked };

static void test_threads_change_nothing(void **state) {
    const char *plain = folder_file(state, "plain.h5"), *packed = folder_file(state, "packed.h5");
    const char *hidden = folder_file(state, "hidden.h5");
    write_model(plain, false, GG_F64, 0);
    write_model(packed, false, GG_F64, 1);
    write_model(hidden, true, GG_F16, 0);
    const char *const files[] = {plain, packed, hidden};
    for (size_t f = 0; f < 3; f++)
        for (size_t a = 0; a < N_ASKED; a++) {
            gg_uncertainty_options o =
                options_of(asked[a].measure, asked[a].top_k, asked[a].aggregate);
            double one[QUERIES], many[QUERIES];
            gg_error err = {0};
            o.threads = 1;
            assert_success(compute(files[f], GG_SLM, &o, one, &err), &err);
            for (o.threads = 2; o.threads <= 5; o.threads += 3) {
                memset(many, 0, sizeof many);
                assert_success(compute(files[f], GG_SLM, &o, many, &err), &err);
                assert_memory_equal(one, many, sizeof one);
            }
        }
}

static void test_tiles_change_nothing(void **state) {
    const char *plain = folder_file(state, "plain.h5"), *hidden = folder_file(state, "hidden.h5");
    static const gg_dtype head_dtypes[] = {GG_F32, GG_F16, GG_BF16, GG_F64};
    gg_error err = {0};
    write_model(plain, false, GG_F64, 0);
    for (size_t h = 0; h < 4; h++) {
        write_model(hidden, true, head_dtypes[h], h == 1 ? 1 : 0);
        for (size_t a = 0; a < N_ASKED; a++) {
            gg_uncertainty_options o =
                options_of(asked[a].measure, asked[a].top_k, asked[a].aggregate);
            double expected[QUERIES], values[QUERIES];
            assert_success(gg_row_kernels_choose("scalar", &o.kernels, &err), &err);
            assert_success(compute(plain, GG_SLM, &o, expected, &err), &err);
            o.kernels = NULL;
            assert_success(compute(hidden, GG_SLM, &o, values, &err), &err);
            for (size_t i = 0; i < QUERIES; i++)
                assert_close(values[i], expected[i], 1e-6, 4e-6);
        }
    }
}

static void test_the_first_error_counts(void **state) {
    const char *path = folder_file(state, "broken.h5");
    double *places[] = {&m->logits[9][5], &m->logits[200][700], &m->logits[270][1]};
    const double faults[] = {NAN, INFINITY, NAN};
    double kept[3];
    for (size_t k = 0; k < 3; k++) {
        kept[k] = *places[k];
        *places[k] = faults[k];
    }
    write_model(path, false, GG_F64, 0);
    for (size_t k = 0; k < 3; k++)
        *places[k] = kept[k];
    for (size_t threads = 1; threads <= 4; threads++) {
        gg_uncertainty_options o = options_of(GG_MARGIN, 0, "mean");
        double values[QUERIES];
        gg_error err = {0};
        o.threads = threads;
        assert_int_equal(compute(path, GG_SLM, &o, values, &err), GG_E_INPUT);
        assert_says(&err, "query 2, token 1: logit 5 is not a number");
        o = options_of(GG_MARGIN, 0, "first");
        o.threads = threads;
        err = (gg_error){0};
        assert_int_equal(compute(path, GG_SLM, &o, values, &err), GG_E_INPUT);
        assert_says(&err, "query 50, token 0: logit 700 is +infinity");
    }
}

static void test_failing_allocations_are_survived(void **state) {
    const char *path = folder_file(state, "alloc.h5");
    size_t before = gg_alloc_live();
    write_model(path, true, GG_F16, 0);
    gg_status status = GG_E_NOMEM;
    long allowed = 0;
    for (; status != GG_OK && allowed < 20000; allowed += 1 + allowed / 8) {
        gg_uncertainty_options o = options_of(GG_MARGIN, 3, "first");
        double values[QUERIES];
        gg_error err = {0};
        o.threads = 2;
        gg_alloc_fail_after(allowed);
        status = compute(path, GG_SLM, &o, values, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_true(status == GG_OK || err.message[0] != '\0');
        assert_int_equal(gg_alloc_live(), before);
    }
    assert_int_equal(status, GG_OK);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_threads_change_nothing),
        WITH_FOLDER(test_tiles_change_nothing),
        WITH_FOLDER(test_the_first_error_counts),
        WITH_FOLDER(test_failing_allocations_are_survived),
    };
    return cmocka_run_group_tests(tests, make_model, drop_model);
}

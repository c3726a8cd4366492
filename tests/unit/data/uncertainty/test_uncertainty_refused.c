/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stored candidates, and what no uncertainty can be computed from.
 */
#include "data/uncertainty/uncertainty.h"

#include <math.h>

#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

/* ---- stored candidates ---- */

enum { CANDIDATES = 3 };

static void write_candidates(const char *path, const double *values, const int32_t *ids,
                             const int32_t *token) {
    gg_error err = {0};
    gg_dataset_writer *writer;
    gg_side_spec spec = {.storage = GG_STORAGE_TOPK,
                         .dtype = GG_F64,
                         .width = CANDIDATES,
                         .has_tokens = true,
                         .has_topk_ids = ids != NULL};
    assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
    assert_success(gg_dataset_writer_declare(writer, GG_SLM, &spec, &err), &err);
    assert_success(gg_dataset_writer_append_rows(writer, GG_SLM, 1, values, ids, token, &err),
                   &err);
    assert_success(gg_dataset_writer_end_query(writer, GG_SLM, &err), &err);
    assert_success(gg_dataset_writer_finish(writer, NULL, &err), &err);
}

static void test_stored_candidates(void **state) {
    const char *path = folder_file(state, "topk.h5");
    const double log_p[] = {log(0.25), log(0.5), log(0.125)};
    const int32_t ids[] = {70000, 5, 9}, token = 9;
    gg_error err = {0};
    double value;
    gg_uncertainty_options o;
    write_candidates(path, log_p, ids, &token);
    const struct {
        gg_measure measure;
        size_t top_k;
        double temperature, expected;
    } table[] = {
        {GG_MARGIN, 0, 1, 0.75},
        {GG_MARGIN, 3, 1, 1.0 - 0.25 / 0.875},
        {GG_MARGIN, 2, 1, 1.0 - 0.25 / 0.75},
        {GG_MARGIN, 2, 0.5, 1.0 - 3.0 / 5.0},
        {GG_LEAST_CONFIDENCE, 0, 1, 0.5},
        {GG_NLL, 0, 1, log(8.0)},
        {GG_GINI, 2, 1, 1.0 - 5.0 / 9.0},
        {GG_ENTROPY, 2, 1, log(3.0) - 2.0 / 3.0 * log(2.0)},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        o = options_of(table[k].measure, table[k].top_k, "first");
        o.temperature = table[k].temperature;
        assert_success(compute(path, GG_SLM, &o, &value, &err), &err);
        assert_close(value, table[k].expected, 1e-14, 0);
    }
    /* The sampled token listed twice counts once; sentinels and -1 ids do not count. */
    const double twice[] = {log(0.5), log(0.5), log(0.25)};
    const int32_t twice_ids[] = {5, 5, 6};
    write_candidates(path, twice, twice_ids, &token);
    o = options_of(GG_MARGIN, 0, "first");
    assert_success(compute(path, GG_SLM, &o, &value, &err), &err);
    assert_close(value, 0.75, 1e-14, 0);
    const double sentinels[] = {-9999.0, log(0.5), log(0.25)};
    const int32_t sentinel_ids[] = {5, 6, -1};
    write_candidates(path, sentinels, sentinel_ids, &token);
    assert_success(compute(path, GG_SLM, &o, &value, &err), &err);
    assert_close(value, 0.5, 1e-14, 0);
}

static void test_stored_candidates_that_are_refused(void **state) {
    const char *path = folder_file(state, "topk.h5");
    const double log_p[] = {log(0.5), log(0.25), log(0.125)};
    const double positive[] = {1.5, log(0.25), log(0.125)}, empty[] = {-9999, -INFINITY, -3.4e38};
    const int32_t ids[] = {4, 5, 9}, token = 7;
    gg_error err = {0};
    double value;
    write_candidates(path, log_p, ids, &token);
    const struct {
        gg_measure measure;
        size_t top_k;
        double temperature;
        gg_status status;
        const char *says;
    } table[] = {
        {GG_ENTROPY, 0, 1, GG_E_USAGE, "entropy needs the whole distribution"},
        {GG_GINI, 0, 1, GG_E_USAGE, "gini needs the whole distribution"},
        {GG_MARGIN, 0, 2, GG_E_USAGE, "temperature 2 needs the whole distribution"},
        {GG_MARGIN, 4, 1, GG_E_USAGE, "top-k 4: only 3 candidates a token are stored"},
        {GG_NLL, 0, 1, GG_E_INPUT, "query 0, token 0: the generated token 7 is not among"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        gg_uncertainty_options o = options_of(table[k].measure, table[k].top_k, "first");
        o.temperature = table[k].temperature;
        err = (gg_error){0};
        assert_int_equal(compute(path, GG_SLM, &o, &value, &err), table[k].status);
        assert_says(&err, table[k].says);
    }
    gg_uncertainty_options o = options_of(GG_MARGIN, 0, "first");
    err = (gg_error){0};
    write_candidates(path, positive, ids, &token);
    assert_int_equal(compute(path, GG_SLM, &o, &value, &err), GG_E_INPUT);
    assert_says(&err, "candidate 0: 1.5 is not a log-probability");
    err = (gg_error){0};
    write_candidates(path, empty, ids, &token);
    assert_int_equal(compute(path, GG_SLM, &o, &value, &err), GG_E_INPUT);
    assert_says(&err, "none of its 3 candidates has a probability");
    err = (gg_error){0};
    o = options_of(GG_NLL, 0, "first");
    write_candidates(path, log_p, NULL, &token);
    assert_int_equal(compute(path, GG_SLM, &o, &value, &err), GG_E_INPUT);
    assert_says(&err, "/slm/topk_ids: is missing");
}

/* ---- what is refused ---- */

static void test_bad_logits_name_query_and_token(void **state) {
    const char *path = folder_file(state, "bad.h5");
    const struct {
        double value;
        bool whole_row;
        const char *says; /* NULL: legal */
    } table[] = {
        {NAN, false, "query 1 (\"query-1\"), token 2: logit 4 is not a number"},
        {INFINITY, false, "query 1 (\"query-1\"), token 2: logit 4 is +infinity"},
        {-INFINITY, false, NULL},
        {-INFINITY, true, "query 1 (\"query-1\"), token 2: all 6 logits are -infinity"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++)
        for (int dtype = 0; dtype < GG_N_DTYPES; dtype++) {
            double logits[TINY_ROWS * TINY_WORDS] = {0}, values[TINY_QUERIES];
            tiny_options written = {
                .dtype = (gg_dtype)dtype, .logits = logits, .with_columns = true};
            gg_error err = {0};
            gg_uncertainty_options o = options_of(GG_MARGIN, 0, "mean");
            for (int v = 0; v < TINY_WORDS; v++)
                if (v == 4 || table[k].whole_row)
                    logits[3 * TINY_WORDS + v] = table[k].value;
            assert_success(tiny_write(path, &written, &err), &err);
            gg_status status = compute(path, GG_SLM, &o, values, &err);
            assert_int_equal(status, table[k].says != NULL ? GG_E_INPUT : GG_OK);
            if (table[k].says != NULL)
                assert_says(&err, table[k].says);
            /* Rows that are not looked at may hold anything. */
            o = options_of(GG_MARGIN, 0, "first");
            err = (gg_error){0};
            assert_success(compute(path, GG_SLM, &o, values, &err), &err);
        }
}

static void test_masked_generated_token_is_refused(void **state) {
    const char *path = folder_file(state, "masked.h5");
    double logits[TINY_ROWS * TINY_WORDS] = {0}, values[TINY_QUERIES];
    tiny_options written = {.dtype = GG_F16, .logits = logits};
    gg_error err = {0};
    gg_uncertainty_options o = options_of(GG_NLL, 0, "sum");
    logits[4 * TINY_WORDS + 4] = -INFINITY;
    assert_success(tiny_write(path, &written, &err), &err);
    assert_int_equal(compute(path, GG_SLM, &o, values, &err), GG_E_INPUT);
    assert_says(&err, "query 2, token 0: the generated token 4 has probability 0");
}

static void test_options_that_do_not_fit(void **state) {
    const char *path = folder_file(state, "d.h5");
    static const double lengths[] = {1, 0, 1, 1};
    tiny_options written = {.dtype = GG_F32, .answer_tokens = lengths};
    gg_error err = {0};
    assert_success(tiny_write(path, &written, &err), &err);
    const struct {
        gg_measure measure;
        size_t top_k;
        const char *aggregate;
        double temperature;
        bool drop_eos;
        gg_side side;
        gg_status status;
        const char *says;
    } table[] = {
        {GG_MARGIN, 1, "first", 1, false, GG_SLM, GG_E_USAGE, "top-k 1"},
        {GG_NLL, 5, "first", 1, false, GG_SLM, GG_E_USAGE, "nll is of the whole vocabulary"},
        {GG_MARGIN, 0, "sum", 1, false, GG_SLM, GG_E_USAGE, "aggregate sum is of nll only"},
        {GG_GINI, 0, "perplexity", 1, false, GG_SLM, GG_E_USAGE, "perplexity is of nll only"},
        {GG_MARGIN, 0, "first", 0, false, GG_SLM, GG_E_USAGE, "temperature 0 is not"},
        {GG_MARGIN, 0, "first", NAN, false, GG_SLM, GG_E_USAGE, "temperature nan is not"},
        {GG_MARGIN, 0, "first", INFINITY, false, GG_SLM, GG_E_USAGE, "temperature inf is not"},
        {GG_MARGIN, 0, "first", 1, true, GG_SLM, GG_E_INPUT,
         "query 1: its answer has no tokens but the end-of-answer token"},
        {GG_MARGIN, 0, "first", 1, false, GG_LLM, GG_E_INPUT, "/llm: has no logits"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        double values[TINY_QUERIES];
        gg_uncertainty_options o = options_of(table[k].measure, table[k].top_k, table[k].aggregate);
        o.temperature = table[k].temperature;
        o.drop_eos = table[k].drop_eos;
        err = (gg_error){0};
        assert_int_equal(compute(path, table[k].side, &o, values, &err), table[k].status);
        assert_says(&err, table[k].says);
        assert_says(&err, "d.h5");
    }
}

/* One query, of no rows or of rows of one word. */
static void test_too_little_to_measure(void **state) {
    const char *path = folder_file(state, "little.h5");
    const float row[2] = {0, 1};
    for (size_t width = 1; width <= 2; width++) {
        gg_error err = {0};
        gg_dataset_writer *writer;
        double value;
        gg_uncertainty_options o = options_of(GG_MARGIN, 0, "first");
        gg_side_spec spec = {.storage = GG_STORAGE_LOGITS, .dtype = GG_F32, .width = width};
        assert_success(gg_dataset_writer_new(path, &writer, &err), &err);
        assert_success(gg_dataset_writer_declare(writer, GG_SLM, &spec, &err), &err);
        assert_success(gg_dataset_writer_append_rows(writer, GG_SLM, width == 1 ? 1 : 0, row, NULL,
                                                     NULL, &err),
                       &err);
        assert_success(gg_dataset_writer_end_query(writer, GG_SLM, &err), &err);
        assert_success(gg_dataset_writer_finish(writer, NULL, &err), &err);
        assert_int_equal(compute(path, GG_SLM, &o, &value, &err), GG_E_INPUT);
        assert_says(&err, width == 1 ? "rows of 1 value: uncertainty needs at least 2"
                                     : "query 0: its answer has no tokens");
    }
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_stored_candidates),
        WITH_FOLDER(test_stored_candidates_that_are_refused),
        WITH_FOLDER(test_bad_logits_name_query_and_token),
        WITH_FOLDER(test_masked_generated_token_is_refused),
        WITH_FOLDER(test_options_that_do_not_fit),
        WITH_FOLDER(test_too_little_to_measure),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

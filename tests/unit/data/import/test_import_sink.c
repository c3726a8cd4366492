/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all importers share: candidate lists, facts of queries, numbers from other files, joining.
 *
 * Covers import_finish, import_lists and import_names.
 */
#include "data/import/sink/import_sink.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset/row_reader.h"
#include "data/text/number_file.h"
#include "data/text/token_texts.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"
#include "tests/unit/data/import/import_sink_common.h"

static gg_candidate by_text(double value, const char *text) {
    return (gg_candidate){
        .value = value, .id = GG_NO_TOKEN_ID, .text = text, .text_size = strlen(text)};
}

/* One stored row. */
typedef struct stored {
    size_t width;
    double values[8];
    int64_t ids[8];
    int64_t token;
} stored;

static stored read_row(void *const *state, size_t row) {
    gg_dataset *dataset;
    gg_row_reader *reader;
    gg_row_block block;
    gg_error err = {0};
    stored s = {0};
    assert_success(gg_dataset_open(folder_file(state, "out.h5"), &dataset, &err), &err);
    assert_success(gg_dataset_validate(dataset, &err), &err);
    assert_success(gg_row_reader_new(dataset, GG_SLM, 0, &reader, &err), &err);
    assert_success(gg_row_reader_read(reader, row, 1, &block, &err), &err);
    assert_true(block.is_topk && block.dtype == GG_F64 && block.width <= 8);
    s.width = block.width;
    memcpy(s.values, block.values, block.width * sizeof *s.values);
    if (block.ids != NULL)
        memcpy(s.ids, block.ids, block.width * sizeof *s.ids);
    s.token = -2;
    if (gg_dataset_has(dataset, GG_SLM, GG_COLUMN_TOKENS))
        assert_success(
            gg_dataset_read_integers(dataset, GG_SLM, GG_COLUMN_TOKENS, row, 1, &s.token, &err),
            &err);
    gg_row_reader_free(reader);
    gg_dataset_close(dataset);
    return s;
}

static void end(gg_import_sink *sink) {
    gg_import_query query = gg_import_query_init();
    gg_error err = {0};
    assert_success(gg_import_sink_end_query(sink, &query, &err), &err);
}

/* Unsorted, with a sentinel, the sampled token in front and once more at its rank. */
static void test_lists(void **state) {
    gg_import_options options = gg_import_options_init();
    gg_import_sink *sink = open_sink(state, &options);
    gg_error err = {0};
    const gg_candidate first[] = {by_id(log(0.125), 9), by_id(log(0.5), 4), by_id(log(0.25), 7),
                                  by_id(log(0.125), 9)};
    const gg_candidate second[] = {by_id(log(0.75), 3), by_id(-9999.0, 2), by_id(-INFINITY, 1)};
    const gg_candidate outside = by_id(log(0.0625), 70000);
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, first, 4, &first[0], &err), &err);
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, second, 3, &outside, &err), &err);
    end(sink);
    gg_import_counts counts = finish(sink);
    assert_int_equal(counts.queries, 1);
    assert_int_equal(counts.tokens, 2);
    assert_int_equal(counts.duplicates, 1);
    assert_int_equal(counts.sentinels, 2);
    assert_int_equal(counts.non_greedy, 2);
    stored row = read_row(state, 0);
    const double expected[] = {0.5, 0.25, 0.125};
    const int64_t ids[] = {4, 7, 9};
    assert_int_equal(row.width, 3);
    for (int k = 0; k < 3; k++) {
        assert_close(row.values[k], log(expected[k]), 0, 0);
        assert_int_equal(row.ids[k], ids[k]);
    }
    assert_int_equal(row.token, 9);
    row = read_row(state, 1);
    assert_close(row.values[1], log(0.0625), 0, 0);
    assert_int_equal(row.ids[1], 70000);
    assert_close(row.values[2], -INFINITY, 0, 0);
    assert_int_equal(row.ids[2], -1);
}

static void test_kinds_of_values(void **state) {
    gg_import_options options = gg_import_options_init();
    gg_import_sink *sink = open_sink(state, &options);
    gg_error err = {0};
    const gg_candidate probabilities[] = {by_id(0.25, 1), by_id(0.5, 2), by_id(0, 3)};
    const gg_candidate logits[] = {by_id(2 + log(3), 1), by_id(2, 2)};
    assert_success(gg_import_sink_token(sink, GG_VALUES_PROBS, probabilities, 3, NULL, &err), &err);
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGITS, logits, 2, NULL, &err), &err);
    end(sink);
    assert_int_equal(finish(sink).renormalised, 1);
    assert_close(read_row(state, 0).values[0], log(0.5), 0, 0);
    assert_int_equal(read_row(state, 0).token, -2);
    assert_close(read_row(state, 1).values[0], log(0.75), 1e-15, 0);
}

static void test_texts(void **state) {
    gg_import_options options = gg_import_options_init();
    options.class_map = "text";
    gg_import_sink *sink = open_sink(state, &options);
    gg_error err = {0};
    const gg_candidate first[] = {by_text(-1, " Yes"), by_text(-2, "no"), by_text(-3, "YES")};
    const gg_candidate second[] = {
        by_text(-1, "no"), by_text(-2, " Yes"), {-3, GG_NO_TOKEN_ID, "a\0\xff", 3}};
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, first, 3, &first[0], &err), &err);
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, second, 3, &second[0], &err),
                   &err);
    end(sink);
    finish(sink);
    stored row = read_row(state, 1);
    assert_int_equal(row.ids[0], 1);
    assert_int_equal(row.ids[1], 0);
    assert_int_equal(row.ids[2], 3);
    gg_dataset *dataset;
    gg_h5_dataset *texts;
    gg_strings strings = {0};
    int64_t classes[4];
    assert_success(gg_dataset_open(folder_file(state, "out.h5"), &dataset, &err), &err);
    assert_success(
        gg_dataset_read_integers(dataset, GG_SLM, GG_COLUMN_TOKEN_CLASS, 0, 4, classes, &err),
        &err);
    assert_int_equal(classes[0], classes[2]);
    assert_true(classes[0] != classes[1] && classes[1] != classes[3]);
    assert_success(gg_h5_dataset_open(gg_dataset_h5(dataset), "/slm/token_text", &texts, &err),
                   &err);
    assert_success(gg_h5_read_strings(texts, 0, 4, &strings, &err), &err);
    assert_string_equal(strings.text + strings.start[0], " Yes");
    assert_string_equal(strings.text + strings.start[3], "a\\x00\\xFF");
    gg_strings_clear(&strings);
    gg_h5_dataset_close(texts);
    gg_dataset_close(dataset);
}

static void test_texts_grow(void **state) {
    (void)state;
    gg_token_texts *texts;
    gg_error err = {0};
    char text[16];
    int32_t id;
    enum { N = 5000 };
    assert_success(gg_token_texts_new(&texts, &err), &err);
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < N; k++) {
            int n = snprintf(text, sizeof text, "t%d", k);
            assert_success(gg_token_texts_id(texts, text, (size_t)n, &id, &err), &err);
            assert_int_equal(id, k);
        }
    assert_success(gg_token_texts_id(texts, "", 0, &id, &err), &err);
    assert_int_equal(id, N);
    assert_int_equal(gg_token_texts_count(texts), N + 1);
    gg_token_texts_free(texts);
}

static void test_lists_refused(void **state) {
    const gg_candidate nan[] = {by_id(NAN, 1), by_id(-1, 2)};
    const gg_candidate positive[] = {by_id(0.5, 1), by_id(-1, 2)};
    const gg_candidate mixed[] = {by_id(-1, 1), by_text(-2, "x")};
    const gg_candidate impossible[] = {by_id(-9999, 1), by_id(-9999, 2)};
    const gg_candidate huge[] = {by_id(-1, INT64_MAX), by_id(-2, 1)};
    const struct {
        const gg_candidate *list;
        size_t n;
        const char *said;
    } table[] = {{nan, 2, "query 0: token 0: a candidate is not a number"},
                 {positive, 2, "0.5 is not a log-probability"},
                 {mixed, 2, "some tokens are known by id"},
                 {impossible, 2, "none of its candidates has a probability"},
                 {huge, 2, "cannot be a token's id"},
                 {nan, 0, "lists no candidate"}};
    gg_import_options options = gg_import_options_init();
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        gg_import_sink *sink = open_sink(state, &options);
        gg_error err = {0};
        assert_int_equal(
            gg_import_sink_token(sink, GG_VALUES_LOGPROBS, table[k].list, table[k].n, NULL, &err),
            GG_E_INPUT);
        assert_says(&err, table[k].said);
        gg_import_sink_abort(sink);
        assert_int_equal(folder_count(state), 0);
    }
    gg_import_sink *sink = open_sink(state, &options);
    gg_error err = {0};
    const gg_candidate two[] = {by_id(-1, 1), by_id(-2, 2)};
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 2, NULL, &err), &err);
    assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 1, NULL, &err), &err);
    end(sink);
    assert_int_equal(gg_import_sink_finish(sink, "a test", NULL, &err), GG_E_INPUT);
    assert_says(&err, "query 0: token 1: lists one candidate only");
    assert_int_equal(folder_count(state), 0);
}

/* ---- queries ---- */

static void test_empty_queries(void **state) {
    const gg_candidate two[] = {by_id(-1, 1), by_id(-2, 2)};
    for (int skips = 0; skips < 2; skips++) {
        gg_import_options options = gg_import_options_init();
        options.skip_empty = skips;
        options.drop_eos = true;
        gg_import_sink *sink = open_sink(state, &options);
        gg_import_query query = gg_import_query_init();
        gg_error err = {0};
        /* The first is empty before anything says what the import is about. */
        query.id = "nothing";
        assert_success(gg_import_sink_end_query(sink, &query, &err), &err);
        query.id = "kept";
        query.eos = GG_EOS_LISTED;
        for (int k = 0; k < 3; k++)
            assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 2, NULL, &err),
                           &err);
        assert_success(gg_import_sink_end_query(sink, &query, &err), &err);
        assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 2, NULL, &err), &err);
        query.id = "end only";
        gg_status status = gg_import_sink_end_query(sink, &query, &err);
        if (!skips) {
            assert_int_equal(status, GG_E_INPUT);
            assert_says(&err, "query 2 (\"end only\"): its answer has only the end");
            assert_says(&err, "--skip-empty");
            err = (gg_error){0};
            assert_int_equal(gg_import_sink_finish(sink, "a test", NULL, &err), GG_E_INPUT);
            assert_says(&err, "query 0: nothing: its answer has no tokens");
            continue;
        }
        assert_success(status, &err);
        query.id = "refusal";
        assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 2, NULL, &err), &err);
        assert_success(gg_import_sink_skip_query(sink, &query, "a refusal", &err), &err);
        query.id = "without end";
        query.eos = GG_EOS_ABSENT;
        assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 2, NULL, &err), &err);
        assert_success(gg_import_sink_end_query(sink, &query, &err), &err);
        gg_import_counts counts = finish(sink);
        assert_int_equal(counts.queries, 2);
        assert_int_equal(counts.skipped, 3);
        assert_int_equal(counts.tokens, 3);
        assert_int_equal(counts.dropped_eos, 1);
        gg_dataset *dataset;
        double answer[2];
        assert_success(gg_dataset_open(folder_file(state, "out.h5"), &dataset, &err), &err);
        assert_success(
            gg_dataset_read_numbers(dataset, GG_SLM, GG_COLUMN_ANSWER_TOKENS, 0, 2, answer, &err),
            &err);
        assert_close(answer[0], 2, 0, 0);
        assert_close(answer[1], 1, 0, 0);
        gg_dataset_close(dataset);
    }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_lists),         IN_FOLDER(test_kinds_of_values),
        IN_FOLDER(test_texts),         cmocka_unit_test(test_texts_grow),
        IN_FOLDER(test_lists_refused), IN_FOLDER(test_empty_queries),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of queries besides their logits: facts, lists of numbers, the other side of a
 * dataset.
 *
 * Covers import_join.
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

/* A column that some queries lack is left out; others stay. */
static void test_facts(void **state) {
    gg_import_options options = gg_import_options_init();
    gg_import_sink *sink = open_sink(state, &options);
    gg_error err = {0};
    for (int k = 0; k < 3; k++) {
        gg_import_query query = gg_import_query_init();
        query.correct[GG_LLM] = k % 2;
        query.latency_s[GG_SLM] = k == 1 ? (double)NAN : 0.5;
        query.uncertainty = k / 4.0;
        assert_success(gg_import_sink_end_query(sink, &query, &err), &err);
    }
    gg_import_sink_describe_uncertainty(sink, "margin", "mean", 5);
    assert_int_equal(finish(sink).incomplete, 1);
    gg_dataset *dataset;
    double values[3];
    gg_uncertainty_info info;
    assert_success(gg_dataset_open(folder_file(state, "out.h5"), &dataset, &err), &err);
    assert_true(gg_dataset_has(dataset, GG_LLM, GG_COLUMN_CORRECT));
    assert_false(gg_dataset_has(dataset, GG_SLM, GG_COLUMN_LATENCY));
    assert_success(gg_uncertainty_read(dataset, "imported", values, &info, &err), &err);
    assert_close(values[2], 0.5, 0, 0);
    assert_string_equal(info.method, "margin");
    assert_string_equal(info.aggregate, "mean");
    gg_dataset_close(dataset);
}

/* ---- number files ---- */

static void test_number_files(void **state) {
    static const char *const names[] = {"correct", "slm_correct", NULL};
    static const struct {
        const char *text, *column;
        size_t n;
        const char *said;
    } table[] = {
        {"1\n 0 \r\n\n1e-1\n", "", 3, NULL},
        {"true\nFalse\n", "", 2, NULL},
        {"a,slm_correct\nx,1\n\"y,z\",0\n", "", 2, NULL},
        {"anything\n1\n2\n", "", 2, NULL},
        {"a,b\n1,2\n", ":b", 1, NULL},
        {"a,b\n1,2\n", "", 0, ":1: has no column correct"},
        {"a,b\n1,2\n", ":c", 0, "has no column c"},
        {"correct\nyes\n", "", 0, ":2: correct: \"yes\" is not a number"},
        {"1\n2 3\n", "", 0, ":2: '2 3' is not a number"},
        {"1\nnan\n", "", 0, ":2: 'nan'"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        const char *path = folder_file(state, "numbers");
        char name[400];
        double *values;
        size_t n;
        gg_error err = {0};
        write_whole(path, table[k].text, strlen(table[k].text));
        snprintf(name, sizeof name, "%s%s", path, table[k].column);
        gg_status status = gg_number_file_read(name, names, &values, &n, &err);
        if (table[k].said != NULL) {
            assert_int_equal(status, GG_E_INPUT);
            assert_says(&err, table[k].said);
            assert_null(values);
            continue;
        }
        assert_success(status, &err);
        assert_int_equal(n, table[k].n);
        gg_free(values);
    }
}

/* ---- joining ---- */

/* The other side comes in the order of the queries being imported. */
static void test_join(void **state) {
    static const char *const names[] = {"query-2", "query-0", "query-3", "query-1"};
    static const size_t from[] = {2, 0, 3, 1};
    const tiny_options tiny = {.dtype = GG_F32, .gzip_level = 1, .with_columns = true};
    const gg_candidate two[] = {by_id(-1, 1), by_id(-2, 2)};
    const char *old = folder_file(state, "old.h5");
    gg_error err = {0};
    assert_success(tiny_write(old, &tiny, &err), &err);
    for (int wrong = 0; wrong < 2; wrong++) {
        gg_import_options options = gg_import_options_init();
        options.side = GG_LLM;
        options.join = old;
        gg_import_sink *sink = open_sink(state, &options);
        for (size_t k = 0; k < TINY_QUERIES; k++) {
            gg_import_query query = gg_import_query_init();
            query.id = wrong && k == 2 ? "another" : names[k];
            assert_success(gg_import_sink_token(sink, GG_VALUES_LOGPROBS, two, 2, NULL, &err),
                           &err);
            assert_success(gg_import_sink_end_query(sink, &query, &err), &err);
        }
        if (wrong) {
            assert_int_equal(gg_import_sink_finish(sink, "a test", NULL, &err), GG_E_INPUT);
            assert_says(&err, "has no query \"another\" to join");
        } else {
            finish(sink);
        }
    }
    gg_dataset *dataset;
    gg_row_reader *reader;
    gg_row_block block;
    double bytes[TINY_QUERIES];
    size_t row = 0;
    assert_success(gg_dataset_open(folder_file(state, "out.h5"), &dataset, &err), &err);
    assert_success(
        gg_dataset_read_numbers(dataset, GG_SLM, GG_COLUMN_PROMPT_BYTES, 0, 4, bytes, &err), &err);
    assert_close(bytes[0], 3000, 0, 0);
    assert_close(gg_dataset_side(dataset, GG_SLM)->device_flops, 0x1p40, 0, 0);
    assert_success(gg_row_reader_new(dataset, GG_SLM, 0, &reader, &err), &err);
    for (size_t k = 0; k < TINY_QUERIES; k++)
        for (size_t r = tiny_offsets[from[k]]; r < tiny_offsets[from[k] + 1]; r++) {
            double wide[TINY_WORDS];
            assert_success(gg_row_reader_read(reader, row++, 1, &block, &err), &err);
            gg_widen(block.dtype, block.values, 0, TINY_WORDS, wide);
            for (size_t v = 0; v < TINY_WORDS; v++)
                assert_close(wide[v], tiny_logit(r, v), 0, 0);
        }
    gg_row_reader_free(reader);
    gg_dataset_close(dataset);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_facts),
        IN_FOLDER(test_number_files),
        IN_FOLDER(test_join),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

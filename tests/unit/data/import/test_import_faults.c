/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Imports of every format when memory ends anywhere: an error and nothing left over, or the dataset
 * that there is with all memory.
 *
 * Covers import_native_answers, logprob_pairs, import_router_bench, array_family, array_choice,
 * foreign_file and h5_lzf, whose values are those of tests/cases/fmt-*, and facts_columns,
 * facts_match and import_tokens (tests/cases/facts-*).
 */
#include <string.h>

#include "data/import/import.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

enum { MOST_ALLOCATIONS = 4000 };

static gg_status import(const char *const *sources, size_t n_sources,
                        const gg_import_options *options, const char *output) {
    gg_error err = {0};
    gg_status status = gg_import(NULL, sources, n_sources, output, options, NULL, NULL, &err);
    assert_true(status == GG_OK || err.message[0] != '\0');
    return status;
}

/* Memory ends at every allocation in turn; what comes at last is what comes with all memory. */
static void assert_survives(void **state, const char *const *sources, size_t n_sources,
                            const gg_import_options *options) {
    const char *whole = folder_file(state, "whole.h5");
    const char *output = folder_file(state, "out.h5");
    assert_int_equal(import(sources, n_sources, options, whole), GG_OK);
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK && allowed < MOST_ALLOCATIONS; allowed++) {
        gg_alloc_fail_after(allowed);
        status = import(sources, n_sources, options, output);
        gg_alloc_fail_after(-1);
        assert_int_equal(assert_nothing_leaked(state), 0);
    }
    assert_int_equal(status, GG_OK);
    assert_true(same_files(output, whole));
}

static void test_memory_ends(void **state) {
    static const char *const sources[] = {
        "tests/fuzz/seeds/sglang/whole",      "tests/fuzz/seeds/tgi/prefill",
        "tests/fuzz/seeds/gemini/stream",     "tests/fuzz/seeds/ollama/stream",
        "tests/fuzz/seeds/langchain/dumps",   "tests/fuzz/seeds/watsonx/whole",
        "tests/fuzz/seeds/openai_legacy/ids", "tests/fuzz/seeds/npz/scores-one",
        "tests/fuzz/seeds/npz/scores-ragged", "tests/fuzz/seeds/safetensors/head",
    };
    const gg_import_options options = gg_import_options_init();
    for (size_t k = 0; k < sizeof sources / sizeof *sources; k++)
        assert_survives(state, &sources[k], 1, &options);
}

static void test_memory_ends_among_facts_and_classes(void **state) {
    static const char *const arrays[] = {"tests/cases/facts-array-stems/q1.npy",
                                         "tests/cases/facts-array-stems/q2.npy",
                                         "tests/cases/facts-array-stems/q10.npy"};
    static const char *const records[] = {"tests/cases/correct-other-order/in.jsonl"};
    static const char *const words[] = {"tests/fuzz/seeds/ollama/stream"};
    gg_import_options options = gg_import_options_init();
    options.facts = "tests/cases/facts-array-stems/f.csv:id=qid,correct=acc,latency_s=lat";
    assert_survives(state, arrays, 3, &options);
    options = gg_import_options_init();
    options.correct = "tests/cases/correct-other-order/f.csv:acc";
    options.latency = "tests/cases/correct-other-order/f.csv:lat";
    assert_survives(state, records, 1, &options);
    options = gg_import_options_init();
    options.class_map = "text";
    assert_survives(state, words, 1, &options);
}

static void test_foreign_files(void **state) {
    static const char *const heads[] = {"PAR1", "ARROW1", "BZh9", "GGUF", "ORC"};
    const char *path = folder_file(state, "foreign");
    const gg_import_options options = gg_import_options_init();
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        write_whole(path, heads[k], strlen(heads[k]));
        assert_int_equal(import(&path, 1, &options, folder_file(state, "none.h5")), GG_E_INPUT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_memory_ends, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_memory_ends_among_facts_and_classes, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(test_foreign_files, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

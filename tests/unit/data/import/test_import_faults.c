/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Imports of every format when memory ends anywhere: an error and nothing left over, or the dataset
 * that there is with all memory.
 *
 * Covers import_native_answers, logprob_pairs, import_router_bench, array_family, array_choice,
 * foreign_file and h5_lzf; their values are those of tests/cases/fmt-*.
 */
#include <string.h>

#include "data/import/import.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

enum { MOST_ALLOCATIONS = 4000 };

static gg_status import(const char *source, const char *output) {
    const gg_import_options options = gg_import_options_init();
    gg_error err = {0};
    gg_status status = gg_import(NULL, &source, 1, output, &options, NULL, NULL, &err);
    assert_true(status == GG_OK || err.message[0] != '\0');
    return status;
}

static void test_memory_ends(void **state) {
    static const char *const sources[] = {
        "tests/fuzz/seeds/sglang/whole",      "tests/fuzz/seeds/tgi/prefill",
        "tests/fuzz/seeds/gemini/stream",     "tests/fuzz/seeds/ollama/stream",
        "tests/fuzz/seeds/langchain/dumps",   "tests/fuzz/seeds/watsonx/whole",
        "tests/fuzz/seeds/openai_legacy/ids", "tests/fuzz/seeds/npz/scores-one",
        "tests/fuzz/seeds/npz/scores-ragged", "tests/fuzz/seeds/safetensors/head",
    };
    const char *whole = folder_file(state, "whole.h5");
    const char *output = folder_file(state, "out.h5");
    for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
        assert_int_equal(import(sources[k], whole), GG_OK);
        gg_status status = GG_E_NOMEM;
        for (long allowed = 0; status != GG_OK && allowed < MOST_ALLOCATIONS; allowed++) {
            gg_alloc_fail_after(allowed);
            status = import(sources[k], output);
            gg_alloc_fail_after(-1);
            assert_int_equal(assert_nothing_leaked(state), 0);
        }
        assert_int_equal(status, GG_OK);
        assert_true(same_files(output, whole));
    }
}

static void test_foreign_files(void **state) {
    static const char *const heads[] = {"PAR1", "ARROW1", "BZh9", "GGUF", "ORC"};
    const char *path = folder_file(state, "foreign");
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        write_whole(path, heads[k], strlen(heads[k]));
        assert_int_equal(import(path, folder_file(state, "none.h5")), GG_E_INPUT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_memory_ends, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_foreign_files, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

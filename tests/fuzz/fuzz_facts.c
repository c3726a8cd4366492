/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a CSV of facts beside three queries, joined in every way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/import/import.h"
#include "tests/fuzz/input.h"

static void import_with(const char *queries, const gg_import_options *options) {
    gg_error err = {0};
    const gg_importer *importer = gg_importer_find("jsonl", &err);
    gg_fuzz_require(importer != NULL, "no such format");
    gg_status status = gg_import(importer, &queries, 1, "/dev/null", options, NULL, NULL, &err);
    gg_fuzz_require_reason(status, &err);
    gg_fuzz_require_released();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char queries[] =
        "{\"id\": 1, \"p_top2\": [[0.9, 0.1]]}\n{\"id\": \"b\"}\n"
        "{\"id\": \"03\", \"p_top2\": [[0.6, 0.4]], \"slm_correct\": 1}\n";
    char path[GG_FUZZ_PATH], facts[GG_FUZZ_PATH], spec[GG_FUZZ_PATH + 40];
    int fd = gg_fuzz_file((const uint8_t *)queries, sizeof queries - 1, path);
    int facts_fd = gg_fuzz_file(data, size, facts);
    gg_import_options options = gg_import_options_init();
    options.skip_empty = true;
    options.facts = facts;
    import_with(path, &options);
    snprintf(spec, sizeof spec, "%s:correct=a,id=b", facts);
    options.facts = spec;
    options.side = GG_LLM;
    import_with(path, &options);
    options.facts = NULL;
    options.correct = options.latency = facts;
    options.limit = 1;
    import_with(path, &options);
    close(fd);
    close(facts_fd);
    return 0;
}

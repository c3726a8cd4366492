/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/import_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gg_fuzz_import("openai", data, size);
    return 0;
}

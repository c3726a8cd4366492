/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of the sink share: a dataset being written, and its reader.
 */
#pragma once

#include "data/import/finish/import_finish.h"

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

static const gg_import_hooks silent = {0};

static inline gg_import_sink *open_sink(void *const *state, const gg_import_options *options) {
    gg_import_sink *sink;
    gg_error err = {0};
    assert_success(gg_import_sink_new(folder_file(state, "out.h5"), options, &silent, &sink, &err),
                   &err);
    return sink;
}

static inline gg_candidate by_id(double value, int64_t id) {
    return (gg_candidate){.value = value, .id = id};
}

static inline gg_import_counts finish(gg_import_sink *sink) {
    gg_import_counts counts;
    gg_error err = {0};
    assert_success(gg_import_sink_finish(sink, "a test", &counts, &err), &err);
    return counts;
}

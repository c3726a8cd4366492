/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of datasets share.
 */
#pragma once

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "data/dataset/row_reader.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

/* All rows of the side, block by block, against the formula of tiny_logit. */
static inline void check_rows(gg_dataset *dataset, gg_side side, size_t max_bytes) {
    gg_error err = {0};
    gg_row_reader *reader;
    gg_row_block block;
    size_t n = gg_dataset_side(dataset, side)->n_tokens;
    assert_int_equal(n, TINY_ROWS);
    assert_success(gg_row_reader_new(dataset, side, max_bytes, &reader, &err), &err);
    size_t step = gg_row_reader_block_rows(reader);
    for (size_t first = 0; first < n; first += step) {
        size_t count = n - first < step ? n - first : step;
        assert_success(gg_row_reader_read(reader, first, count, &block, &err), &err);
        assert_int_equal(block.width, TINY_WORDS);
        for (size_t k = 0; k < count * TINY_WORDS; k++) {
            double logit;
            gg_widen(block.dtype, block.values, k, 1, &logit);
            assert_close(logit, tiny_logit(first + k / TINY_WORDS, k % TINY_WORDS), 0, 0);
        }
    }
    assert_int_equal(gg_row_reader_read(reader, 0, step + 1, &block, &err), GG_E_USAGE);
    gg_row_reader_free(reader);
}

static inline gg_dataset *open_sound(const char *path) {
    gg_error err = {0};
    gg_dataset *dataset;
    assert_success(gg_dataset_open(path, &dataset, &err), &err);
    assert_success(gg_dataset_validate(dataset, &err), &err);
    assert_int_equal(gg_dataset_n_queries(dataset), TINY_QUERIES);
    return dataset;
}

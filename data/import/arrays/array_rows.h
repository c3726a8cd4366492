/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An array of up to three axes as rows of words: query, token, word, whatever the order they are
 * stored in.
 */
#pragma once

#include "data/files/array.h"
#include "data/import/sink/import_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_array_rows {
    gg_array *array;
    size_t n_queries; /* B; 1 where there is no such axis */
    size_t n_tokens;  /* T */
    size_t width;     /* V */
    bool one_row_a_query;
    size_t query_stride, token_stride, word_stride; /* in elements */
    size_t block_rows;
    void *gathered; /* a piece of one word's column, for gathering */
} gg_array_rows;

/* Wide enough for every vocabulary. */
enum { GG_MAX_WORDS = 1 << 24 };

/* Interprets the shape; the array is borrowed. Errors: GG_E_USAGE (the axes do not fit the rank, or
 * are needed), GG_E_INPUT (no words, too many), GG_E_NOMEM. */
gg_status gg_array_rows_init(gg_array_rows *rows, gg_array *array, gg_import_axes axes,
                             gg_error *err);
void gg_array_rows_clear(gg_array_rows *rows);

/* Rows first .. first + n - 1 (n <= block_rows) of a query, n x width. */
gg_status gg_array_rows_read(gg_array_rows *rows, size_t query, size_t first, size_t n,
                             void *target, gg_error *err);
GG_C_END

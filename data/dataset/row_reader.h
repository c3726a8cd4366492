/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Token rows of one side, block by block, in bounded memory, however the side stores them.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "data/dataset/hidden.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_row_reader gg_row_reader;

/* Consecutive token rows; borrowed until the next read. */
typedef struct gg_row_block {
    bool is_topk;       /* values are candidate log-probabilities, not logits of the vocabulary */
    gg_dtype dtype;     /* of values: as stored, or float32/float64 where logits are computed */
    size_t first;       /* token row of the first */
    size_t count;       /* rows */
    size_t width;       /* numbers a row: V, or k candidates */
    const void *values; /* count x width */
    const int64_t *ids; /* count x width token ids of candidates, -1 for none; NULL if not stored */
} gg_row_block;

/* Rows of `side`, in blocks of about `max_bytes` (0: 16 MiB) but at least one row. The dataset must
 * outlive the reader. Errors: GG_E_INPUT (no logits there), GG_E_NOMEM. */
gg_status gg_row_reader_new(gg_dataset *dataset, gg_side side, size_t max_bytes,
                            gg_row_reader **out, gg_error *err);
void gg_row_reader_free(gg_row_reader *reader);

/* Rows of a full block: aligned to the file's chunks, so that none is decompressed twice. */
size_t gg_row_reader_block_rows(const gg_row_reader *reader);

/* Reads rows first .. first + count - 1, count <= block_rows. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_row_reader_read(gg_row_reader *reader, size_t first, size_t count, gg_row_block *block,
                             gg_error *err);

/* True when logits are computed from hidden states: chosen rows can then be visited. */
bool gg_row_reader_computes(const gg_row_reader *reader);
gg_status gg_row_reader_visit(gg_row_reader *reader, const size_t *rows, size_t count,
                              gg_hidden_visitor visit, void *context, gg_error *err);
GG_C_END

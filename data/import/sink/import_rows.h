/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One side's rows on their way into a dataset: checked, turned into logits, cut to the most
 * probable, the last one held back where it may be an end-of-answer token's.
 */
#pragma once

#include "data/dataset/dataset_writer.h"
#include "data/import/sink/import_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_import_row_spec {
    gg_storage storage; /* GG_STORAGE_LOGITS or GG_STORAGE_HIDDEN */
    gg_dtype dtype;
    size_t width; /* V or d */
    bool has_tokens;
    gg_import_values values; /* of the rows; the option's value where that is not DEFAULT */
} gg_import_row_spec;

typedef struct gg_import_rows gg_import_rows;

/* Declares the side. Of the options side, keep_top_k, gzip_level and drop_eos count: with drop_eos
 * the last row of a query may be dropped when it ends. `counts` and `writer` are borrowed. Errors:
 * GG_E_USAGE, GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_rows_new(gg_dataset_writer *writer, const gg_import_options *options,
                             const gg_import_row_spec *spec, gg_import_counts *counts,
                             gg_import_rows **out, gg_error *err);
void gg_import_rows_free(gg_import_rows *rows);

const gg_import_row_spec *gg_import_rows_spec(const gg_import_rows *rows);

/* Rows of the query at hand. A message begins with "token 3: ". Errors: GG_E_INPUT, GG_E_IO. */
gg_status gg_import_rows_append(gg_import_rows *rows, size_t n, const void *values,
                                const int32_t *tokens, gg_error *err);

/* Why one of `n` rows cannot be appended: NULL when all can. */
const char *gg_import_rows_fault(const gg_import_rows *rows, size_t n, const void *values);

/* True when nothing was said of what the rows are, and each so far is one of probabilities. */
bool gg_import_rows_are_probs(const gg_import_rows *rows);

/* Rows of the query at hand so far. */
size_t gg_import_rows_pending(const gg_import_rows *rows);

/* Ends the query, without its last row where drop_last says so. *n_rows were written. */
gg_status gg_import_rows_end(gg_import_rows *rows, bool drop_last, size_t *n_rows, gg_error *err);
/* Takes the query at hand back, which may have one row at most, held back. */
void gg_import_rows_forget(gg_import_rows *rows);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making a dataset query by query, in memory of a few chunks whatever its size. The file appears
 * under its name when it is finished, or not at all; the same calls give the same bytes.
 *
 * A side: gg_dataset_writer_declare, then for each query any number of append_rows (a piece of the
 * answer each) and one end_query. Columns are appended in order, in pieces of any size.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "data/dataset/uncertainty_store.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_dataset_writer gg_dataset_writer;

/* How a side's rows will look. */
typedef struct gg_side_spec {
    gg_storage storage; /* GG_STORAGE_NONE: only tokens, if any */
    gg_dtype dtype;     /* of logits, hidden states or log-probabilities */
    size_t width;       /* V, d or k */
    bool has_tokens;    /* every piece brings the generated tokens */
    bool has_topk_ids;  /* every piece brings the candidates' ids (GG_STORAGE_TOPK) */
    int gzip_level;     /* 0: not compressed, else 1..9 */
} gg_side_spec;

/* Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_dataset_writer_new(const char *path, gg_dataset_writer **out, gg_error *err);

/* Checks that all columns fit together, closes the file and gives it its name; frees `writer` in
 * every case. `created_by` (may be NULL) becomes a root attribute. Errors: GG_E_INPUT (columns of
 * different lengths, no queries), GG_E_IO, GG_E_NOMEM. */
gg_status gg_dataset_writer_finish(gg_dataset_writer *writer, const char *created_by,
                                   gg_error *err);

/* Gives the dataset up; accepts NULL. */
void gg_dataset_writer_abort(gg_dataset_writer *writer);

/* Once a side. Errors: GG_E_USAGE (twice, or sizes that make no sense), GG_E_IO, GG_E_NOMEM. */
gg_status gg_dataset_writer_declare(gg_dataset_writer *writer, gg_side side,
                                    const gg_side_spec *spec, gg_error *err);

/* Rows of the query at hand: `values` n_rows x width in the declared dtype (NULL without storage),
 * `topk_ids` n_rows x width, `tokens` n_rows; the latter two NULL unless declared. Errors:
 * GG_E_USAGE, GG_E_IO, GG_E_NOMEM. */
gg_status gg_dataset_writer_append_rows(gg_dataset_writer *writer, gg_side side, size_t n_rows,
                                        const void *values, const int32_t *topk_ids,
                                        const int32_t *tokens, gg_error *err);
gg_status gg_dataset_writer_end_query(gg_dataset_writer *writer, gg_side side, gg_error *err);

/* Appends to a column other than GG_COLUMN_TOKENS; values are checked against its domain. `side` is
 * ignored for /queries. Errors: GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_dataset_writer_append(gg_dataset_writer *writer, gg_side side, gg_column column,
                                   size_t count, const double *values, gg_error *err);
gg_status gg_dataset_writer_append_id(gg_dataset_writer *writer, const char *id, gg_error *err);

/* Rows of lm_head (V x d, in `dtype`, in pieces) and the whole bias, for GG_STORAGE_HIDDEN. */
gg_status gg_dataset_writer_append_head(gg_dataset_writer *writer, gg_side side, gg_dtype dtype,
                                        size_t n_words, const void *values, gg_error *err);
gg_status gg_dataset_writer_bias(gg_dataset_writer *writer, gg_side side, gg_dtype dtype,
                                 size_t n_words, const void *values, gg_error *err);

/* Speed of the device the side's latencies were measured on. */
void gg_dataset_writer_device(gg_dataset_writer *writer, gg_side side, double device_flops);

/* A finished uncertainty, one value a query. */
gg_status gg_dataset_writer_uncertainty(gg_dataset_writer *writer, const char *name,
                                        const gg_uncertainty_info *info, const double *values,
                                        size_t count, gg_error *err);

/* The output file, for attributes and datasets beyond the schema; borrowed. */
gg_h5 *gg_dataset_writer_h5(gg_dataset_writer *writer);
GG_C_END

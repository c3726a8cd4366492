/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A dataset of queries: what two models answered, with which logits, how fast and how well. An HDF5
 * file of the schema in data/README.md; opening checks its shape, reading checks its values.
 */
#pragma once

#include "data/dataset/schema.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_dataset gg_dataset;

/* Opens a dataset and checks its shape: format and version (absent ones are accepted), types,
 * ranks, equal lengths, offsets that start at 0, never fall and end at the number of rows. Errors:
 * GG_E_IO, GG_E_INPUT (file, dataset, reason), GG_E_NOMEM. */
gg_status gg_dataset_open(const char *path, gg_dataset **out, gg_error *err);
void gg_dataset_close(gg_dataset *dataset);

/* Reads every column once and checks its values against their domains; logits are not read.
 * Errors as gg_dataset_open. */
gg_status gg_dataset_validate(gg_dataset *dataset, gg_error *err);

const char *gg_dataset_path(const gg_dataset *dataset);
size_t gg_dataset_n_queries(const gg_dataset *dataset);
/* Borrowed; never NULL. */
const gg_side_info *gg_dataset_side(const gg_dataset *dataset, gg_side side);
bool gg_dataset_has_ids(const gg_dataset *dataset);

/* The file below, for readers of rows; borrowed. */
gg_h5 *gg_dataset_h5(gg_dataset *dataset);

/* Entries of a column: queries, token rows or words. `side` is ignored for /queries. */
size_t gg_dataset_column_length(const gg_dataset *dataset, gg_side side, gg_column column);
bool gg_dataset_has(const gg_dataset *dataset, gg_side side, gg_column column);

/* Reads `count` entries from entry `first`, each checked against the column's domain (tokens also
 * against the vocabulary, answer_tokens against the query's rows). Integers come from integral
 * columns only. Errors: GG_E_INPUT (absent, or the value and its index), GG_E_NOMEM. */
gg_status gg_dataset_read_numbers(gg_dataset *dataset, gg_side side, gg_column column, size_t first,
                                  size_t count, double *target, gg_error *err);
gg_status gg_dataset_read_integers(gg_dataset *dataset, gg_side side, gg_column column,
                                   size_t first, size_t count, int64_t *target, gg_error *err);

/* Names of `count` queries from query `first`; their decimal index where the file has none. The
 * caller clears *ids. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_dataset_read_ids(gg_dataset *dataset, size_t first, size_t count, gg_strings *ids,
                              gg_error *err);

/* Writes `query 12 ("babi-0012")`, or `query 12` without ids, for messages. Never fails. */
void gg_dataset_describe_query(gg_dataset *dataset, size_t query, char *text, size_t size);
GG_C_END

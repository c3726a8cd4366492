/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a batch has found, by columns: the rows of a results file or folder, read and verified as
 * `goagap report` does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_results gg_result_rows;

/* A part file, or all parts of a folder, as one table. The caller owns *out. Errors: GG_E_IO,
 * GG_E_INPUT (file, column, row, reason: a checksum that is wrong, parts of different plans, one
 * network twice), GG_E_NOMEM. */
gg_status gg_result_rows_read(const char *path, gg_result_rows **out, gg_error *err);
void gg_result_rows_free(gg_result_rows *table);

size_t gg_result_rows_count(const gg_result_rows *table);

/* Column `k`, false after the last: its name, its kind ("uint32", "uint64", "int64", "float64",
 * "text": an address of one, equal texts of a file having the same), its first value, and the bytes
 * from one row's value to the next's. Borrowed from the table. */
bool gg_result_rows_column(const gg_result_rows *table, size_t k, const char **name,
                           const char **kind, size_t *size, size_t *stride, const void **first);

/* A row's decision, a server or -1 a user; NULL where none is stored. Borrowed. */
const int16_t *gg_result_rows_assignment(const gg_result_rows *table, size_t row, size_t *n_users);

/* Entry `k` of the manifest (which program, plan, machine...); false after the last. Borrowed. */
bool gg_result_rows_manifest(const gg_result_rows *table, size_t k, const char **key,
                             const char **value);
GG_C_END

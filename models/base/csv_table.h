/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comma-separated values, read strictly a row at a time: every message says file and line. Blank
 * lines and lines that begin with '#' are skipped; a field may stand in double quotes.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_csv gg_csv;

/* Opens a file at its first row. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_csv_open(const char *path, gg_csv **out, gg_error *err);
void gg_csv_close(gg_csv *csv);

/* Moves to the next row; *n_fields is 0 after the last. Errors: GG_E_IO, GG_E_INPUT (quotes, a NUL
 * byte), GG_E_NOMEM. */
gg_status gg_csv_next(gg_csv *csv, size_t *n_fields, gg_error *err);

/* A field of the current row, without quotes and surrounding blanks; valid until the next row. */
const char *gg_csv_field(const gg_csv *csv, size_t column);

/* A field of the current row as a finite number. Errors: GG_E_INPUT. */
gg_status gg_csv_number(const gg_csv *csv, size_t column, double *value, gg_error *err);

/* Records GG_E_INPUT as "file:line: reason" for the current row. */
gg_status gg_csv_refuse(const gg_csv *csv, gg_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A rectangle of numbers, rows x columns, row-major. */
typedef struct gg_table {
    size_t n_rows;
    size_t n_columns;
    double *values; /* owned; release with gg_free */
} gg_table;

/* Reads a file without header whose rows all have the same number of fields. Errors as above;
 * GG_E_INPUT also when there is no row. */
gg_status gg_csv_read_table(const char *path, gg_table *table, gg_error *err);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV of other programs (RFC 4180: a header line, fields in double quotes may hold commas, line
 * ends and doubled quotes), plain or gzip, a record at a time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
/* What one record may be. */
enum { GG_CSV_RECORD_BYTES = 16 << 20, GG_CSV_FIELDS = 4096, GG_CSV_NO_COLUMN = -1 };

typedef struct gg_csv_records gg_csv_records;

/* Opens a file and reads its header. Errors: GG_E_IO, GG_E_INPUT (no header, a column twice),
 * GG_E_NOMEM. */
gg_status gg_csv_records_open(const char *path, gg_csv_records **out, gg_error *err);
void gg_csv_records_close(gg_csv_records *csv);

/* Names of the columns, in order; borrowed. */
size_t gg_csv_records_columns(const gg_csv_records *csv);
const char *gg_csv_records_name(const gg_csv_records *csv, size_t column);
/* The column of that name, or GG_CSV_NO_COLUMN. */
int gg_csv_records_find(const gg_csv_records *csv, const char *name);

/* Moves to the next record; *more is 0 after the last. Empty lines are skipped. Errors: GG_E_INPUT
 * (file and line: quotes, a NUL byte, another number of fields than the header, a record above the
 * limit), GG_E_IO, GG_E_NOMEM. */
gg_status gg_csv_records_next(gg_csv_records *csv, int *more, gg_error *err);

/* A field of the current record, valid until the next; empty for GG_CSV_NO_COLUMN. */
const char *gg_csv_records_field(const gg_csv_records *csv, int column);
/* Line on which the current record begins. */
size_t gg_csv_records_line(const gg_csv_records *csv);
/* Bytes of the file read so far. */
uint64_t gg_csv_records_offset(const gg_csv_records *csv);
const char *gg_csv_records_path(const gg_csv_records *csv);
GG_C_END

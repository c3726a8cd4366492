/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV, whoever wrote it (RFC 4180: fields in double quotes may hold separators, line ends and
 * doubled quotes), plain or gzip, a record at a time. Semicolons and tabs separate where the first
 * line shows them, and decimal commas are read then; lines may end in CR; blanks around fields,
 * blank lines, comments ('#') and rows of separators alone are left out. What is not plain is told
 * by gg_csv_remark, what could mean two things is refused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
/* What one record may be, and how many columns may have names. */
enum { GG_CSV_RECORD_BYTES = 16 << 20, GG_CSV_NAMES = 4096, GG_CSV_NO_COLUMN = -1 };

typedef struct gg_csv gg_csv;

/* Opens a file at its first record. Errors: GG_E_IO, GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_csv_open(const char *path, gg_csv **out, gg_error *err);
/* Opens a file and takes its first record for the names of the columns. Errors: as above;
 * GG_E_INPUT also when there is none, or a name stands there twice. */
gg_status gg_csv_open_named(const char *path, gg_csv **out, gg_error *err);
void gg_csv_close(gg_csv *csv);

/* Names of the columns, in order; borrowed. */
size_t gg_csv_columns(const gg_csv *csv);
const char *gg_csv_name(const gg_csv *csv, size_t column);
/* The column of that name, or of the only one that differs in case alone; GG_CSV_NO_COLUMN. */
int gg_csv_find(gg_csv *csv, const char *name);

/* Moves to the next record; *n_fields is 0 after the last. Errors: GG_E_INPUT (file and line:
 * quotes, a NUL byte, another number of fields than there are names, a record above the limit),
 * GG_E_IO, GG_E_NOMEM. */
gg_status gg_csv_next(gg_csv *csv, size_t *n_fields, gg_error *err);

/* A field of the current record, valid until the next; empty for GG_CSV_NO_COLUMN. */
const char *gg_csv_field(const gg_csv *csv, int column);

/* A field as a finite number, whatever its decimal sign. A file has one decimal sign: false for a
 * number with the other, and for every other text. */
bool gg_csv_parse(gg_csv *csv, int column, double *value);
/* The same. Errors: GG_E_INPUT. */
gg_status gg_csv_number(gg_csv *csv, int column, double *value, gg_error *err);

/* Records GG_E_INPUT as "file:line: reason" for the current record. */
gg_status gg_csv_refuse(const gg_csv *csv, gg_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a field that is not what is `wanted` ("0 or 1"). */
gg_status gg_csv_refuse_field(const gg_csv *csv, int column, const char *wanted, gg_error *err);

/* What was read otherwise than plain CSV has it, so far; empty when nothing was. */
const char *gg_csv_remark(gg_csv *csv);

/* Line on which the current record begins. */
size_t gg_csv_line(const gg_csv *csv);
/* Bytes of the file read so far. */
uint64_t gg_csv_offset(const gg_csv *csv);
const char *gg_csv_path(const gg_csv *csv);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables for people: headings with units over aligned columns; a column that is empty throughout
 * is left out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "models/base/status.h"

enum { GG_TABLE_CELL = 32, GG_TABLE_COLUMNS = 32 };

typedef struct gg_table_column {
    const char *heading;
    const char *unit; /* second line of the heading; may be "" */
    bool left;        /* text aligns left, numbers right */
} gg_table_column;

typedef struct gg_table {
    const gg_table_column *columns; /* borrowed */
    size_t n_columns;
    size_t n_rows;
    char (*cells)[GG_TABLE_CELL]; /* row-major, owned; empty at first */
} gg_table;

/* A table of empty cells with at most GG_TABLE_COLUMNS columns. Ends with gg_table_print, or
 * with gg_table_clear unprinted. Errors:
 * GG_E_NOMEM. */
gg_status gg_table_init(gg_table *table, const gg_table_column *columns, size_t n_columns,
                        size_t n_rows, gg_error *err);
void gg_table_clear(gg_table *table);

/* Sets a cell, as it is to be shown (shown.h); longer text is cut. */
void gg_table_set(gg_table *table, size_t row, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Prints the table and clears it. */
void gg_table_print(gg_table *table, FILE *stream);

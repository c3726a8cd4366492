/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A rectangle of numbers in CSV, as measured gains come.
 */
#pragma once

#include "models/text/csv.h"

GG_C_BEGIN
enum { GG_TABLE_REMARK = 240 };

/* rows x columns, row-major. */
typedef struct gg_table {
    size_t n_rows;
    size_t n_columns;
    double *values;               /* owned; release with gg_free */
    char remark[GG_TABLE_REMARK]; /* how it was read, where that is not plain; "" else */
} gg_table;

/* Reads a file whose rows all have the same number of fields. A first row that holds no number
 * names the columns, and the first of them may hold ids (id, user, index or no name). Numbers that
 * end names and ids must ascend: what stands in another order is refused. Errors: as gg_csv_next;
 * GG_E_INPUT also when there is no row. */
gg_status gg_csv_read_table(const char *path, gg_table *table, gg_error *err);
GG_C_END

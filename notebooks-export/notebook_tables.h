/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables that the notebook's cells make, as plain text.
 */
#pragma once

#include <stdio.h>

#include "experiments/report/compared/study.h"

/* Longer tables are cut, and say so. */
enum { GG_NOTEBOOK_TABLE_ROWS = 60 };

/* Writes a table to the stream. Errors: GG_E_NOMEM. */
typedef gg_status (*gg_notebook_table_fn)(const gg_study *study, FILE *stream, gg_error *err);

/* The table that the cell of this name ("strategies") ends with; NULL for other cells. */
gg_notebook_table_fn gg_notebook_table(const char *cell);

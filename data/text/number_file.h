/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One number a query from a file of its own: NPY, a CSV column, or a number a line.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

GG_C_BEGIN
/* Reads all numbers; the caller frees *values. `columns` (ends with NULL) are the names that a CSV
 * column may have; a CSV file with only one column needs none of them. "true" and "false" count as
 * 1 and 0. A name that is no file but ends in ":COLUMN" names a file and its column. Errors:
 * GG_E_IO, GG_E_INPUT (file, line, reason), GG_E_NOMEM. */
gg_status gg_number_file_read(const char *path, const char *const *columns, double **values,
                              size_t *count, gg_error *err);
GG_C_END

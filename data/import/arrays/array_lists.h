/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arrays of the most probable tokens, values and ids, as candidate lists.
 */
#pragma once

#include "data/import/arrays/array_choice.h"
#include "data/import/arrays/array_rows.h"

GG_C_BEGIN
typedef struct gg_array_lists {
    const gg_array_rows *values; /* borrowed */
    gg_array *ids;               /* owned; NULL: none */
    gg_array_rows id_rows;
    gg_import_values meaning;
    double *wide; /* one row of each */
    int64_t *wide_ids;
    gg_candidate *list;
} gg_array_lists;

/* Takes over `ids`, in every case. Errors: GG_E_INPUT (ids of another shape), GG_E_NOMEM. */
gg_status gg_array_lists_init(gg_array_lists *lists, const gg_array_rows *values, gg_array *ids,
                              const gg_import_options *options, gg_import_values meaning,
                              gg_error *err);
void gg_array_lists_clear(gg_array_lists *lists);

/* One row of a query, as it is stored in `row`, goes to the sink; token < 0: not known. *fault (may
 * be NULL) tells why the query is not usable, which is an error where it is NULL. Errors:
 * GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_array_lists_pour(gg_array_lists *lists, gg_import_sink *sink, size_t query,
                              size_t index, const void *row, int32_t token, const char **fault,
                              gg_error *err);
GG_C_END

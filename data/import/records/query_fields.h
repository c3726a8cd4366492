/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Facts of a query that tables and records hold under names of their own.
 */
#pragma once

#include "data/import/sink/import_sink.h"
#include "data/text/json_place.h"
#include "models/base/linkage.h"
#include "models/text/csv.h"

GG_C_BEGIN
typedef enum gg_field_kind {
    GG_FIELD_NUMBER, /* finite */
    GG_FIELD_FLAG,   /* 0 or 1, true or false */
    GG_FIELD_TIME,   /* > 0 */
    GG_FIELD_COUNT,  /* an integer >= 0 */
    GG_FIELD_BITS    /* an integer >= 0, kept as whole bytes */
} gg_field_kind;

typedef struct gg_query_field {
    const char *name; /* NULL ends a table */
    gg_field_kind kind;
    double unit;   /* what a value is multiplied with */
    size_t offset; /* of the double in gg_import_query */
} gg_query_field;

/* Our own names: alpha, slm_correct, llm_correct, local_delay_s, edge_delay_s, prompt_bytes,
 * payload_bits. */
extern const gg_query_field gg_own_fields[];

/* Reads the fields of a table that are there and not null or empty. Errors: GG_E_INPUT (file, line,
 * key). */
gg_status gg_query_fields_of_json(const gg_query_field *fields, const gg_json_place *at,
                                  gg_import_query *query, gg_error *err);
gg_status gg_query_fields_of_csv(const gg_query_field *fields, gg_csv *csv, gg_import_query *query,
                                 gg_error *err);
/* One field of the current record; NAN when it is empty. */
gg_status gg_csv_field_number(gg_csv *csv, int column, gg_field_kind kind, double *number,
                              gg_error *err);

/* Task names as numbers: integers are kept, other texts numbered from 0 in order of first sight; a
 * file has one or the other. */
typedef struct gg_task_names {
    json_t *numbers;   /* NULL until the first name */
    bool are_integers; /* the first task was one */
    bool any;
} gg_task_names;

/* `text` empty: NAN. Errors: GG_E_INPUT with the reason alone, GG_E_NOMEM. */
gg_status gg_task_number(gg_task_names *names, const char *text, double *number, gg_error *err);
/* Warns which number is which name, and releases the names. */
void gg_task_names_finish(gg_task_names *names, gg_import_sink *sink);
GG_C_END

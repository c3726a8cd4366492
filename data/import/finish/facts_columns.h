/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which columns of a CSV are which facts: by the dataset's own names, or by a mapping.
 */
#pragma once

#include "data/import/records/query_fields.h"
#include "data/import/sink/import_internal.h"

enum { GG__FACT_KEYS = 13 };

/* A file and the columns that were asked for. */
typedef struct gg__fact_source {
    char *path;       /* owned; release with gg_free */
    const char *text; /* as it was given */
    gg_side side;
    const char *mapping;      /* "id=COL,correct=COL"; "": none */
    gg__fact only;            /* GG__N_FACTS: all */
    const char *column;       /* of `only`; NULL: one of `names` */
    const char *const *names; /* ends with NULL */
} gg__fact_source;

/* Reads "FILE[:KEY=COL,...]". Errors: GG_E_USAGE, GG_E_NOMEM. */
gg_status gg__fact_source_parse(const char *text, gg_side side, gg__fact_source *source,
                                gg_error *err);
/* Reads "FILE[:COL]". Errors: GG_E_NOMEM. */
gg_status gg__fact_source_of_column(const char *text, gg__fact fact, const char *const *names,
                                    gg__fact_source *source, gg_error *err);

typedef struct gg__fact_columns {
    int id;
    int of[GG__FACT_KEYS]; /* GG_CSV_NO_COLUMN: not there */
    gg__fact fact[GG__FACT_KEYS];
    bool has[GG__N_FACTS];
    gg_task_names tasks;
} gg__fact_columns;

/* Finds the columns; those of a whole source that are not read are told to the sink. Errors:
 * GG_E_INPUT (a column that is not there, two of one fact). */
gg_status gg__fact_columns_find(gg__fact_columns *columns, const gg__fact_source *source,
                                gg_csv *csv, gg_import_sink *sink, gg_error *err);
/* The facts of the current record; NAN where a field is empty. Errors: GG_E_INPUT. */
gg_status gg__fact_columns_read(gg__fact_columns *columns, gg_csv *csv, double *facts,
                                gg_error *err);

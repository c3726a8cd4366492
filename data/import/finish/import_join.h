/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What other datasets have of the queries that are imported.
 */
#pragma once

#include "data/import/sink/import_internal.h"

/* Sides and columns of one dataset for the queries of another, found by their names. */
typedef struct gg__import_join {
    const char *path; /* of a dataset */
    char *const *ids; /* of the queries written, in order */
    size_t n_queries;
    bool sides[GG_N_SIDES];               /* to bring whole; of the others their facts alone */
    bool columns[GG_N_COLUMNS];           /* of /queries, to bring where the dataset has them */
    bool given[GG_N_SIDES][GG_N_COLUMNS]; /* written already */
    bool is_source;    /* the dataset is what is imported, and not joined to it */
    bool has_imported; /* /uncertainty/imported will be written by others */
    size_t keep_top_k;
    int gzip_level;
    gg_side counted; /* the side that `counts` is of */
    gg_import_counts *counts;
    gg_dataset_writer *writer;
} gg__import_join;

/* Brings sides, columns and the uncertainties computed from these sides into the dataset being
 * written. Every query must have exactly one of its name in the file, and the file no other unless
 * `may_have_more`. Errors: GG_E_INPUT, GG_E_USAGE, GG_E_IO, GG_E_NOMEM. */
gg_status gg__import_bring(const gg__import_join *join, bool may_have_more, gg_error *err);

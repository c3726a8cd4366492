/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sides and columns of one dataset for the queries of another, found by their names.
 */
#pragma once

#include "data/dataset/dataset_writer.h"
#include "data/import/import_counts.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_import_join {
    const char *path; /* of a dataset */
    char *const *ids; /* of the queries written, in order */
    size_t n_queries;
    bool sides[GG_N_SIDES];     /* to bring */
    bool columns[GG_N_COLUMNS]; /* of /queries, to bring where the dataset has them */
    bool given[GG_N_COLUMNS];   /* of the counted side: written already */
    bool has_imported;          /* /uncertainty/imported will be written by others */
    size_t keep_top_k;
    int gzip_level;
    gg_side counted; /* the side that `counts` is of */
    gg_import_counts *counts;
    gg_dataset_writer *writer;
} gg_import_join;

/* Brings sides, columns and the uncertainties computed from these sides into the dataset being
 * written. Every query must have exactly one of its name in the file, and the file no other unless
 * `may_have_more`. Errors: GG_E_INPUT, GG_E_USAGE, GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_bring(const gg_import_join *join, bool may_have_more, gg_error *err);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The open dataset, as the dataset_*.c files find out its shape.
 */
#pragma once

#include "data/dataset/schema.h"

struct gg_dataset {
    gg_h5 *h5;
    size_t n_queries;
    bool counted; /* some column has said how many queries there are */
    bool has_ids;
    gg_side_info sides[GG_N_SIDES];
    uint64_t *offsets[GG_N_SIDES];
    bool has_query_column[GG_N_COLUMNS];
};

/* Whether there is anything at `path`. */
gg_status gg__dataset_has_object(struct gg_dataset *ds, const char *path, bool *there,
                                 gg_error *err);

/* The shape of a dataset that may be absent. */
gg_status gg__dataset_shape_of(struct gg_dataset *ds, const char *path, gg_h5_shape *shape,
                               bool *there, gg_error *err);

/* Records and returns GG_E_INPUT with file and path before the reason. */
gg_status gg__dataset_bad_shape(const struct gg_dataset *ds, const char *path, const char *reason,
                                gg_error *err);

/* A list of `expected` entries; of queries, the first list seen says how many there are. */
gg_status gg__dataset_check_length(struct gg_dataset *ds, const char *path,
                                   const gg_h5_shape *shape, gg_column_length length,
                                   size_t expected, gg_error *err);

/* A T x width float matrix. */
gg_status gg__dataset_check_matrix(const struct gg_dataset *ds, const char *path,
                                   const gg_h5_shape *shape, gg_error *err);

/* A column that may be absent. */
gg_status gg__dataset_open_column(struct gg_dataset *ds, gg_side side, gg_column column,
                                  bool *there, gg_error *err);

/* A side that may be absent: its offsets, rows and columns. */
gg_status gg__dataset_open_side(struct gg_dataset *ds, gg_side side, gg_error *err);

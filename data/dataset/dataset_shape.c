/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What shape the datasets of a file have, and whether it is the one wanted.
 */
#include "data/dataset/dataset_shape.h"

gg_status gg__dataset_has_object(struct gg_dataset *ds, const char *path, bool *there,
                                 gg_error *err) {
    gg_h5_object object;
    gg_status status = gg_h5_find(ds->h5, path, &object, err);
    *there = status == GG_OK && object != GG_H5_ABSENT;
    return status;
}

gg_status gg__dataset_shape_of(struct gg_dataset *ds, const char *path, gg_h5_shape *shape,
                               bool *there, gg_error *err) {
    GG_TRY(gg__dataset_has_object(ds, path, there, err));
    if (!*there)
        return GG_OK;
    gg_h5_dataset *dataset;
    gg_status status = gg_h5_dataset_open(ds->h5, path, &dataset, err);
    if (status == GG_OK)
        *shape = *gg_h5_dataset_shape(dataset);
    gg_h5_dataset_close(dataset);
    return status;
}

gg_status gg__dataset_bad_shape(const struct gg_dataset *ds, const char *path, const char *reason,
                                gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s: %s", gg_h5_path(ds->h5), path, reason);
}

gg_status gg__dataset_check_length(struct gg_dataset *ds, const char *path,
                                   const gg_h5_shape *shape, gg_column_length length,
                                   size_t expected, gg_error *err) {
    static const char *const things[] = {
        [GG_PER_QUERY] = "queries", [GG_PER_TOKEN] = "token rows", [GG_PER_WORD] = "words"};
    if (shape->rank != 1)
        return gg__dataset_bad_shape(ds, path, "is not a list (it needs one dimension)", err);
    if (length == GG_PER_QUERY && !ds->counted) {
        ds->counted = true;
        ds->n_queries = shape->count;
        return GG_OK;
    }
    if (length == GG_PER_QUERY)
        expected = ds->n_queries;
    if (shape->count == expected)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: %s: has %zu entries for %zu %s", gg_h5_path(ds->h5), path,
                   shape->count, expected, things[length]);
}

gg_status gg__dataset_check_matrix(const struct gg_dataset *ds, const char *path,
                                   const gg_h5_shape *shape, gg_error *err) {
    if (shape->rank != 2)
        return gg__dataset_bad_shape(ds, path, "is not a matrix (it needs two dimensions)", err);
    if (shape->kind != GG_H5_FLOAT || !shape->has_dtype)
        return gg__dataset_bad_shape(ds, path, "is not float16, bfloat16, float32 or float64", err);
    if (shape->dims[1] < 1 || shape->dims[1] > INT32_MAX)
        return gg__dataset_bad_shape(ds, path, "has rows without values, or of more than 2^31",
                                     err);
    return GG_OK;
}

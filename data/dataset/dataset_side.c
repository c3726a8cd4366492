/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How one side of a dataset is stored.
 */
#include "data/dataset/dataset_shape.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "models/base/alloc.h"

/* They start at 0 and never fall. */
static gg_status read_offsets(gg_h5_dataset *dataset, uint64_t *offsets, size_t n, gg_error *err) {
    GG_TRY(gg_h5_read_integers(dataset, 0, n + 1, 0, INT64_MAX, (int64_t *)offsets, err));
    if (offsets[0] != 0)
        return gg_h5_dataset_fail(dataset, err, "value 0: the first offset is %" PRIu64 ", not 0",
                                  offsets[0]);
    for (size_t i = 0; i < n; i++)
        if (offsets[i + 1] < offsets[i])
            return gg_h5_dataset_fail(dataset, err,
                                      "value %zu: %" PRIu64 " is below the one before, %" PRIu64,
                                      i + 1, offsets[i + 1], offsets[i]);
    return GG_OK;
}

static gg_status open_offsets(struct gg_dataset *ds, gg_side side, bool *there, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape shape;
    gg_side_path(side, "offsets", path);
    GG_TRY(gg__dataset_shape_of(ds, path, &shape, there, err));
    if (!*there)
        return GG_OK;
    if (shape.rank != 1 || shape.count < 1)
        return gg__dataset_bad_shape(ds, path,
                                     "is not a list of one entry more than there are queries", err);
    shape.count--;
    GG_TRY(gg__dataset_check_length(ds, path, &shape, GG_PER_QUERY, 0, err));
    gg_h5_dataset *dataset;
    ds->offsets[side] = gg_alloc(ds->n_queries + 1, sizeof(uint64_t));
    if (ds->offsets[side] == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_h5_path(ds->h5));
    GG_TRY(gg_h5_dataset_open(ds->h5, path, &dataset, err));
    gg_status status = read_offsets(dataset, ds->offsets[side], ds->n_queries, err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status open_hidden(struct gg_dataset *ds, gg_side side, const gg_h5_shape *hidden,
                             gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape head, bias;
    bool there;
    gg_side_info *info = &ds->sides[side];
    gg_side_path(side, "lm_head", path);
    GG_TRY(gg__dataset_shape_of(ds, path, &head, &there, err));
    if (!there)
        return gg__dataset_bad_shape(ds, path, "is missing (hidden states need it)", err);
    GG_TRY(gg__dataset_check_matrix(ds, path, &head, err));
    if (head.dims[1] != hidden->dims[1] || head.dims[0] > INT32_MAX)
        return gg_fail(err, GG_E_INPUT, "%s: %s: is %zu x %zu; hidden states have %zu dimensions",
                       gg_h5_path(ds->h5), path, head.dims[0], head.dims[1], hidden->dims[1]);
    info->vocabulary = head.dims[0];
    info->head_dtype = head.dtype;
    gg_side_path(side, "lm_head_bias", path);
    GG_TRY(gg__dataset_shape_of(ds, path, &bias, &info->has_bias, err));
    if (!info->has_bias)
        return GG_OK;
    if (!bias.has_dtype)
        return gg__dataset_bad_shape(ds, path, "is not float16, bfloat16, float32 or float64", err);
    info->bias_dtype = bias.dtype;
    return gg__dataset_check_length(ds, path, &bias, GG_PER_WORD, info->vocabulary, err);
}

static gg_status open_topk(struct gg_dataset *ds, gg_side side, const gg_h5_shape *values,
                           gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape ids;
    gg_side_info *info = &ds->sides[side];
    gg_side_path(side, "topk_ids", path);
    GG_TRY(gg__dataset_shape_of(ds, path, &ids, &info->has_topk_ids, err));
    if (!info->has_topk_ids)
        return GG_OK;
    if (ids.kind != GG_H5_INTEGER || ids.rank != 2 || ids.dims[0] != values->dims[0] ||
        ids.dims[1] != values->dims[1])
        return gg__dataset_bad_shape(
            ds, path, "is not a matrix of integers of the shape of topk_values", err);
    return GG_OK;
}

/* Finds out how the side's distributions are stored; *rows is their number. */
static gg_status open_rows(struct gg_dataset *ds, gg_side side, size_t *rows, gg_error *err) {
    static const gg_storage kinds[] = {GG_STORAGE_LOGITS, GG_STORAGE_HIDDEN, GG_STORAGE_TOPK};
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_info *info = &ds->sides[side];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        gg_h5_shape shape;
        bool there;
        gg_side_path(side, gg_storage_name(kinds[k]), path);
        GG_TRY(gg__dataset_shape_of(ds, path, &shape, &there, err));
        if (!there)
            continue;
        GG_TRY(gg__dataset_check_matrix(ds, path, &shape, err));
        info->storage = kinds[k];
        info->dtype = shape.dtype;
        info->width = shape.dims[1];
        info->chunk_rows = shape.chunk_rows;
        *rows = shape.dims[0];
        if (info->storage == GG_STORAGE_HIDDEN)
            return open_hidden(ds, side, &shape, err);
        if (info->storage == GG_STORAGE_TOPK)
            return open_topk(ds, side, &shape, err);
        info->vocabulary = info->width;
        return GG_OK;
    }
    return GG_OK;
}

gg_status gg__dataset_open_column(struct gg_dataset *ds, gg_side side, gg_column column,
                                  bool *there, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape shape;
    const gg_column_spec *spec = gg_column_of(column);
    gg_side_info *info = &ds->sides[side];
    gg_column_path(column, side, path);
    GG_TRY(gg__dataset_shape_of(ds, path, &shape, there, err));
    if (!*there)
        return GG_OK;
    if (shape.kind == GG_H5_TEXT)
        return gg__dataset_bad_shape(ds, path, "is text where numbers are wanted", err);
    if (spec->length == GG_PER_TOKEN && info->offsets == NULL)
        return gg__dataset_bad_shape(ds, path, "has no offsets beside it", err);
    if (column == GG_COLUMN_TOKEN_CLASS && info->vocabulary == 0 && shape.rank == 1)
        info->vocabulary = shape.count;
    size_t expected = spec->length == GG_PER_TOKEN ? info->n_tokens : info->vocabulary;
    return gg__dataset_check_length(ds, path, &shape, spec->length, expected, err);
}

/* Speed of the device latencies were measured on: with the column, else with the side. */
static gg_status read_device(struct gg_dataset *ds, gg_side side, gg_error *err) {
    char path[2][GG_OBJECT_PATH_SIZE];
    gg_column_path(GG_COLUMN_LATENCY, side, path[0]);
    snprintf(path[1], sizeof path[1], "/%s", gg_side_name(side));
    for (int k = 0; k < 2; k++) {
        double flops;
        bool found;
        GG_TRY(gg_h5_read_number_attribute(ds->h5, path[k], "device_flops", &flops, &found, err));
        if (found && !(isfinite(flops) && flops > 0.0))
            return gg__dataset_bad_shape(ds, path[k],
                                         "attribute device_flops is not finite and > 0", err);
        if (found) {
            ds->sides[side].device_flops = flops;
            return GG_OK;
        }
    }
    return GG_OK;
}

gg_status gg__dataset_open_side(struct gg_dataset *ds, gg_side side, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_info *info = &ds->sides[side];
    bool has_offsets;
    size_t rows = 0;
    snprintf(path, sizeof path, "/%s", gg_side_name(side));
    GG_TRY(gg__dataset_has_object(ds, path, &info->present, err));
    if (!info->present)
        return GG_OK;
    GG_TRY(open_offsets(ds, side, &has_offsets, err));
    GG_TRY(open_rows(ds, side, &rows, err));
    gg_side_path(side, "offsets", path);
    if (info->storage != GG_STORAGE_NONE && !has_offsets)
        return gg__dataset_bad_shape(ds, path, "is missing: which rows belong to which query?",
                                     err);
    if (has_offsets) {
        info->offsets = ds->offsets[side];
        info->n_tokens = (size_t)info->offsets[ds->n_queries];
    }
    if (info->storage != GG_STORAGE_NONE && rows != info->n_tokens)
        return gg_fail(err, GG_E_INPUT, "%s: %s: ends at row %zu, but there are %zu rows",
                       gg_h5_path(ds->h5), path, info->n_tokens, rows);
    for (int c = 0; c < GG_N_COLUMNS; c++)
        if (gg_column_of((gg_column)c)->of_side)
            GG_TRY(gg__dataset_open_column(ds, side, (gg_column)c, &info->has[c], err));
    return read_device(ds, side, err);
}

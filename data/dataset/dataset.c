/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/dataset.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

struct gg_dataset {
    gg_h5 *h5;
    size_t n_queries;
    bool counted; /* some column has said how many queries there are */
    bool has_ids;
    gg_side_info sides[GG_N_SIDES];
    uint64_t *offsets[GG_N_SIDES];
    bool has_query_column[GG_N_COLUMNS];
};

static gg_status no_memory(const gg_dataset *ds, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_h5_path(ds->h5));
}

static gg_status has_object(gg_dataset *ds, const char *path, bool *there, gg_error *err) {
    gg_h5_object object;
    gg_status status = gg_h5_find(ds->h5, path, &object, err);
    *there = status == GG_OK && object != GG_H5_ABSENT;
    return status;
}

static gg_status check_format(gg_dataset *ds, gg_error *err) {
    char *format;
    bool found, dated;
    double version;
    gg_status status = gg_h5_read_text_attribute(ds->h5, "/", "format", &format, &found, err);
    if (status != GG_OK)
        return status;
    if (found && strcmp(format, "goagap-dataset") != 0)
        status = gg_fail(err, GG_E_INPUT, "%s: its format is \"%.64s\", not \"goagap-dataset\"",
                         gg_h5_path(ds->h5), format);
    gg_free(format);
    if (status == GG_OK)
        status = gg_h5_read_number_attribute(ds->h5, "/", "version", &version, &dated, err);
    if (status == GG_OK && dated && found && version != 1.0)
        status = gg_fail(err, GG_E_INPUT, "%s: version %g of the format; this program reads 1",
                         gg_h5_path(ds->h5), version);
    return status;
}

/* The shape of a dataset that may be absent. */
static gg_status shape_of(gg_dataset *ds, const char *path, gg_h5_shape *shape, bool *there,
                          gg_error *err) {
    gg_status status = has_object(ds, path, there, err);
    if (status != GG_OK || !*there)
        return status;
    gg_h5_dataset *dataset;
    status = gg_h5_dataset_open(ds->h5, path, &dataset, err);
    if (status == GG_OK)
        *shape = *gg_h5_dataset_shape(dataset);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status bad_shape(const gg_dataset *ds, const char *path, const char *reason,
                           gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s: %s", gg_h5_path(ds->h5), path, reason);
}

/* A list of `expected` entries; of queries, the first list seen says how many there are. */
static gg_status check_length(gg_dataset *ds, const char *path, const gg_h5_shape *shape,
                              gg_column_length length, size_t expected, gg_error *err) {
    static const char *const things[] = {
        [GG_PER_QUERY] = "queries", [GG_PER_TOKEN] = "token rows", [GG_PER_WORD] = "words"};
    if (shape->rank != 1)
        return bad_shape(ds, path, "is not a list (it needs one dimension)", err);
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

static gg_status open_offsets(gg_dataset *ds, gg_side side, bool *there, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_dataset *dataset = NULL;
    gg_h5_shape shape;
    gg_side_path(side, "offsets", path);
    gg_status status = shape_of(ds, path, &shape, there, err);
    if (status != GG_OK || !*there)
        return status;
    if (shape.rank != 1 || shape.count < 1)
        return bad_shape(ds, path, "is not a list of one entry more than there are queries", err);
    shape.count--;
    status = check_length(ds, path, &shape, GG_PER_QUERY, 0, err);
    if (status != GG_OK)
        return status;
    size_t n = ds->n_queries;
    ds->offsets[side] = gg_alloc(n + 1, sizeof(uint64_t));
    if (ds->offsets[side] == NULL)
        return no_memory(ds, err);
    status = gg_h5_dataset_open(ds->h5, path, &dataset, err);
    if (status == GG_OK)
        status =
            gg_h5_read_integers(dataset, 0, n + 1, 0, INT64_MAX, (int64_t *)ds->offsets[side], err);
    const uint64_t *offsets = ds->offsets[side];
    if (status == GG_OK && offsets[0] != 0)
        status = gg_h5_dataset_fail(dataset, err, "value 0: the first offset is %" PRIu64 ", not 0",
                                    offsets[0]);
    for (size_t i = 0; status == GG_OK && i < n; i++)
        if (offsets[i + 1] < offsets[i])
            status = gg_h5_dataset_fail(dataset, err,
                                        "value %zu: %" PRIu64 " is below the one before, %" PRIu64,
                                        i + 1, offsets[i + 1], offsets[i]);
    gg_h5_dataset_close(dataset);
    return status;
}

/* A T x width float matrix. */
static gg_status check_matrix(const gg_dataset *ds, const char *path, const gg_h5_shape *shape,
                              gg_error *err) {
    if (shape->rank != 2)
        return bad_shape(ds, path, "is not a matrix (it needs two dimensions)", err);
    if (shape->kind != GG_H5_FLOAT || !shape->has_dtype)
        return bad_shape(ds, path, "is not float16, bfloat16, float32 or float64", err);
    if (shape->dims[1] < 1 || shape->dims[1] > INT32_MAX)
        return bad_shape(ds, path, "has rows without values, or of more than 2^31", err);
    return GG_OK;
}

static gg_status open_hidden(gg_dataset *ds, gg_side side, const gg_h5_shape *hidden,
                             gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape head, bias;
    bool there;
    gg_side_info *info = &ds->sides[side];
    gg_side_path(side, "lm_head", path);
    gg_status status = shape_of(ds, path, &head, &there, err);
    if (status != GG_OK)
        return status;
    if (!there)
        return bad_shape(ds, path, "is missing (hidden states need it)", err);
    status = check_matrix(ds, path, &head, err);
    if (status != GG_OK)
        return status;
    if (head.dims[1] != hidden->dims[1] || head.dims[0] > INT32_MAX)
        return gg_fail(err, GG_E_INPUT, "%s: %s: is %zu x %zu; hidden states have %zu dimensions",
                       gg_h5_path(ds->h5), path, head.dims[0], head.dims[1], hidden->dims[1]);
    info->vocabulary = head.dims[0];
    info->head_dtype = head.dtype;
    gg_side_path(side, "lm_head_bias", path);
    status = shape_of(ds, path, &bias, &info->has_bias, err);
    if (status != GG_OK || !info->has_bias)
        return status;
    if (!bias.has_dtype)
        return bad_shape(ds, path, "is not float16, bfloat16, float32 or float64", err);
    info->bias_dtype = bias.dtype;
    return check_length(ds, path, &bias, GG_PER_WORD, info->vocabulary, err);
}

static gg_status open_topk(gg_dataset *ds, gg_side side, const gg_h5_shape *values, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape ids;
    gg_side_info *info = &ds->sides[side];
    gg_side_path(side, "topk_ids", path);
    gg_status status = shape_of(ds, path, &ids, &info->has_topk_ids, err);
    if (status != GG_OK || !info->has_topk_ids)
        return status;
    if (ids.kind != GG_H5_INTEGER || ids.rank != 2 || ids.dims[0] != values->dims[0] ||
        ids.dims[1] != values->dims[1])
        return bad_shape(ds, path, "is not a matrix of integers of the shape of topk_values", err);
    return GG_OK;
}

/* Finds out how the side's distributions are stored; *rows is their number. */
static gg_status open_rows(gg_dataset *ds, gg_side side, size_t *rows, gg_error *err) {
    static const struct {
        const char *name;
        gg_storage storage;
    } kinds[] = {{"logits", GG_STORAGE_LOGITS},
                 {"hidden", GG_STORAGE_HIDDEN},
                 {"topk_values", GG_STORAGE_TOPK}};
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_info *info = &ds->sides[side];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        gg_h5_shape shape;
        bool there;
        gg_side_path(side, kinds[k].name, path);
        gg_status status = shape_of(ds, path, &shape, &there, err);
        if (status != GG_OK)
            return status;
        if (!there)
            continue;
        status = check_matrix(ds, path, &shape, err);
        if (status != GG_OK)
            return status;
        info->storage = kinds[k].storage;
        info->dtype = shape.dtype;
        info->width = shape.dims[1];
        info->chunk_rows = shape.chunk_rows;
        *rows = shape.dims[0];
        if (info->storage == GG_STORAGE_LOGITS)
            info->vocabulary = info->width;
        else if (info->storage == GG_STORAGE_HIDDEN)
            status = open_hidden(ds, side, &shape, err);
        else
            status = open_topk(ds, side, &shape, err);
        return status;
    }
    return GG_OK;
}

static gg_status open_column(gg_dataset *ds, gg_side side, gg_column column, bool *there,
                             gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_shape shape;
    const gg_column_spec *spec = gg_column_of(column);
    gg_side_info *info = &ds->sides[side];
    gg_column_path(column, side, path);
    gg_status status = shape_of(ds, path, &shape, there, err);
    if (status != GG_OK || !*there)
        return status;
    if (shape.kind == GG_H5_TEXT)
        return bad_shape(ds, path, "is text where numbers are wanted", err);
    if (spec->length == GG_PER_TOKEN && info->offsets == NULL)
        return bad_shape(ds, path, "has no offsets beside it", err);
    if (column == GG_COLUMN_TOKEN_CLASS && info->vocabulary == 0 && shape.rank == 1)
        info->vocabulary = shape.count;
    size_t expected = spec->length == GG_PER_TOKEN ? info->n_tokens : info->vocabulary;
    return check_length(ds, path, &shape, spec->length, expected, err);
}

/* Speed of the device latencies were measured on: with the column, else with the side. */
static gg_status read_device(gg_dataset *ds, gg_side side, gg_error *err) {
    char path[2][GG_OBJECT_PATH_SIZE];
    gg_column_path(GG_COLUMN_LATENCY, side, path[0]);
    snprintf(path[1], sizeof path[1], "/%s", gg_side_name(side));
    for (int k = 0; k < 2; k++) {
        double flops;
        bool found;
        gg_status status =
            gg_h5_read_number_attribute(ds->h5, path[k], "device_flops", &flops, &found, err);
        if (status != GG_OK)
            return status;
        if (found && !(isfinite(flops) && flops > 0.0))
            return bad_shape(ds, path[k], "attribute device_flops is not finite and > 0", err);
        if (found) {
            ds->sides[side].device_flops = flops;
            return GG_OK;
        }
    }
    return GG_OK;
}

static gg_status open_side(gg_dataset *ds, gg_side side, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_info *info = &ds->sides[side];
    bool has_offsets;
    size_t rows = 0;
    snprintf(path, sizeof path, "/%s", gg_side_name(side));
    gg_status status = has_object(ds, path, &info->present, err);
    if (status != GG_OK || !info->present)
        return status;
    status = open_offsets(ds, side, &has_offsets, err);
    if (status == GG_OK)
        status = open_rows(ds, side, &rows, err);
    if (status != GG_OK)
        return status;
    gg_side_path(side, "offsets", path);
    if (info->storage != GG_STORAGE_NONE && !has_offsets)
        return bad_shape(ds, path, "is missing: which rows belong to which query?", err);
    if (has_offsets) {
        info->offsets = ds->offsets[side];
        info->n_tokens = (size_t)info->offsets[ds->n_queries];
    }
    if (info->storage != GG_STORAGE_NONE && rows != info->n_tokens)
        return gg_fail(err, GG_E_INPUT, "%s: %s: ends at row %zu, but there are %zu rows",
                       gg_h5_path(ds->h5), path, info->n_tokens, rows);
    for (int c = 0; status == GG_OK && c < GG_N_COLUMNS; c++)
        if (gg_column_of((gg_column)c)->of_side)
            status = open_column(ds, side, (gg_column)c, &info->has[c], err);
    return status == GG_OK ? read_device(ds, side, err) : status;
}

static gg_status open_queries(gg_dataset *ds, gg_error *err) {
    gg_h5_shape shape;
    gg_status status = shape_of(ds, "/queries/id", &shape, &ds->has_ids, err);
    if (status == GG_OK && ds->has_ids && shape.kind == GG_H5_FLOAT)
        return bad_shape(ds, "/queries/id", "is neither text nor integers", err);
    if (status == GG_OK && ds->has_ids)
        status = check_length(ds, "/queries/id", &shape, GG_PER_QUERY, 0, err);
    for (int c = 0; status == GG_OK && c < GG_N_COLUMNS; c++)
        if (!gg_column_of((gg_column)c)->of_side)
            status = open_column(ds, GG_SLM, (gg_column)c, &ds->has_query_column[c], err);
    return status;
}

/* A dataset may hold finished uncertainties and nothing else. */
static gg_status count_by_uncertainty(gg_dataset *ds, gg_error *err) {
    gg_strings names;
    gg_status status = gg_h5_list(ds->h5, "/uncertainty", &names, err);
    if (status == GG_OK && names.count > 0 && !ds->counted) {
        char path[GG_OBJECT_PATH_SIZE];
        gg_h5_shape shape;
        bool there;
        snprintf(path, sizeof path, "/uncertainty/%s", names.text + names.start[0]);
        status = shape_of(ds, path, &shape, &there, err);
        if (status == GG_OK && there)
            status = check_length(ds, path, &shape, GG_PER_QUERY, 0, err);
    }
    gg_strings_clear(&names);
    return status;
}

gg_status gg_dataset_open(const char *path, gg_dataset **out, gg_error *err) {
    *out = NULL;
    gg_dataset *ds = gg_alloc(1, sizeof *ds);
    if (ds == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    gg_status status = gg_h5_open(path, &ds->h5, err);
    if (status == GG_OK)
        status = check_format(ds, err);
    if (status == GG_OK)
        status = open_queries(ds, err);
    for (int side = 0; status == GG_OK && side < GG_N_SIDES; side++)
        status = open_side(ds, (gg_side)side, err);
    if (status == GG_OK)
        status = count_by_uncertainty(ds, err);
    if (status == GG_OK && !ds->counted)
        status = gg_fail(err, GG_E_INPUT,
                         "%s: is not a dataset: no column of /queries, /slm, /llm or /uncertainty",
                         path);
    if (status == GG_OK && ds->n_queries == 0)
        status = gg_fail(err, GG_E_INPUT, "%s: has no queries", path);
    if (status != GG_OK) {
        gg_dataset_close(ds);
        return status;
    }
    *out = ds;
    return GG_OK;
}

void gg_dataset_close(gg_dataset *ds) {
    if (ds == NULL)
        return;
    for (int side = 0; side < GG_N_SIDES; side++)
        gg_free(ds->offsets[side]);
    gg_h5_close(ds->h5);
    gg_free(ds);
}

const char *gg_dataset_path(const gg_dataset *ds) {
    return gg_h5_path(ds->h5);
}

size_t gg_dataset_n_queries(const gg_dataset *ds) {
    return ds->n_queries;
}

const gg_side_info *gg_dataset_side(const gg_dataset *ds, gg_side side) {
    return &ds->sides[side];
}

bool gg_dataset_has_ids(const gg_dataset *ds) {
    return ds->has_ids;
}

gg_h5 *gg_dataset_h5(gg_dataset *ds) {
    return ds->h5;
}

bool gg_dataset_has(const gg_dataset *ds, gg_side side, gg_column column) {
    return gg_column_of(column)->of_side ? ds->sides[side].has[column]
                                         : ds->has_query_column[column];
}

size_t gg_dataset_column_length(const gg_dataset *ds, gg_side side, gg_column column) {
    switch (gg_column_of(column)->length) {
    case GG_PER_QUERY:
        return ds->n_queries;
    case GG_PER_TOKEN:
        return ds->sides[side].n_tokens;
    case GG_PER_WORD:
        return ds->sides[side].vocabulary;
    }
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/dataset.h"

#include <stdio.h>
#include <string.h>

#include "data/dataset/dataset_shape.h"
#include "models/base/alloc.h"

static gg_status check_format(gg_dataset *ds, gg_error *err) {
    char *format;
    bool found, dated;
    double version;
    GG_TRY(gg_h5_read_text_attribute(ds->h5, "/", "format", &format, &found, err));
    gg_status status = GG_OK;
    if (found && strcmp(format, "goagap-dataset") != 0)
        status = gg_fail(err, GG_E_INPUT, "%s: its format is \"%.64s\", not \"goagap-dataset\"",
                         gg_h5_path(ds->h5), format);
    gg_free(format);
    GG_TRY(status);
    GG_TRY(gg_h5_read_number_attribute(ds->h5, "/", "version", &version, &dated, err));
    if (dated && found && version != 1.0)
        return gg_fail(err, GG_E_INPUT, "%s: version %g of the format; this program reads 1",
                       gg_h5_path(ds->h5), version);
    return GG_OK;
}

static gg_status open_queries(gg_dataset *ds, gg_error *err) {
    gg_h5_shape shape;
    GG_TRY(gg__dataset_shape_of(ds, "/queries/id", &shape, &ds->has_ids, err));
    if (ds->has_ids && shape.kind == GG_H5_FLOAT)
        return gg__dataset_bad_shape(ds, "/queries/id", "is neither text nor integers", err);
    if (ds->has_ids)
        GG_TRY(gg__dataset_check_length(ds, "/queries/id", &shape, GG_PER_QUERY, 0, err));
    for (int c = 0; c < GG_N_COLUMNS; c++)
        if (!gg_column_of((gg_column)c)->of_side)
            GG_TRY(
                gg__dataset_open_column(ds, GG_SLM, (gg_column)c, &ds->has_query_column[c], err));
    return GG_OK;
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
        status = gg__dataset_shape_of(ds, path, &shape, &there, err);
        if (status == GG_OK && there)
            status = gg__dataset_check_length(ds, path, &shape, GG_PER_QUERY, 0, err);
    }
    gg_strings_clear(&names);
    return status;
}

static gg_status open_all(const char *path, gg_dataset *ds, gg_error *err) {
    GG_TRY(gg_h5_open(path, &ds->h5, err));
    GG_TRY(check_format(ds, err));
    GG_TRY(open_queries(ds, err));
    for (int side = 0; side < GG_N_SIDES; side++)
        GG_TRY(gg__dataset_open_side(ds, (gg_side)side, err));
    GG_TRY(count_by_uncertainty(ds, err));
    if (!ds->counted)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is not a dataset: no column of /queries, /slm, /llm or /uncertainty",
                       path);
    return ds->n_queries > 0 ? GG_OK : gg_fail(err, GG_E_INPUT, "%s: has no queries", path);
}

gg_status gg_dataset_open(const char *path, gg_dataset **out, gg_error *err) {
    *out = gg_alloc(1, sizeof **out);
    if (*out == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    gg_status status = open_all(path, *out, err);
    if (status != GG_OK) {
        gg_dataset_close(*out);
        *out = NULL;
    }
    return status;
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

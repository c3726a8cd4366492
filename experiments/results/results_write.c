/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "data/hdf5/h5_image.h"
#include "experiments/results/part_index.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"

/* Room for one column: 8 bytes hold every number and every pointer to text. */
typedef union cell {
    const char *text;
    uint32_t u32;
    uint64_t u64;
    double f64;
} cell;

static void gather(const gg__run_column *column, const gg_results *results, cell *buffer) {
    for (size_t k = 0; k < results->count; k++) {
        const char *member = (const char *)&results->rows[k] + column->offset;
        if (column->type == GG_H5_UTF8)
            ((const char **)buffer)[k] = member;
        else
            memcpy((char *)buffer + k * column->size, member, column->size);
    }
}

static gg_status write_column(gg_h5 *h5, const gg__run_column *column, const gg_results *results,
                              cell *buffer, gg_error *err) {
    char path[64];
    snprintf(path, sizeof path, "/runs/%s", column->name);
    gather(column, results, buffer);
    GG_TRY(gg_h5_write(h5, path, column->type, 1, &results->count, buffer, err));
    if (column->unit != NULL)
        GG_TRY(gg_h5_write_text_attribute(h5, path, "units", column->unit, err));
    if (column->timing)
        GG_TRY(gg_h5_write_integer_attribute(h5, path, "timing", 1, err));
    return GG_OK;
}

static gg_status write_manifest(gg_h5 *h5, const gg_results *results, gg_error *err) {
    const gg_manifest *manifest = &results->manifest;
    char checksum[GG__CHECKSUM_SIZE];
    GG_TRY(gg__results_checksum(results, GG_RESULTS_VERSION, checksum, err));
    GG_TRY(gg_h5_write_text_attribute(h5, "/", "format", GG_RESULTS_FORMAT, err));
    GG_TRY(gg_h5_write_integer_attribute(h5, "/", "version", GG_RESULTS_VERSION, err));
    GG_TRY(gg_h5_write_text_attribute(h5, "/", GG_RESULTS_CHECKSUM, checksum, err));
    for (size_t k = 0; k < manifest->count; k++)
        GG_TRY(gg_h5_write_text_attribute(h5, "/", manifest->entries[k].key,
                                          manifest->entries[k].value, err));
    return GG_OK;
}

/* Reasons of failed rows stand apart: /runs keeps one cell a column for every row. */
static gg_status write_failures(gg_h5 *h5, const gg_results *results, cell *buffer, gg_error *err) {
    size_t count = 0;
    uint64_t *row = (uint64_t *)buffer;
    for (size_t k = 0; k < results->count; k++)
        if (results->rows[k].failure[0] != '\0')
            row[count++] = k;
    if (count == 0)
        return GG_OK;
    GG_TRY(gg_h5_make_group(h5, "/failures", err));
    GG_TRY(gg_h5_write(h5, "/failures/row", GG_H5_U64, 1, &count, row, err));
    const char **reason = (const char **)buffer;
    for (size_t k = 0, failed = 0; k < results->count; k++)
        if (results->rows[k].failure[0] != '\0')
            reason[failed++] = results->rows[k].failure;
    return gg_h5_write(h5, "/failures/reason", GG_H5_UTF8, 1, &count, reason, err);
}

static gg_status write_assignments(gg_h5 *h5, const gg_results *results, gg_error *err) {
    if (results->offsets == NULL)
        return GG_OK;
    size_t entries = results->offsets[results->count], n_offsets = results->count + 1;
    GG_TRY(gg_h5_make_group(h5, "/assignments", err));
    GG_TRY(
        gg_h5_write(h5, "/assignments/offsets", GG_H5_U64, 1, &n_offsets, results->offsets, err));
    return gg_h5_write(h5, "/assignments/server", GG_H5_I16, 1, &entries, results->assignment, err);
}

static gg_status write_units(gg_h5 *h5, const gg_results *results, gg_error *err) {
    if (results->units == NULL)
        return GG_OK;
    GG_TRY(gg_h5_make_group(h5, "/networks", err));
    return gg_h5_write(h5, "/networks/index", GG_H5_U64, 1, &results->n_units, results->units, err);
}

static gg_status write_table(gg_h5 *h5, const gg_results *results, cell *buffer, gg_error *err) {
    GG_TRY(write_manifest(h5, results, err));
    GG_TRY(gg_h5_make_group(h5, "/runs", err));
    for (size_t c = 0; c < gg__n_run_columns; c++)
        GG_TRY(write_column(h5, &gg__run_columns[c], results, buffer, err));
    GG_TRY(write_failures(h5, results, buffer, err));
    GG_TRY(write_assignments(h5, results, err));
    return write_units(h5, results, err);
}

static const char *const more_paths[GG__N_MORE] = {"/failures/row", "/failures/reason",
                                                   "/networks/index", "/assignments/offsets",
                                                   "/assignments/server"};

static gg_status find_places(gg_h5 *h5, gg_part_places *places, gg_error *err) {
    *places = (gg_part_places){0};
    for (size_t k = 0; k < gg__n_run_columns + GG__N_MORE; k++) {
        char path[64];
        gg_h5_object object = GG_H5_DATASET;
        if (k < gg__n_run_columns)
            snprintf(path, sizeof path, "/runs/%s", gg__run_columns[k].name);
        else
            snprintf(path, sizeof path, "%s", more_paths[k - gg__n_run_columns]);
        if (k >= gg__n_run_columns)
            GG_TRY(gg_h5_find(h5, path, &object, err));
        if (object == GG_H5_DATASET)
            GG_TRY(gg_h5_place(h5, path, &places->at[k], err));
    }
    return GG_OK;
}

gg_status gg_results_write_part(const char *path, const gg_results *results, gg_part_places *places,
                                gg_error *err) {
    gg_h5 *h5 = NULL;
    cell *buffer = gg_alloc(results->count, sizeof *buffer);
    gg_status status = buffer != NULL ? gg_h5_create(path, &h5, err)
                                      : gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    if (status == GG_OK)
        status = write_table(h5, results, buffer, err);
    if (status == GG_OK && places != NULL)
        status = find_places(h5, places, err);
    gg_free(buffer);
    return gg_h5_finish(h5, status, err);
}

gg_status gg_results_write(const char *path, const gg_results *results, gg_error *err) {
    return gg_results_write_part(path, results, NULL, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "data/hdf5/h5_image.h"
#include "experiments/results/part_index.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"
#include "models/text/intern.h"

/* Room for one column: 8 bytes hold every number. */
typedef union cell {
    uint32_t u32;
    uint64_t u64;
    double f64;
} cell;

/* The different texts of a table in the order in which columns name them first, and the numbers
 * that stand for them. */
typedef struct dictionary {
    size_t count;
    const char **texts;
    size_t n_known;
    uint32_t *known; /* of an interned text: its number and one, 0 without one */
    uint32_t *cells; /* of each column of texts row by row, then why rows failed, in their order */
} dictionary;

static gg_status add_text(dictionary *d, const char *text, uint32_t *number, gg_error *err) {
    uint32_t at;
    if (gg_intern(text, strlen(text), &at) == NULL)
        return gg_fail(err, GG_E_NOMEM, "texts of the results: out of memory");
    if (at >= d->n_known) {
        size_t room = 2 * (size_t)at + 64;
        uint32_t *known = gg_realloc(d->known, d->n_known, room, sizeof *known);
        if (known == NULL)
            return gg_fail(err, GG_E_NOMEM, "texts of the results: out of memory");
        d->known = known;
        d->n_known = room;
    }
    if (d->known[at] == 0) {
        const char **texts = gg_grow(d->texts, d->count, sizeof *texts);
        if (texts == NULL)
            return gg_fail(err, GG_E_NOMEM, "texts of the results: out of memory");
        d->texts = texts;
        d->texts[d->count++] = text;
        d->known[at] = (uint32_t)d->count;
    }
    *number = d->known[at] - 1;
    return GG_OK;
}

/* Rows that follow each other often have the same. */
static gg_status add_column(dictionary *d, const gg__run_column *column, const gg_results *results,
                            uint32_t *cells, gg_error *err) {
    const char *last = NULL;
    for (size_t k = 0; k < results->count; k++) {
        const char *text = *gg__text_of(column, &results->rows[k]);
        if (text == last)
            cells[k] = cells[k - 1];
        else
            GG_TRY(add_text(d, text, &cells[k], err));
        last = text;
    }
    return GG_OK;
}

/* The caller clears it, also after a failure. */
static gg_status make_dictionary(const gg_results *results, dictionary *d, gg_error *err) {
    size_t n_columns = 1, n_cells;
    for (size_t c = 0; c < gg__n_run_columns; c++)
        n_columns += gg__run_columns[c].type == GG_H5_UTF8;
    *d = (dictionary){0};
    if (gg_size_multiply(n_columns, results->count, &n_cells) == 0)
        d->cells = gg_alloc(n_cells, sizeof *d->cells);
    if (d->cells == NULL)
        return gg_fail(err, GG_E_NOMEM, "texts of the results: out of memory");
    uint32_t *cells = d->cells;
    for (size_t c = 0; c < gg__n_run_columns; c++)
        if (gg__run_columns[c].type == GG_H5_UTF8) {
            GG_TRY(add_column(d, &gg__run_columns[c], results, cells, err));
            cells += results->count;
        }
    for (size_t k = 0; k < results->count; k++)
        if (results->rows[k].failure[0] != '\0')
            GG_TRY(add_text(d, results->rows[k].failure, cells++, err));
    return GG_OK;
}

static void clear_dictionary(dictionary *d) {
    gg_free(d->texts);
    gg_free(d->known);
    gg_free(d->cells);
}

/* As few bytes a number as all the texts take. */
static gg_status write_texts(gg_h5 *h5, const char *path, const dictionary *d,
                             const uint32_t *cells, size_t count, void *buffer, gg_error *err) {
    size_t width = gg__text_width(d->count);
    gg_h5_type type = width == 1 ? GG_H5_U8 : width == 2 ? GG_H5_U16 : GG_H5_U32;
    for (size_t k = 0; k < count; k++)
        if (width == 1)
            ((uint8_t *)buffer)[k] = (uint8_t)cells[k];
        else if (width == 2)
            ((uint16_t *)buffer)[k] = (uint16_t)cells[k];
        else
            ((uint32_t *)buffer)[k] = cells[k];
    GG_TRY(gg_h5_write(h5, path, type, 1, &count, buffer, err));
    return gg_h5_write_text_attribute(h5, path, "texts", GG__TEXTS, err);
}

static void gather(const gg__run_column *column, const gg_results *results, cell *buffer) {
    for (size_t k = 0; k < results->count; k++)
        memcpy((char *)buffer + k * column->size, (const char *)&results->rows[k] + column->offset,
               column->size);
}

static gg_status write_numbers(gg_h5 *h5, const char *path, const gg__run_column *column,
                               const gg_results *results, cell *buffer, gg_error *err) {
    gather(column, results, buffer);
    GG_TRY(gg_h5_write(h5, path, column->type, 1, &results->count, buffer, err));
    if (column->unit != NULL)
        GG_TRY(gg_h5_write_text_attribute(h5, path, "units", column->unit, err));
    if (column->timing)
        GG_TRY(gg_h5_write_integer_attribute(h5, path, "timing", 1, err));
    return GG_OK;
}

static gg_status write_runs(gg_h5 *h5, const gg_results *results, const dictionary *d, cell *buffer,
                            gg_error *err) {
    const uint32_t *cells = d->cells;
    GG_TRY(gg_h5_write(h5, GG__TEXTS, GG_H5_UTF8, 1, &d->count, d->texts, err));
    GG_TRY(gg_h5_make_group(h5, "/runs", err));
    for (size_t c = 0; c < gg__n_run_columns; c++) {
        const gg__run_column *column = &gg__run_columns[c];
        char path[64];
        snprintf(path, sizeof path, "/runs/%s", column->name);
        if (column->type == GG_H5_UTF8) {
            GG_TRY(write_texts(h5, path, d, cells, results->count, buffer, err));
            cells += results->count;
        } else {
            GG_TRY(write_numbers(h5, path, column, results, buffer, err));
        }
    }
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
static gg_status write_failures(gg_h5 *h5, const gg_results *results, const dictionary *d,
                                cell *buffer, gg_error *err) {
    size_t count = 0, n_columns = 0;
    uint64_t *row = (uint64_t *)buffer;
    for (size_t k = 0; k < results->count; k++)
        if (results->rows[k].failure[0] != '\0')
            row[count++] = k;
    if (count == 0)
        return GG_OK;
    for (size_t c = 0; c < gg__n_run_columns; c++)
        n_columns += gg__run_columns[c].type == GG_H5_UTF8;
    GG_TRY(gg_h5_make_group(h5, "/failures", err));
    GG_TRY(gg_h5_write(h5, "/failures/row", GG_H5_U64, 1, &count, row, err));
    return write_texts(h5, "/failures/reason", d, d->cells + n_columns * results->count, count,
                       buffer, err);
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

static gg_status write_table(gg_h5 *h5, const gg_results *results, const dictionary *d,
                             cell *buffer, gg_error *err) {
    GG_TRY(write_manifest(h5, results, err));
    GG_TRY(write_runs(h5, results, d, buffer, err));
    GG_TRY(write_failures(h5, results, d, buffer, err));
    GG_TRY(write_assignments(h5, results, err));
    return write_units(h5, results, err);
}

static const char *const more_paths[GG__N_MORE] = {"/failures/row",       "/failures/reason",
                                                   "/networks/index",     "/assignments/offsets",
                                                   "/assignments/server", GG__TEXTS};

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
    dictionary texts = {0};
    cell *buffer = gg_alloc(results->count, sizeof *buffer);
    gg_status status = buffer != NULL ? make_dictionary(results, &texts, err)
                                      : gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    if (status == GG_OK)
        status = gg_h5_create(path, &h5, err);
    if (status == GG_OK)
        status = write_table(h5, results, &texts, buffer, err);
    if (status == GG_OK && places != NULL)
        status = find_places(h5, places, err);
    if (places != NULL)
        places->n_texts = texts.count;
    clear_dictionary(&texts);
    gg_free(buffer);
    return gg_h5_finish(h5, status, err);
}

gg_status gg_results_write(const char *path, const gg_results *results, gg_error *err) {
    return gg_results_write_part(path, results, NULL, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "experiments/results/results.h"
#include "experiments/results/results_columns.h"
#include "models/base/alloc.h"
#include "models/text/intern.h"

static gg_status no_memory(const char *path, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
}

static gg_status read_format(gg_h5 *h5, int *known, gg_error *err) {
    char *format = NULL;
    double version = 0.0;
    bool has_format = false, has_version = false;
    gg_status status = gg_h5_read_text_attribute(h5, "/", "format", &format, &has_format, err);
    if (status == GG_OK && (!has_format || strcmp(format, GG_RESULTS_FORMAT) != 0))
        status =
            gg_fail(err, GG_E_INPUT, "%s: not a results file: its format is %s%s%s, not \"%s\"",
                    gg_h5_path(h5), has_format ? "\"" : "not said", has_format ? format : "",
                    has_format ? "\"" : "", GG_RESULTS_FORMAT);
    gg_free(format);
    if (status == GG_OK)
        status = gg_h5_read_number_attribute(h5, "/", "version", &version, &has_version, err);
    for (*known = GG_RESULTS_VERSION; *known > 0 && version != *known;)
        --*known;
    if (status == GG_OK && (!has_version || *known == 0))
        status = gg_fail(err, GG_E_INPUT, "%s: results of version %g, known are %d to %d",
                         gg_h5_path(h5), version, GG_RESULTS_UNCHECKED, GG_RESULTS_VERSION);
    return status;
}

static gg_status read_manifest(gg_h5 *h5, gg_manifest *manifest, int *version, gg_error *err) {
    gg_strings names = {0};
    gg_status status = read_format(h5, version, err);
    if (status == GG_OK)
        status = gg_h5_list_attributes(h5, "/", &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++) {
        const char *key = names.text + names.start[k];
        char *value = NULL;
        bool found = false;
        if (strcmp(key, GG_RESULTS_CHECKSUM) == 0 && *version == GG_RESULTS_UNCHECKED)
            status = gg_fail(err, GG_E_INPUT,
                             "%s: damaged: it has a checksum, but a version that has none",
                             gg_h5_path(h5));
        if (strcmp(key, "format") == 0 || strcmp(key, "version") == 0 ||
            strcmp(key, GG_RESULTS_CHECKSUM) == 0)
            continue;
        status = gg_h5_read_text_attribute(h5, "/", key, &value, &found, err);
        if (status == GG_OK && found)
            status = gg_manifest_add(manifest, key, value, err);
        gg_free(value);
    }
    gg_strings_clear(&names);
    return status;
}

/* Opens a one-dimensional dataset; *count is its length, which must be `expected` unless that is
 * SIZE_MAX. */
static gg_status open_vector(gg_h5 *h5, const char *path, size_t expected, gg_h5_dataset **out,
                             size_t *count, gg_error *err) {
    gg_status status = GG_OK;
    GG_TRY(gg_h5_dataset_open(h5, path, out, err));
    const gg_h5_shape *shape = gg_h5_dataset_shape(*out);
    if (shape->rank != 1)
        status = gg_h5_dataset_fail(*out, err, "has %zu dimensions, a column has one", shape->rank);
    else if (expected != SIZE_MAX && shape->count != expected)
        status = gg_h5_dataset_fail(*out, err, "has %zu rows, the other columns have %zu",
                                    shape->count, expected);
    *count = shape->count;
    if (status != GG_OK) {
        gg_h5_dataset_close(*out);
        *out = NULL;
    }
    return status;
}

/* What a file's columns of texts name by number; none where older files have the texts themselves.
 */
typedef struct text_list {
    size_t count;
    const char **texts; /* interned */
} text_list;

static gg_status keep_strings(gg_h5_dataset *dataset, size_t count, const char **out,
                              gg_error *err) {
    gg_strings strings = {0};
    gg_status status = gg_h5_read_strings(dataset, 0, count, &strings, err);
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        const char *text = strings.text + strings.start[k];
        out[k] = gg_intern(text, strlen(text), NULL);
        if (out[k] == NULL)
            status = gg_fail(err, GG_E_NOMEM, "texts of the results: out of memory");
    }
    gg_strings_clear(&strings);
    return status;
}

static gg_status read_text_list(gg_h5 *h5, text_list *list, gg_error *err) {
    gg_h5_dataset *dataset = NULL;
    GG_TRY(open_vector(h5, GG__TEXTS, SIZE_MAX, &dataset, &list->count, err));
    list->texts = gg_alloc(list->count, sizeof *list->texts);
    gg_status status = list->texts != NULL ? keep_strings(dataset, list->count, list->texts, err)
                                           : no_memory(gg_h5_path(h5), err);
    gg_h5_dataset_close(dataset);
    return status;
}

/* The texts of a column; out has room for `count`. */
static gg_status read_texts(gg_h5_dataset *dataset, size_t count, const text_list *list,
                            const char **out, gg_error *err) {
    if (list->texts == NULL)
        return keep_strings(dataset, count, out, err);
    int64_t *numbers = gg_alloc(count, sizeof *numbers);
    if (numbers == NULL)
        return gg_fail(err, GG_E_NOMEM, "texts of the results: out of memory");
    gg_status status =
        gg_h5_read_integers(dataset, 0, count, 0, (int64_t)list->count - 1, numbers, err);
    for (size_t k = 0; status == GG_OK && k < count; k++)
        out[k] = list->texts[numbers[k]];
    gg_free(numbers);
    return status;
}

static gg_status read_text_column(gg_h5_dataset *dataset, size_t count,
                                  const gg__run_column *column, const text_list *list, gg_row *rows,
                                  gg_error *err) {
    const char **texts = gg_alloc(count, sizeof *texts);
    gg_status status = texts != NULL
                           ? read_texts(dataset, count, list, texts, err)
                           : gg_fail(err, GG_E_NOMEM, "/runs/%s: out of memory", column->name);
    for (size_t k = 0; status == GG_OK && k < count; k++)
        if (strnlen(texts[k], column->size) == column->size)
            status = gg_h5_dataset_fail(dataset, err, "row %zu: text longer than %zu bytes", k,
                                        column->size - 1);
        else
            *gg__text_of(column, &rows[k]) = texts[k];
    gg_free(texts);
    return status;
}

/* Numbers of one column, 8 bytes each, into a member of every row. */
static void scatter(const gg__run_column *column, const void *values, size_t count, gg_row *rows) {
    for (size_t k = 0; k < count; k++) {
        char *member = (char *)&rows[k] + column->offset;
        if (column->type == GG_H5_U32) {
            uint32_t narrow = (uint32_t)((const int64_t *)values)[k];
            memcpy(member, &narrow, sizeof narrow);
        } else {
            memcpy(member, (const char *)values + 8 * k, 8);
        }
    }
}

static gg_status read_number_column(gg_h5_dataset *dataset, size_t count,
                                    const gg__run_column *column, gg_row *rows, gg_error *err) {
    void *values = gg_alloc(count, 8);
    if (values == NULL)
        return gg_fail(err, GG_E_NOMEM, "/runs/%s: out of memory", column->name);
    gg_status status;
    if (column->type == GG_H5_F64)
        status = gg_h5_read_doubles(dataset, 0, count, values, err);
    else if (column->type == GG_H5_U32)
        status = gg_h5_read_integers(dataset, 0, count, 0, UINT32_MAX, values, err);
    else
        status = gg_h5_read_integers(dataset, 0, count, 0, INT64_MAX, values, err);
    if (status == GG_OK)
        scatter(column, values, count, rows);
    gg_free(values);
    return status;
}

static gg_status read_column(gg_h5 *h5, const gg__run_column *column, const text_list *list,
                             size_t count, gg_row *rows, gg_error *err) {
    char path[64];
    gg_h5_dataset *dataset = NULL;
    snprintf(path, sizeof path, "/runs/%s", column->name);
    GG_TRY(open_vector(h5, path, count, &dataset, &count, err));
    gg_status status = column->type == GG_H5_UTF8
                           ? read_text_column(dataset, count, column, list, rows, err)
                           : read_number_column(dataset, count, column, rows, err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status count_rows(gg_h5 *h5, size_t *count, gg_error *err) {
    gg_h5_dataset *dataset = NULL;
    gg_status status = open_vector(h5, "/runs/n_users", SIZE_MAX, &dataset, count, err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status read_failures(gg_h5 *h5, const text_list *list, gg_row *rows, size_t n_rows,
                               gg_error *err) {
    gg_h5_dataset *row = NULL, *reason = NULL;
    gg_h5_object object;
    const char **reasons = NULL;
    int64_t *index = NULL;
    size_t count = 0;
    GG_TRY(gg_h5_find(h5, "/failures", &object, err));
    if (object == GG_H5_ABSENT)
        return GG_OK;
    gg_status status = open_vector(h5, "/failures/row", SIZE_MAX, &row, &count, err);
    if (status == GG_OK)
        status = open_vector(h5, "/failures/reason", count, &reason, &count, err);
    if (status == GG_OK && ((index = gg_alloc(count, sizeof *index)) == NULL ||
                            (reasons = gg_alloc(count, sizeof *reasons)) == NULL))
        status = no_memory(gg_h5_path(h5), err);
    if (status == GG_OK)
        status = gg_h5_read_integers(row, 0, count, 0, (int64_t)n_rows - 1, index, err);
    if (status == GG_OK)
        status = read_texts(reason, count, list, reasons, err);
    for (size_t k = 0; status == GG_OK && k < count; k++)
        rows[index[k]].failure = reasons[k];
    gg_free(reasons);
    gg_free(index);
    gg_h5_dataset_close(row);
    gg_h5_dataset_close(reason);
    return status;
}

static gg_status read_offsets(gg_h5 *h5, gg_results *part, int64_t **out, gg_error *err) {
    gg_h5_dataset *dataset = NULL;
    size_t count = 0;
    GG_TRY(open_vector(h5, "/assignments/offsets", part->count + 1, &dataset, &count, err));
    int64_t *offsets = gg_alloc(count, sizeof *offsets);
    gg_status status = offsets != NULL
                           ? gg_h5_read_integers(dataset, 0, count, 0, INT64_MAX / 2, offsets, err)
                           : no_memory(gg_h5_path(h5), err);
    for (size_t k = 0; status == GG_OK && k < count; k++)
        if (offsets[k] < (k > 0 ? offsets[k - 1] : 0) || (k == 0 && offsets[k] != 0))
            status = gg_h5_dataset_fail(dataset, err, "entry %zu is out of order", k);
    gg_h5_dataset_close(dataset);
    *out = offsets;
    return status;
}

static gg_status read_assignments(gg_h5 *h5, gg_results *part, gg_error *err) {
    gg_h5_dataset *dataset = NULL;
    gg_h5_object object;
    int64_t *offsets = NULL, *wide = NULL;
    GG_TRY(gg_h5_find(h5, "/assignments", &object, err));
    if (object == GG_H5_ABSENT)
        return GG_OK;
    gg_status status = read_offsets(h5, part, &offsets, err);
    size_t entries = status == GG_OK ? (size_t)offsets[part->count] : 0;
    if (status == GG_OK)
        status = open_vector(h5, "/assignments/server", entries, &dataset, &entries, err);
    if (status == GG_OK) {
        wide = gg_alloc(entries, sizeof *wide);
        part->assignment = gg_alloc(entries, sizeof *part->assignment);
        part->offsets = gg_alloc(part->count + 1, sizeof *part->offsets);
        if (wide == NULL || part->assignment == NULL || part->offsets == NULL)
            status = no_memory(gg_h5_path(h5), err);
    }
    if (status == GG_OK)
        status = gg_h5_read_integers(dataset, 0, entries, -1, INT16_MAX, wide, err);
    for (size_t k = 0; status == GG_OK && k < entries; k++)
        part->assignment[k] = (int16_t)wide[k];
    for (size_t k = 0; status == GG_OK && k <= part->count; k++)
        part->offsets[k] = (uint64_t)offsets[k];
    gg_h5_dataset_close(dataset);
    gg_free(wide);
    gg_free(offsets);
    return status;
}

static gg_status read_units(gg_h5 *h5, gg_results *part, gg_error *err) {
    gg_h5_dataset *dataset = NULL;
    gg_h5_object object;
    size_t count = 0;
    GG_TRY(gg_h5_find(h5, "/networks/index", &object, err));
    if (object == GG_H5_ABSENT)
        return GG_OK;
    gg_status status;
    GG_TRY(open_vector(h5, "/networks/index", SIZE_MAX, &dataset, &count, err));
    int64_t *index = gg_alloc(count, sizeof *index);
    if (index == NULL)
        status = no_memory(gg_h5_path(h5), err);
    else if (count == 0 || part->count % count != 0)
        status = gg_h5_dataset_fail(dataset, err, "%zu networks do not share %zu rows", count,
                                    part->count);
    else
        status = gg_h5_read_integers(dataset, 0, count, 0, INT64_MAX, index, err);
    gg_h5_dataset_close(dataset);
    part->units = (uint64_t *)index;
    part->n_units = status == GG_OK ? count : 0;
    return status;
}

/* Compares the checksum in the file with that of what was read from it. */
static gg_status verify(gg_h5 *h5, const gg_results *part, int version, gg_error *err) {
    char expected[GG__CHECKSUM_SIZE], *stored = NULL;
    bool found;
    gg_status status = gg__results_checksum(part, version, expected, err);
    if (status == GG_OK)
        status = gg_h5_read_text_attribute(h5, "/", GG_RESULTS_CHECKSUM, &stored, &found, err);
    if (status == GG_OK && !found)
        status = gg_fail(err, GG_E_INPUT, "%s: damaged: its checksum is missing", gg_h5_path(h5));
    else if (status == GG_OK && strcmp(stored, expected) != 0)
        status = gg_fail(err, GG_E_INPUT,
                         "%s: damaged: its contents are not those that its checksum was made of",
                         gg_h5_path(h5));
    gg_free(stored);
    return status;
}

static gg_status read_rows(gg_h5 *h5, int version, text_list *list, gg_results *part,
                           gg_error *err) {
    if (version > GG_RESULTS_PLAIN_TEXTS)
        GG_TRY(read_text_list(h5, list, err));
    GG_TRY(count_rows(h5, &part->count, err));
    part->rows = gg_alloc(part->count, sizeof *part->rows);
    if (part->rows == NULL)
        return no_memory(gg_h5_path(h5), err);
    /* What older files do not have is not known. */
    for (size_t k = 0; k < part->count; k++)
        part->rows[k] = gg_row_blank();
    for (size_t c = 0; c < gg__run_columns_of(version); c++)
        GG_TRY(read_column(h5, &gg__run_columns[c], list, part->count, part->rows, err));
    return read_failures(h5, list, part->rows, part->count, err);
}

static gg_status read_table(gg_h5 *h5, gg_results *part, gg_error *err) {
    int version = 0;
    text_list list = {0};
    GG_TRY(read_manifest(h5, &part->manifest, &version, err));
    part->unchecked = version == GG_RESULTS_UNCHECKED;
    part->missing_columns = gg__n_run_columns - gg__run_columns_of(version);
    gg_status status = read_rows(h5, version, &list, part, err);
    gg_free(list.texts);
    GG_TRY(status);
    GG_TRY(read_units(h5, part, err));
    GG_TRY(read_assignments(h5, part, err));
    if (!part->unchecked)
        GG_TRY(verify(h5, part, version, err));
    return gg__results_check(part, gg_h5_path(h5), err);
}

void gg__results_drop_assignments(gg_results *part) {
    gg_free(part->offsets);
    gg_free(part->assignment);
    part->offsets = NULL;
    part->assignment = NULL;
}

gg_status gg__results_read_part(const char *path, bool with_assignments, gg_results **out,
                                gg_error *err) {
    gg_h5 *h5 = NULL;
    *out = NULL;
    GG_TRY(gg_h5_open(path, &h5, err));
    gg_results *part = gg_alloc(1, sizeof *part);
    gg_status status = part != NULL ? read_table(h5, part, err) : no_memory(path, err);
    gg_h5_close(h5);
    if (status == GG_OK) {
        if (!with_assignments)
            gg__results_drop_assignments(part);
        *out = part;
    } else {
        gg_results_free(part);
    }
    return status;
}

gg_status gg__results_count_part(const char *path, size_t *rows, gg_error *err) {
    gg_h5 *h5 = NULL;
    GG_TRY(gg_h5_open(path, &h5, err));
    gg_status status = count_rows(h5, rows, err);
    gg_h5_close(h5);
    return status;
}

gg_status gg_results_read_manifest(const char *path, gg_manifest *out, gg_error *err) {
    gg_h5 *h5 = NULL;
    int version;
    *out = (gg_manifest){0};
    GG_TRY(gg_h5_open(path, &h5, err));
    gg_status status = read_manifest(h5, out, &version, err);
    gg_h5_close(h5);
    if (status != GG_OK)
        gg_manifest_clear(out);
    return status;
}

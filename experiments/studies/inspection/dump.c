/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/inspection/inspect.h"

#include <inttypes.h>
#include <string.h>

#include "data/hdf5/h5.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

enum { BLOCK_NUMBERS = 1 << 18 };

/* Numbers of a row: the product of all dimensions but the first. */
static size_t row_width(const gg_h5_shape *shape) {
    size_t width = 1;
    for (size_t d = 1; d < shape->rank; d++)
        width *= shape->dims[d];
    return width;
}

static gg_status print_texts(gg_h5_dataset *dataset, size_t first, size_t rows, size_t width,
                             FILE *stream, gg_error *err) {
    gg_strings texts = {0};
    gg_status status = gg_h5_read_strings(dataset, first, rows, &texts, err);
    for (size_t k = 0; status == GG_OK && k < texts.count; k++) {
        gg_put_shown(stream, texts.text + texts.start[k]);
        fputc((k + 1) % width == 0 ? '\n' : ' ', stream);
    }
    gg_strings_clear(&texts);
    return status;
}

/* `block` has room for the rows as 64-bit integers, and is scratch; `texts` are what they number,
 * if any. */
static gg_status print_integers(gg_h5_dataset *dataset, size_t first, size_t rows, size_t width,
                                const gg_strings *texts, int64_t *block, FILE *stream,
                                gg_error *err) {
    gg_status status = gg_h5_read_integers(dataset, first, rows, INT64_MIN, INT64_MAX, block, err);
    for (size_t k = 0; status == GG_OK && k < rows * width; k++) {
        if (block[k] >= 0 && (uint64_t)block[k] < texts->count)
            gg_put_shown(stream, texts->text + texts->start[block[k]]);
        else
            fprintf(stream, "%" PRId64, block[k]);
        fputc((k + 1) % width == 0 ? '\n' : ' ', stream);
    }
    return status;
}

/* `block` has room for the rows as doubles twice over, and is scratch. */
static gg_status print_floats(gg_h5_dataset *dataset, size_t first, size_t rows, size_t width,
                              double *block, FILE *stream, gg_error *err) {
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    double *raw = block + rows * width;
    gg_status status;
    if (shape->has_dtype) {
        status = gg_h5_read_raw(dataset, first, rows, raw, err);
        if (status == GG_OK)
            gg_widen(shape->dtype, raw, 0, rows * width, block);
    } else {
        status = gg_h5_read_doubles(dataset, first, rows, block, err);
    }
    for (size_t k = 0; status == GG_OK && k < rows * width; k++)
        fprintf(stream, "%.17g%c", block[k], (k + 1) % width == 0 ? '\n' : ' ');
    return status;
}

static gg_status print_rows(gg_h5_dataset *dataset, const gg_strings *texts, FILE *stream,
                            gg_error *err) {
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    size_t n_rows = shape->rank > 0 ? shape->dims[0] : 1, width = row_width(shape);
    if (width == 0 || n_rows == 0)
        return GG_OK;
    size_t step = BLOCK_NUMBERS / width > 0 ? BLOCK_NUMBERS / width : 1;
    step = step < n_rows ? step : n_rows;
    size_t n_numbers;
    void *block = NULL;
    if (shape->kind != GG_H5_TEXT) {
        if (gg_size_multiply(2 * step, width, &n_numbers) == 0)
            block = gg_alloc(n_numbers, sizeof(double));
        if (block == NULL)
            return gg_h5_dataset_fail(dataset, err, "out of memory for a row");
    }
    gg_status status = GG_OK;
    for (size_t first = 0; status == GG_OK && first < n_rows; first += step) {
        size_t rows = step < n_rows - first ? step : n_rows - first;
        if (shape->kind == GG_H5_TEXT)
            status = print_texts(dataset, first, rows, width, stream, err);
        else if (shape->kind == GG_H5_INTEGER)
            status = print_integers(dataset, first, rows, width, texts, block, stream, err);
        else
            status = print_floats(dataset, first, rows, width, block, stream, err);
    }
    gg_free(block);
    return status;
}

/* What a group holds, for the message to whoever asked for the group or a name not in it. */
static gg_status name_members(gg_h5 *h5, const char *path, const char *group, const char *what,
                              gg_error *err) {
    gg_strings names = {0};
    GG_TRY(gg_h5_list(h5, group, &names, err));
    char known[400] = "";
    for (size_t k = 0; k < names.count; k++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "",
                 names.text + names.start[k]);
    }
    gg_status status = gg_fail(err, GG_E_INPUT, "%s: %s: %s; %s holds: %s", gg_h5_path(h5), path,
                               what, group, known[0] != '\0' ? known : "nothing");
    gg_strings_clear(&names);
    return status;
}

/* The texts that a dataset of results numbers, as it says itself; none of others. */
static gg_status read_numbered(gg_h5 *h5, const char *path, gg_strings *texts, gg_error *err) {
    char *list = NULL;
    bool found = false;
    gg_h5_object kind = GG_H5_ABSENT;
    gg_h5_dataset *dataset = NULL;
    gg_status status = gg_h5_read_text_attribute(h5, path, "texts", &list, &found, NULL);
    if (status != GG_OK) /* somebody else's attribute of that name */
        return status == GG_E_INPUT ? GG_OK : gg_fail(err, status, "%s: out of memory", path);
    status = found ? gg_h5_find(h5, list, &kind, err) : GG_OK;
    if (status == GG_OK && kind == GG_H5_DATASET)
        status = gg_h5_dataset_open(h5, list, &dataset, err);
    if (dataset != NULL && gg_h5_dataset_shape(dataset)->rank == 1)
        status = gg_h5_read_strings(dataset, 0, gg_h5_dataset_shape(dataset)->count, texts, err);
    gg_h5_dataset_close(dataset);
    gg_free(list);
    return status;
}

static gg_status dump_h5(gg_h5 *h5, const char *path, FILE *stream, gg_error *err) {
    gg_h5_object kind = GG_H5_ABSENT;
    GG_TRY(gg_h5_find(h5, path, &kind, err));
    if (kind == GG_H5_GROUP)
        return name_members(h5, path, path, "is a group", err);
    if (kind != GG_H5_DATASET) {
        char group[256];
        const char *slash = strrchr(path, '/');
        size_t length = slash != NULL && slash > path ? (size_t)(slash - path) : 0;
        snprintf(group, sizeof group, "%.*s", (int)length, path);
        return name_members(h5, path, length > 0 ? group : "/", "there is no such dataset", err);
    }
    gg_h5_dataset *dataset = NULL;
    gg_strings texts = {0};
    gg_status status = read_numbered(h5, path, &texts, err);
    if (status == GG_OK)
        status = gg_h5_dataset_open(h5, path, &dataset, err);
    if (status == GG_OK)
        status = print_rows(dataset, &texts, stream, err);
    gg_h5_dataset_close(dataset);
    gg_strings_clear(&texts);
    return status;
}

gg_status gg_dump(const char *file, const char *path, FILE *stream, gg_error *err) {
    if (!gg_h5_recognises(file))
        return gg_dump_json(file, path, stream, err);
    gg_h5 *h5 = NULL;
    gg_status status = gg_h5_open(file, &h5, err);
    if (status == GG_OK)
        status = dump_h5(h5, path, stream, err);
    gg_h5_close(h5);
    return status;
}

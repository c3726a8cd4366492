/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_internal.h"

#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

/* Chunks near this size read fast row by row and fit HDF5's default cache. */
enum { CHUNK_TARGET = 256 << 10 };

/* The place of a new object: its parent resolved, so that no link leads out of the file. */
static gg_status resolve_new(gg_h5 *h5, const char *path, char resolved[GG__H5_PATH_SIZE],
                             gg_error *err) {
    char parent[GG__H5_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - path);
    const char *name = slash == NULL ? path : slash + 1;
    if (n >= sizeof parent)
        return gg_fail(err, GG_E_INPUT, "%s: a name of %zu bytes", h5->path, strlen(path));
    memcpy(parent, path, n);
    parent[n] = '\0';
    gg_h5_object object;
    GG_TRY(gg__h5_resolve(h5, parent, resolved, &object, err));
    if (object != GG_H5_GROUP)
        return gg_fail(err, GG_E_IO, "%s: %s: there is no group %s", h5->path, path, parent);
    size_t length = strcmp(resolved, "/") == 0 ? 0 : strlen(resolved);
    if (length + strlen(name) + 2 > GG__H5_PATH_SIZE)
        return gg_fail(err, GG_E_INPUT, "%s: a name of %zu bytes", h5->path, strlen(path));
    resolved[length] = '/';
    strcpy(resolved + length + 1, name);
    return GG_OK;
}

gg_status gg_h5_make_group(gg_h5 *h5, const char *path, gg_error *err) {
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    GG_TRY(gg__h5_resolve(h5, path, resolved, &object, err));
    if (object == GG_H5_GROUP)
        return GG_OK;
    if (object != GG_H5_ABSENT)
        return gg_fail(err, GG_E_INPUT, "%s: %s: is not a group", h5->path, path);
    GG_TRY(resolve_new(h5, path, resolved, err));
    gg_status status = GG_OK;
    hid_t create = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(create, 0);
    hid_t group = H5Gcreate2(h5->file, resolved, H5P_DEFAULT, create, H5P_DEFAULT);
    if (group < 0)
        status = gg__h5_fail(h5, GG_E_IO, path, "cannot be made", err);
    else
        H5Gclose(group);
    H5Pclose(create);
    return status;
}

gg_status gg_h5_remove(gg_h5 *h5, const char *path, gg_error *err) {
    char resolved[GG__H5_PATH_SIZE];
    GG_TRY(resolve_new(h5, path, resolved, err));
    if (H5Ldelete(h5->file, resolved, H5P_DEFAULT) < 0)
        return gg__h5_fail(h5, GG_E_IO, path, "cannot be removed", err);
    return GG_OK;
}

/* How a new dataset is laid out; chunk_rows 0 is contiguous. */
typedef struct layout {
    size_t rank;
    const size_t *dims;
    size_t chunk_rows;
    bool grows;
    int gzip_level;
} layout;

static hid_t make_space(const layout *l) {
    hsize_t dims[GG_H5_MAX_RANK], most[GG_H5_MAX_RANK];
    for (size_t k = 0; k < l->rank; k++)
        dims[k] = most[k] = l->dims[k];
    if (l->grows)
        most[0] = H5S_UNLIMITED;
    return l->rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple((int)l->rank, dims, most);
}

static hid_t make_properties(const layout *l) {
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    /* Times would make two runs differ. */
    H5Pset_obj_track_times(create, 0);
    if (l->chunk_rows == 0)
        return create;
    hsize_t chunk[GG_H5_MAX_RANK] = {l->chunk_rows};
    for (size_t k = 1; k < l->rank; k++)
        chunk[k] = l->dims[k] > 0 ? l->dims[k] : 1;
    H5Pset_chunk(create, (int)l->rank, chunk);
    if (l->gzip_level > 0) {
        H5Pset_shuffle(create);
        H5Pset_deflate(create, (unsigned)l->gzip_level);
    }
    return create;
}

static gg_status create_dataset(gg_h5 *h5, const char *path, gg_h5_type type, const layout *l,
                                hid_t *dataset, gg_error *err) {
    *dataset = H5I_INVALID_HID;
    char resolved[GG__H5_PATH_SIZE];
    GG_TRY(resolve_new(h5, path, resolved, err));
    gg_status status = GG_OK;
    hid_t stored = gg__h5_make_type(type, true);
    hid_t space = make_space(l);
    hid_t create = make_properties(l);
    *dataset = H5Dcreate2(h5->file, resolved, stored, space, H5P_DEFAULT, create, H5P_DEFAULT);
    if (*dataset < 0)
        status = gg__h5_fail(h5, GG_E_IO, path, "cannot be made", err);
    H5Pclose(create);
    H5Sclose(space);
    H5Tclose(stored);
    return status;
}

gg_status gg_h5_write(gg_h5 *h5, const char *path, gg_h5_type type, size_t rank, const size_t *dims,
                      const void *values, gg_error *err) {
    layout contiguous = {.rank = rank, .dims = dims};
    hid_t dataset;
    GG_TRY(create_dataset(h5, path, type, &contiguous, &dataset, err));
    gg_status status = GG_OK;
    size_t count = 1;
    for (size_t k = 0; k < rank; k++)
        count *= dims[k];
    hid_t memory = gg__h5_make_type(type, false);
    if (count > 0 && H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        status = gg__h5_fail(h5, GG_E_IO, path, "writing failed", err);
    H5Tclose(memory);
    H5Dclose(dataset);
    return status == GG_OK ? gg__h5_written(h5, path, err) : status;
}

struct gg_h5_appender {
    gg_h5 *h5;
    char *path;
    gg_h5_append_options options;
    size_t row_values; /* at least 1 */
    size_t row_bytes;
    char *buffer; /* chunk_rows rows; of text: owned copies */
    size_t buffered;
    size_t written;
    hid_t dataset; /* made with the first full chunk */
};

gg_status gg_h5_appender_new(gg_h5 *h5, const char *path, const gg_h5_append_options *options,
                             gg_h5_appender **out, gg_error *err) {
    *out = NULL;
    gg_h5_appender *a = gg_alloc(1, sizeof *a);
    if (a == NULL)
        goto no_memory;
    a->h5 = h5;
    a->options = *options;
    a->dataset = H5I_INVALID_HID;
    a->row_values = options->width > 0 ? options->width : 1;
    if (gg_size_multiply(a->row_values, gg__h5_type_size(options->type), &a->row_bytes) != 0)
        goto no_memory;
    if (a->options.chunk_rows == 0)
        a->options.chunk_rows = a->row_bytes < CHUNK_TARGET ? CHUNK_TARGET / a->row_bytes : 1;
    a->path = gg_strdup(path);
    a->buffer = gg_alloc(a->options.chunk_rows, a->row_bytes);
    if (a->path == NULL || a->buffer == NULL)
        goto no_memory;
    *out = a;
    return GG_OK;

no_memory:
    gg_h5_appender_free(a);
    return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", h5->path, path);
}

static void empty_buffer(gg_h5_appender *a) {
    for (size_t k = 0; a->options.type == GG_H5_UTF8 && k < a->buffered * a->row_values; k++)
        gg_free(((char **)(void *)a->buffer)[k]);
    a->buffered = 0;
}

static gg_status make_growing(gg_h5_appender *a, size_t rows, bool whole, gg_error *err) {
    size_t dims[2] = {rows, a->row_values};
    bool compressed = a->options.gzip_level > 0 && rows > 0;
    layout l = {.rank = a->options.width > 0 ? 2 : 1,
                .dims = dims,
                .chunk_rows = !whole       ? a->options.chunk_rows
                              : compressed ? rows
                                           : 0,
                .grows = !whole,
                .gzip_level = a->options.gzip_level};
    return create_dataset(a->h5, a->path, a->options.type, &l, &a->dataset, err);
}

/* Writes `n` rows behind those written. */
static gg_status write_rows(gg_h5_appender *a, size_t n, const void *rows, gg_error *err) {
    hsize_t extent[2] = {a->written + n, a->row_values};
    hsize_t start[2] = {a->written, 0};
    hsize_t box[2] = {n, a->row_values};
    int rank = a->options.width > 0 ? 2 : 1;
    if (a->written > 0 && H5Dset_extent(a->dataset, extent) < 0)
        return gg__h5_fail(a->h5, GG_E_IO, a->path, "writing failed", err);
    hid_t memory = gg__h5_make_type(a->options.type, false);
    hid_t all = H5Dget_space(a->dataset);
    hid_t part = H5Screate_simple(rank, box, NULL);
    gg_status status = GG_OK;
    if (H5Sselect_hyperslab(all, H5S_SELECT_SET, start, NULL, box, NULL) < 0 ||
        H5Dwrite(a->dataset, memory, part, all, H5P_DEFAULT, rows) < 0)
        status = gg__h5_fail(a->h5, GG_E_IO, a->path, "writing failed", err);
    H5Sclose(part);
    H5Sclose(all);
    H5Tclose(memory);
    a->written += n;
    return status == GG_OK ? gg__h5_written(a->h5, a->path, err) : status;
}

/* Writes what is in the buffer and empties it; `whole`: nothing follows. */
static gg_status write_buffered(gg_h5_appender *a, bool whole, gg_error *err) {
    gg_status status = GG_OK;
    if (a->dataset < 0)
        status = make_growing(a, a->buffered, whole, err);
    if (status == GG_OK && a->buffered > 0)
        status = write_rows(a, a->buffered, a->buffer, err);
    empty_buffer(a);
    return status;
}

static gg_status buffer_rows(gg_h5_appender *a, size_t n, const char *rows, gg_error *err) {
    char *target = a->buffer + a->buffered * a->row_bytes;
    if (a->options.type != GG_H5_UTF8) {
        memcpy(target, rows, n * a->row_bytes);
        a->buffered += n;
        return GG_OK;
    }
    const char *const *texts = (const char *const *)(const void *)rows;
    for (size_t k = 0; k < n; k++) {
        char *copy = gg_strdup(texts[k]);
        if (copy == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", a->h5->path, a->path);
        ((char **)(void *)target)[k] = copy;
        a->buffered++;
    }
    return GG_OK;
}

gg_status gg_h5_append(gg_h5_appender *a, size_t n_rows, const void *rows, gg_error *err) {
    const char *next = rows;
    while (n_rows > 0) {
        /* Full only when more is coming: what fits one chunk is written whole at the end. */
        if (a->buffered == a->options.chunk_rows)
            GG_TRY(write_buffered(a, false, err));
        size_t room = a->options.chunk_rows - a->buffered;
        size_t n = n_rows < room ? n_rows : room;
        GG_TRY(buffer_rows(a, n, next, err));
        next += n * a->row_bytes;
        n_rows -= n;
    }
    return GG_OK;
}

size_t gg_h5_appender_rows(const gg_h5_appender *a) {
    return a->written + a->buffered;
}

gg_status gg_h5_appender_finish(gg_h5_appender *a, gg_error *err) {
    gg_status status = write_buffered(a, true, err);
    if (a->dataset >= 0)
        H5Dclose(a->dataset);
    a->dataset = H5I_INVALID_HID;
    return status;
}

void gg_h5_appender_free(gg_h5_appender *a) {
    if (a == NULL)
        return;
    if (a->buffer != NULL)
        empty_buffer(a);
    if (a->dataset >= 0)
        H5Dclose(a->dataset);
    gg_free(a->buffer);
    gg_free(a->path);
    gg_free(a);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gate every dataset passes before a byte of it is read or allocated for.
 */
#include "data/hdf5/h5_dataset.h"

#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

enum {
    /* Deflate cannot shrink anything below 1/1032. */
    MAX_RATIO = 1100,
    MAX_TEXT_SIZE = 1 << 16
};
static const uint64_t small_bytes = 1u << 20;
static const uint64_t max_chunk_bytes = 1u << 30;
static const uint64_t max_cache_bytes = 64u << 20;

static gg_status library_failed(const gg_h5_dataset *d, const char *action, gg_error *err) {
    return gg__h5_fail(d->h5, GG_E_INPUT, d->path, action, err);
}

static const char *filter_name(H5Z_filter_t id) {
    return id == H5Z_FILTER_DEFLATE      ? "deflate"
           : id == H5Z_FILTER_SHUFFLE    ? "shuffle"
           : id == H5Z_FILTER_FLETCHER32 ? "fletcher32"
           : id == GG__H5_FILTER_LZF     ? "lzf"
                                         : NULL;
}

static gg_status check_filters(gg_h5_dataset *d, hid_t create, gg_error *err) {
    int n = H5Pget_nfilters(create);
    if (n < 0)
        return library_failed(d, "its filters cannot be read", err);
    char *text = d->shape.filters;
    d->chunks.n_filters = n;
    for (int k = 0; k < n; k++) {
        unsigned flags, config;
        size_t n_values = 0;
        char name[32] = "";
        H5Z_filter_t id = H5Pget_filter2(create, (unsigned)k, &flags, &n_values, NULL,
                                         sizeof name - 1, name, &config);
        if (filter_name(id) == NULL)
            return gg_h5_dataset_fail(d, err,
                                      "uses filter %d (%s); only deflate, lzf, shuffle and "
                                      "fletcher32 are read (h5repack -f GZIP=4 IN.h5 OUT.h5, where "
                                      "the filter is installed)",
                                      (int)id, *name != '\0' ? name : "unnamed");
        if (k < GG__H5_MAX_FILTERS)
            d->chunks.filter[k] = (int)id;
        size_t used = strlen(text);
        snprintf(text + used, sizeof d->shape.filters - used, "%s%s", used > 0 ? "+" : "",
                 filter_name(id));
    }
    return GG_OK;
}

static gg_status check_chunks(gg_h5_dataset *d, hid_t create, gg_error *err) {
    hsize_t dims[GG_H5_MAX_RANK];
    int rank = H5Pget_chunk(create, GG_H5_MAX_RANK, dims);
    if (rank < 1 || (size_t)rank != d->shape.rank)
        return gg_h5_dataset_fail(d, err, "its chunks have %d dimensions", rank);
    d->chunk_bytes = d->shape.element_size;
    for (int k = 0; k < rank; k++)
        if (__builtin_mul_overflow(d->chunk_bytes, dims[k], &d->chunk_bytes) ||
            d->chunk_bytes > max_chunk_bytes)
            return gg_h5_dataset_fail(d, err, "its chunks are larger than 1 GiB");
    d->shape.chunk_rows = (size_t)dims[0];
    d->chunks.is_chunked = true;
    for (int k = 0; k < rank; k++)
        d->chunks.dims[k] = (size_t)dims[k];
    /* What reading one row touches: the chunks side by side across the row. */
    uint64_t across = 1;
    for (int k = 1; k < rank; k++)
        across *= dims[k] > 0 ? (d->shape.dims[k] + dims[k] - 1) / dims[k] : 1;
    if (__builtin_mul_overflow(across, d->chunk_bytes, &d->row_of_chunks_bytes))
        d->row_of_chunks_bytes = UINT64_MAX;
    return GG_OK;
}

static gg_status check_layout(gg_h5_dataset *d, gg_error *err) {
    hid_t create = H5Dget_create_plist(d->id);
    if (create < 0)
        return library_failed(d, "its layout cannot be read", err);
    gg_status status = GG_OK;
    H5D_layout_t layout = H5Pget_layout(create);
    if (layout == H5D_VIRTUAL)
        status = gg_h5_dataset_fail(d, err, "is virtual (assembled from other files): refused");
    else if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
        status = gg_h5_dataset_fail(d, err, "has an unknown layout");
    else if (H5Pget_external_count(create) != 0)
        status = gg_h5_dataset_fail(d, err, "keeps its values in other files: refused");
    else if (layout == H5D_CHUNKED && (status = check_filters(d, create, err)) == GG_OK)
        status = check_chunks(d, create, err);
    H5Pclose(create);
    return status;
}

static gg_status check_integer(gg_h5_dataset *d, hid_t type, gg_error *err) {
    hid_t base = H5Tget_class(type) == H5T_ENUM ? H5Tget_super(type) : H5Tcopy(type);
    bool usable = base >= 0 && H5Tget_class(base) == H5T_INTEGER && H5Tget_size(base) <= 8;
    d->shape.kind = GG_H5_INTEGER;
    d->shape.is_unsigned = usable && H5Tget_sign(base) == H5T_SGN_NONE;
    if (base >= 0)
        H5Tclose(base);
    return usable ? GG_OK : gg_h5_dataset_fail(d, err, "its integers have more than 64 bits");
}

static gg_status check_type(gg_h5_dataset *d, gg_error *err) {
    hid_t type = H5Dget_type(d->id);
    if (type < 0)
        return library_failed(d, "its type cannot be read", err);
    gg_status status = GG_OK;
    H5T_class_t class = H5Tget_class(type);
    d->shape.element_size = H5Tget_size(type);
    d->is_variable = class == H5T_STRING && H5Tis_variable_str(type) > 0;
    if (class == H5T_INTEGER || class == H5T_ENUM) {
        status = check_integer(d, type, err);
    } else if (class == H5T_FLOAT) {
        d->shape.kind = GG_H5_FLOAT;
        d->shape.has_dtype = gg__h5_float_kind(type, &d->shape.dtype);
        d->chunks.is_native =
            d->shape.has_dtype && H5Tget_order(type) == H5Tget_order(H5T_NATIVE_FLOAT);
        if (d->shape.element_size > 16)
            status = gg_h5_dataset_fail(d, err, "its floats have %zu bytes", d->shape.element_size);
    } else if (class == H5T_STRING) {
        d->shape.kind = GG_H5_TEXT;
        if (d->shape.element_size < 1 || d->shape.element_size > MAX_TEXT_SIZE)
            status =
                gg_h5_dataset_fail(d, err, "its strings have %zu bytes", d->shape.element_size);
    } else if (class == H5T_OPAQUE && d->shape.element_size == 2) {
        d->shape.kind = GG_H5_OPAQUE;
    } else {
        status = gg_h5_dataset_fail(d, err, "is neither numbers nor text");
    }
    H5Tclose(type);
    return status;
}

static gg_status check_dims(gg_h5_dataset *d, gg_error *err) {
    hid_t space = H5Dget_space(d->id);
    if (space < 0)
        return library_failed(d, "its dimensions cannot be read", err);
    gg_status status = GG_OK;
    gg_h5_shape *shape = &d->shape;
    hsize_t dims[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_ndims(space);
    shape->count = 1;
    for (int k = 0; k < GG_H5_MAX_RANK; k++)
        shape->dims[k] = 1;
    if (H5Sget_simple_extent_type(space) == H5S_NULL)
        status = gg_h5_dataset_fail(d, err, "is a null dataset, without values");
    else if (rank < 0 || H5Sget_simple_extent_dims(space, dims, NULL) < 0)
        status = library_failed(d, "its dimensions cannot be read", err);
    else if (rank > GG_H5_MAX_RANK)
        status = gg_h5_dataset_fail(d, err, "has %d dimensions; at most %d are read", rank,
                                    GG_H5_MAX_RANK);
    else
        shape->rank = (size_t)rank;
    H5Sclose(space);
    uint64_t bytes = shape->element_size;
    for (size_t k = 0; status == GG_OK && k < shape->rank; k++) {
        shape->dims[k] = (size_t)dims[k];
        if (__builtin_mul_overflow(shape->count, shape->dims[k], &shape->count) ||
            __builtin_mul_overflow(bytes, (uint64_t)dims[k], &bytes) || bytes > INT64_MAX)
            status = gg_h5_dataset_fail(d, err, "declares more values than can be counted");
    }
    d->declared_bytes = bytes;
    return status;
}

static gg_status check_ratio(gg_h5_dataset *d, gg_error *err) {
    uint64_t stored = H5Dget_storage_size(d->id);
    d->shape.stored_bytes = stored;
    if (stored > d->h5->size && d->h5->out == NULL && d->h5->staged == NULL)
        return gg_h5_dataset_fail(d, err, "declares %llu stored bytes in a file of %llu",
                                  (unsigned long long)stored, (unsigned long long)d->h5->size);
    if (d->declared_bytes > small_bytes && d->declared_bytes / MAX_RATIO > stored)
        return gg_h5_dataset_fail(d, err, "declares %llu bytes of values and stores %llu",
                                  (unsigned long long)d->declared_bytes,
                                  (unsigned long long)stored);
    return GG_OK;
}

/* Opened again with the cache that reading rows wants: none for rows that lie there as they are,
 * which would be copied once more, else the chunks a row touches, so that reading row by row
 * decompresses each chunk once. */
static gg_status choose_cache(gg_h5_dataset *d, const char *resolved, gg_error *err) {
    bool plain = d->chunks.is_chunked && d->chunks.is_native && d->chunks.n_filters == 0;
    if (!plain &&
        (d->row_of_chunks_bytes <= small_bytes || d->row_of_chunks_bytes > max_cache_bytes))
        return GG_OK;
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_chunk_cache(access, H5D_CHUNK_CACHE_NSLOTS_DEFAULT,
                       plain ? 0 : (size_t)d->row_of_chunks_bytes, 1.0);
    H5Dclose(d->id);
    d->id = H5Dopen2(d->h5->file, resolved, access);
    gg_status status = d->id >= 0 ? GG_OK : library_failed(d, "cannot be opened", err);
    H5Pclose(access);
    return status;
}

static gg_status check(gg_h5_dataset *d, const char *resolved, gg_error *err) {
    GG_TRY(check_type(d, err));
    GG_TRY(check_dims(d, err));
    GG_TRY(check_layout(d, err));
    GG_TRY(check_ratio(d, err));
    return choose_cache(d, resolved, err);
}

gg_status gg_h5_dataset_open(gg_h5 *h5, const char *path, gg_h5_dataset **out, gg_error *err) {
    *out = NULL;
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    GG_TRY(gg__h5_resolve(h5, path, resolved, &object, err));
    if (object != GG_H5_DATASET)
        return gg_fail(err, GG_E_INPUT, "%s: %s: %s", h5->path, path,
                       object == GG_H5_ABSENT ? "is missing" : "is not a dataset");
    gg_h5_dataset *d = gg_alloc(1, sizeof *d);
    if (d == NULL || (d->path = gg_strdup(path)) == NULL) {
        gg_free(d);
        return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", h5->path, path);
    }
    d->h5 = h5;
    d->id = H5Dopen2(h5->file, resolved, H5P_DEFAULT);
    gg_status status =
        d->id < 0 ? library_failed(d, "cannot be opened", err) : check(d, resolved, err);
    if (status == GG_OK)
        *out = d;
    else
        gg_h5_dataset_close(d);
    return status;
}

void gg_h5_dataset_close(gg_h5_dataset *dataset) {
    if (dataset == NULL)
        return;
    if (dataset->id >= 0)
        H5Dclose(dataset->id);
    gg__h5_chunks_clear(&dataset->chunks);
    gg_free(dataset->path);
    gg_free(dataset);
}

const gg_h5_shape *gg_h5_dataset_shape(const gg_h5_dataset *dataset) {
    return &dataset->shape;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_dataset.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

enum { TEXT_BLOCK = 4096 };

static size_t row_width(const gg_h5_shape *shape) {
    size_t width = 1;
    for (size_t k = 1; k < shape->rank; k++)
        width *= shape->dims[k];
    return width;
}

static gg_status check_rows(const gg_h5_dataset *d, size_t first, size_t count, gg_error *err) {
    if (count <= d->shape.dims[0] && first <= d->shape.dims[0] - count)
        return GG_OK;
    return gg_h5_dataset_fail(d, err, "has %zu rows; rows %zu to %zu were asked for",
                              d->shape.dims[0], first, first + count);
}

static gg_status library_failed(const gg_h5_dataset *d, gg_error *err) {
    return gg__h5_fail(d->h5, GG_E_INPUT, d->path, "cannot be read", err);
}

gg_status gg__h5_read_box(gg_h5_dataset *d, const hsize_t *start, const hsize_t *extent,
                          hid_t memory, void *target, gg_error *err) {
    gg_status status = GG_OK;
    hid_t all = H5Dget_space(d->id);
    hid_t box = H5S_ALL;
    bool ready = all >= 0;
    if (ready && d->shape.rank > 0) {
        box = H5Screate_simple((int)d->shape.rank, extent, NULL);
        ready =
            box >= 0 && H5Sselect_hyperslab(all, H5S_SELECT_SET, start, NULL, extent, NULL) >= 0;
    }
    if (!ready || H5Dread(d->id, memory, box, all, H5P_DEFAULT, target) < 0)
        status = library_failed(d, err);
    if (box > 0)
        H5Sclose(box);
    if (all >= 0)
        H5Sclose(all);
    return status;
}

/* Reads whole rows into memory of HDF5 type `memory`. */
static gg_status read_rows(gg_h5_dataset *d, size_t first, size_t count, hid_t memory, void *target,
                           gg_error *err) {
    gg__h5_quieten();
    GG_TRY(check_rows(d, first, count, err));
    if (count * row_width(&d->shape) == 0)
        return GG_OK;
    hsize_t start[GG_H5_MAX_RANK] = {first};
    hsize_t extent[GG_H5_MAX_RANK] = {count};
    for (size_t k = 1; k < d->shape.rank; k++)
        extent[k] = d->shape.dims[k];
    return gg__h5_read_box(d, start, extent, memory, target, err);
}

static gg_status check_numbers(const gg_h5_dataset *d, const char *wanted, gg_error *err) {
    if (d->shape.kind == GG_H5_TEXT)
        return gg_h5_dataset_fail(d, err, "is text where %s are wanted", wanted);
    return d->shape.kind == GG_H5_OPAQUE ? gg_h5_dataset_fail(d, err, "is neither numbers nor text")
                                         : GG_OK;
}

gg_status gg_h5_read_doubles(gg_h5_dataset *d, size_t first, size_t count, double *target,
                             gg_error *err) {
    GG_TRY(check_numbers(d, "numbers", err));
    return read_rows(d, first, count, H5T_NATIVE_DOUBLE, target, err);
}

/* An integer as HDF5 has read it, which may be unsigned. */
static size_t write_decimal(const gg_h5_dataset *d, int64_t value, char text[32]) {
    return (size_t)(d->shape.is_unsigned ? snprintf(text, 32, "%" PRIu64, (uint64_t)value)
                                         : snprintf(text, 32, "%" PRId64, value));
}

gg_status gg_h5_read_integers(gg_h5_dataset *d, size_t first, size_t count, int64_t lowest,
                              int64_t highest, int64_t *target, gg_error *err) {
    GG_TRY(check_numbers(d, "integers", err));
    /* HDF5 would clip silently: every type is read into one that holds all its values. */
    bool is_float = d->shape.kind == GG_H5_FLOAT;
    bool is_unsigned = d->shape.is_unsigned;
    hid_t memory = is_float      ? H5T_NATIVE_DOUBLE
                   : is_unsigned ? H5T_NATIVE_UINT64
                                 : H5T_NATIVE_INT64;
    GG_TRY(read_rows(d, first, count, memory, target, err));
    size_t width = row_width(&d->shape);
    for (size_t k = 0; k < count * width; k++) {
        double value;
        memcpy(&value, &target[k], sizeof value);
        bool integral =
            !is_float || (value >= -0x1p63 && value < 0x1p63 && value == nearbyint(value));
        int64_t integer = !is_float ? target[k] : integral ? (int64_t)value : 0;
        bool huge = is_unsigned && integer < 0;
        if (integral && !huge && integer >= lowest && integer <= highest) {
            target[k] = integer;
            continue;
        }
        char text[32];
        if (is_float)
            snprintf(text, sizeof text, "%.17g", value);
        else
            write_decimal(d, integer, text);
        return gg_h5_dataset_fail(d, err,
                                  "value %zu: %s is not an integer in %" PRId64 "..%" PRId64,
                                  first * width + k, text, lowest, highest);
    }
    return GG_OK;
}

gg_status gg_h5_read_raw(gg_h5_dataset *d, size_t first, size_t count, void *target,
                         gg_error *err) {
    if (!d->shape.has_dtype)
        return gg_h5_dataset_fail(
            d, err, "is not float16, bfloat16, float32 or float64 (an element has %zu bytes)",
            d->shape.element_size);
    bool done = false;
    GG_TRY(check_rows(d, first, count, err));
    GG_TRY(gg__h5_read_chunks(d, first, count, target, &done, err));
    if (done)
        return GG_OK;
    hid_t memory = gg__h5_make_type((gg_h5_type)d->shape.dtype, false);
    if (memory < 0)
        return library_failed(d, err);
    gg_status status = read_rows(d, first, count, memory, target, err);
    H5Tclose(memory);
    return status;
}

/* Room for a block of strings, or of integers to be written in decimal. */
typedef struct text_block {
    char *elements;
    size_t count, element_size;
    hid_t memory, space;
    bool is_padded;
} text_block;

/* String k of a block, which `decimal` has room for where it is an integer: to the first NUL,
 * without padding spaces. */
static const char *text_of(const gg_h5_dataset *d, const text_block *b, size_t k, char decimal[32],
                           size_t *length) {
    const char *text = b->elements + k * b->element_size;
    if (d->shape.kind == GG_H5_INTEGER) {
        int64_t value;
        memcpy(&value, text, sizeof value);
        *length = write_decimal(d, value, decimal);
        return decimal;
    }
    if (d->is_variable) {
        memcpy(&text, text, sizeof text);
        *length = text != NULL ? strlen(text) : 0;
        return text != NULL ? text : "";
    }
    *length = strnlen(text, b->element_size);
    while (b->is_padded && *length > 0 && text[*length - 1] == ' ')
        --*length;
    return text;
}

static gg_status collect_block(gg_h5_dataset *d, size_t first, const text_block *b,
                               gg__h5_collector *collector, gg_error *err) {
    gg_status status = GG_OK;
    if (b->elements == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", d->h5->path, d->path);
    if (b->memory < 0 || b->space < 0)
        return library_failed(d, err);
    GG_TRY(read_rows(d, first, b->count, b->memory, b->elements, err));
    for (size_t k = 0; status == GG_OK && k < b->count; k++) {
        char decimal[32];
        size_t length;
        const char *text = text_of(d, b, k, decimal, &length);
        if (gg__h5_collect(collector, text, length) != 0)
            status = gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", d->h5->path, d->path);
    }
    if (d->is_variable)
        H5Dvlen_reclaim(b->memory, b->space, H5P_DEFAULT, b->elements);
    return status;
}
static gg_status read_block(gg_h5_dataset *d, size_t first, size_t count,
                            gg__h5_collector *collector, gg_error *err) {
    bool is_integer = d->shape.kind == GG_H5_INTEGER;
    hsize_t extent = count;
    text_block b = {.count = count, .space = H5Screate_simple(1, &extent, NULL)};
    b.element_size = is_integer       ? sizeof(int64_t)
                     : d->is_variable ? sizeof(char *)
                                      : d->shape.element_size;
    b.elements = gg_alloc(count, b.element_size);
    /* Without a range: large unsigned values are legal names. */
    b.memory = !is_integer            ? H5Dget_type(d->id)
               : d->shape.is_unsigned ? H5Tcopy(H5T_NATIVE_UINT64)
                                      : H5Tcopy(H5T_NATIVE_INT64);
    b.is_padded = !is_integer && b.memory >= 0 && H5Tget_strpad(b.memory) == H5T_STR_SPACEPAD;
    gg_status status = collect_block(d, first, &b, collector, err);
    if (b.space >= 0)
        H5Sclose(b.space);
    if (b.memory >= 0)
        H5Tclose(b.memory);
    gg_free(b.elements);
    return status;
}

gg_status gg_h5_read_strings(gg_h5_dataset *d, size_t first, size_t count, gg_strings *strings,
                             gg_error *err) {
    *strings = (gg_strings){0};
    if (d->shape.kind == GG_H5_FLOAT || d->shape.kind == GG_H5_OPAQUE || d->shape.rank > 1)
        return gg_h5_dataset_fail(d, err, "is not a list of strings or integers");
    gg_status status = check_rows(d, first, count, err);
    gg__h5_collector collector = {0};
    for (size_t done = 0; status == GG_OK && done < count; done += TEXT_BLOCK) {
        size_t n = count - done < TEXT_BLOCK ? count - done : TEXT_BLOCK;
        status = read_block(d, first + done, n, &collector, err);
    }
    if (status == GG_OK)
        *strings = collector.strings;
    else
        gg_strings_clear(&collector.strings);
    return status;
}

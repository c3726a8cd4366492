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

gg_status gg_h5_read_doubles(gg_h5_dataset *d, size_t first, size_t count, double *target,
                             gg_error *err) {
    if (d->shape.kind == GG_H5_TEXT)
        return gg_h5_dataset_fail(d, err, "is text where numbers are wanted");
    return read_rows(d, first, count, H5T_NATIVE_DOUBLE, target, err);
}

static gg_status outside(const gg_h5_dataset *d, size_t index, const char *value, int64_t lowest,
                         int64_t highest, gg_error *err) {
    return gg_h5_dataset_fail(d, err, "value %zu: %s is not an integer in %" PRId64 "..%" PRId64,
                              index, value, lowest, highest);
}

/* Doubles, in the same memory, to integers. */
static gg_status integers_of_doubles(const gg_h5_dataset *d, size_t index, size_t n, int64_t lowest,
                                     int64_t highest, int64_t *target, gg_error *err) {
    for (size_t k = 0; k < n; k++) {
        double value;
        memcpy(&value, &target[k], sizeof value);
        bool integral = value >= -0x1p63 && value < 0x1p63 && value == nearbyint(value);
        int64_t integer = integral ? (int64_t)value : 0;
        if (!integral || integer < lowest || integer > highest) {
            char text[32];
            snprintf(text, sizeof text, "%.17g", value);
            return outside(d, index + k, text, lowest, highest, err);
        }
        target[k] = integer;
    }
    return GG_OK;
}

gg_status gg_h5_read_integers(gg_h5_dataset *d, size_t first, size_t count, int64_t lowest,
                              int64_t highest, int64_t *target, gg_error *err) {
    if (d->shape.kind == GG_H5_TEXT)
        return gg_h5_dataset_fail(d, err, "is text where integers are wanted");
    /* HDF5 would clip silently: every type is read into one that holds all its values. */
    bool is_float = d->shape.kind == GG_H5_FLOAT;
    bool is_unsigned = d->shape.is_unsigned;
    hid_t memory = is_float      ? H5T_NATIVE_DOUBLE
                   : is_unsigned ? H5T_NATIVE_UINT64
                                 : H5T_NATIVE_INT64;
    GG_TRY(read_rows(d, first, count, memory, target, err));
    size_t width = row_width(&d->shape);
    size_t n = count * width;
    if (is_float)
        return integers_of_doubles(d, first * width, n, lowest, highest, target, err);
    for (size_t k = 0; k < n; k++) {
        bool huge = is_unsigned && target[k] < 0;
        if (!huge && target[k] >= lowest && target[k] <= highest)
            continue;
        char text[32];
        if (huge)
            snprintf(text, sizeof text, "%" PRIu64, (uint64_t)target[k]);
        else
            snprintf(text, sizeof text, "%" PRId64, target[k]);
        return outside(d, first * width + k, text, lowest, highest, err);
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
    hid_t memory = gg__h5_memory_type((gg_h5_type)d->shape.dtype);
    if (memory < 0)
        return library_failed(d, err);
    gg_status status = read_rows(d, first, count, memory, target, err);
    H5Tclose(memory);
    return status;
}

/* ---- text ---- */

static gg_status no_memory(const gg_h5_dataset *d, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", d->h5->path, d->path);
}

static gg_status read_decimal(gg_h5_dataset *d, size_t first, size_t count,
                              gg__h5_collector *collector, gg_error *err) {
    int64_t *values = gg_alloc(count, sizeof *values);
    if (values == NULL)
        return no_memory(d, err);
    /* Without a range: large unsigned values are legal names. */
    hid_t memory = d->shape.is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
    gg_status status = read_rows(d, first, count, memory, values, err);
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        char text[32];
        int n = d->shape.is_unsigned ? snprintf(text, sizeof text, "%" PRIu64, (uint64_t)values[k])
                                     : snprintf(text, sizeof text, "%" PRId64, values[k]);
        if (gg__h5_collect(collector, text, (size_t)n) != 0)
            status = no_memory(d, err);
    }
    gg_free(values);
    return status;
}

static gg_status read_variable(gg_h5_dataset *d, size_t first, size_t count,
                               gg__h5_collector *collector, gg_error *err) {
    gg_status status = GG_OK;
    char **pointers = gg_alloc(count, sizeof *pointers);
    hid_t memory = H5Dget_type(d->id);
    hsize_t extent = count;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    if (pointers == NULL)
        status = no_memory(d, err);
    else if (memory < 0 || space < 0)
        status = library_failed(d, err);
    else
        status = read_rows(d, first, count, memory, pointers, err);
    if (status == GG_OK) {
        for (size_t k = 0; status == GG_OK && k < count; k++) {
            const char *text = pointers[k] != NULL ? pointers[k] : "";
            if (gg__h5_collect(collector, text, strlen(text)) != 0)
                status = no_memory(d, err);
        }
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, pointers);
    }
    if (space >= 0)
        H5Sclose(space);
    if (memory >= 0)
        H5Tclose(memory);
    gg_free(pointers);
    return status;
}

/* Length of a fixed-size string: to the first NUL, without padding spaces. */
static size_t fixed_length(const char *text, size_t size, H5T_str_t padding) {
    size_t length = strnlen(text, size);
    while (padding == H5T_STR_SPACEPAD && length > 0 && text[length - 1] == ' ')
        length--;
    return length;
}

static gg_status read_fixed(gg_h5_dataset *d, size_t first, size_t count,
                            gg__h5_collector *collector, gg_error *err) {
    size_t size = d->shape.element_size;
    char *block = gg_alloc(count, size);
    if (block == NULL)
        return no_memory(d, err);
    hid_t memory = H5Dget_type(d->id);
    gg_status status =
        memory < 0 ? library_failed(d, err) : read_rows(d, first, count, memory, block, err);
    H5T_str_t padding = memory < 0 ? H5T_STR_NULLTERM : H5Tget_strpad(memory);
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        const char *text = block + k * size;
        if (gg__h5_collect(collector, text, fixed_length(text, size, padding)) != 0)
            status = no_memory(d, err);
    }
    if (memory >= 0)
        H5Tclose(memory);
    gg_free(block);
    return status;
}

gg_status gg_h5_read_strings(gg_h5_dataset *d, size_t first, size_t count, gg_strings *strings,
                             gg_error *err) {
    *strings = (gg_strings){0};
    if (d->shape.kind == GG_H5_FLOAT || d->shape.rank > 1)
        return gg_h5_dataset_fail(d, err, "is not a list of strings or integers");
    gg_status status = check_rows(d, first, count, err);
    gg__h5_collector collector = {0};
    for (size_t done = 0; status == GG_OK && done < count; done += TEXT_BLOCK) {
        size_t n = count - done < TEXT_BLOCK ? count - done : TEXT_BLOCK;
        if (d->shape.kind == GG_H5_INTEGER)
            status = read_decimal(d, first + done, n, &collector, err);
        else if (d->is_variable)
            status = read_variable(d, first + done, n, &collector, err);
        else
            status = read_fixed(d, first + done, n, &collector, err);
    }
    if (status == GG_OK)
        *strings = collector.strings;
    else
        gg_strings_clear(&collector.strings);
    return status;
}

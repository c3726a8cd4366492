/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_span.h"

#include "data/hdf5/h5_dataset.h"

/* The largest box that begins at element `first` and lies in the span. */
typedef struct box {
    hsize_t start[GG_H5_MAX_RANK];
    hsize_t extent[GG_H5_MAX_RANK];
    size_t count;
} box;

static box next_box(const gg_h5_shape *shape, size_t first, size_t count) {
    box b = {.count = 1};
    size_t inner[GG_H5_MAX_RANK + 1];
    inner[shape->rank] = 1;
    for (size_t k = shape->rank; k-- > 0;)
        inner[k] = inner[k + 1] * shape->dims[k];
    size_t axis = 0;
    while (axis + 1 < shape->rank && (first % inner[axis + 1] != 0 || count < inner[axis + 1]))
        axis++;
    for (size_t k = 0; k < shape->rank; k++) {
        size_t index = first / inner[k + 1] % shape->dims[k];
        size_t left = shape->dims[k] - index, wanted = count / inner[k + 1];
        b.start[k] = k <= axis ? index : 0;
        b.extent[k] = k < axis ? 1 : k > axis ? shape->dims[k] : left < wanted ? left : wanted;
        b.count *= (size_t)b.extent[k];
    }
    return b;
}

gg_status gg_h5_read_span(gg_h5_dataset *d, size_t first, size_t count, void *target,
                          gg_error *err) {
    const gg_h5_shape *shape = &d->shape;
    bool is_float = shape->kind == GG_H5_FLOAT;
    size_t size = is_float ? gg_dtype_size(shape->dtype) : sizeof(int64_t);
    char *next = target;
    gg_status status = GG_OK;
    gg__h5_quieten();
    if (shape->kind == GG_H5_TEXT || (is_float && !shape->has_dtype))
        return gg_h5_dataset_fail(d, err, "holds no numbers of a known type");
    if (count > shape->count || first > shape->count - count)
        return gg_h5_dataset_fail(d, err, "has %zu elements, up to %zu were asked for",
                                  shape->count, first + count);
    if (shape->rank == 0)
        return is_float ? gg_h5_read_raw(d, 0, count, target, err)
                        : gg_h5_read_integers(d, 0, count, INT64_MIN, INT64_MAX, target, err);
    hid_t memory = is_float             ? gg__h5_memory_type((gg_h5_type)shape->dtype)
                   : shape->is_unsigned ? H5Tcopy(H5T_NATIVE_UINT64)
                                        : H5Tcopy(H5T_NATIVE_INT64);
    while (status == GG_OK && count > 0) {
        box b = next_box(shape, first, count);
        status = gg__h5_read_box(d, b.start, b.extent, memory, next, err);
        next += b.count * size;
        first += b.count;
        count -= b.count;
    }
    H5Tclose(memory);
    return status;
}

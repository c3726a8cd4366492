/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any HDF5 file as a store of arrays: its numeric datasets, by path.
 */
#include <stdio.h>
#include <string.h>

#include "data/files/array_store.h"
#include "data/hdf5/h5_dataset.h"
#include "models/base/alloc.h"

enum { MAX_DEPTH = 8, MAX_DATASETS = 10000, MAX_PATH_BYTES = 512 };

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

/* How the elements of a dataset are handed out: floats and what has no meaning as they are stored,
 * integers in their own width or the next larger one of ours. */
typedef struct element {
    gg_number number;
    hid_t memory; /* the caller closes it */
} element;

static element element_of(const gg_h5_dataset *d) {
    const gg_h5_shape *shape = &d->shape;
    if (shape->kind == GG_H5_FLOAT)
        return (element){(gg_number)shape->dtype,
                         gg__h5_make_type((gg_h5_type)shape->dtype, false)};
    if (shape->kind == GG_H5_OPAQUE)
        return (element){GG_NUMBER_VOID16, H5Dget_type(d->id)};
    bool is_unsigned = shape->is_unsigned;
    switch (shape->element_size) {
    case 1:
        return is_unsigned ? (element){GG_NUMBER_U8, H5Tcopy(H5T_NATIVE_UINT8)}
                           : (element){GG_NUMBER_I8, H5Tcopy(H5T_NATIVE_INT8)};
    case 2:
        return is_unsigned ? (element){GG_NUMBER_U16, H5Tcopy(H5T_NATIVE_UINT16)}
                           : (element){GG_NUMBER_I16, H5Tcopy(H5T_NATIVE_INT16)};
    case 3:
    case 4:
        return is_unsigned ? (element){GG_NUMBER_U32, H5Tcopy(H5T_NATIVE_UINT32)}
                           : (element){GG_NUMBER_I32, H5Tcopy(H5T_NATIVE_INT32)};
    default:
        return is_unsigned ? (element){GG_NUMBER_U64, H5Tcopy(H5T_NATIVE_UINT64)}
                           : (element){GG_NUMBER_I64, H5Tcopy(H5T_NATIVE_INT64)};
    }
}

/* Elements counted straight through, last index fastest, across rows and planes, in the machine's
 * byte order. */
static gg_status read_dataset(gg_array *a, size_t first, size_t count, void *target,
                              gg_error *err) {
    gg_h5_dataset *d = a->state;
    const gg_h5_shape *shape = &d->shape;
    char *next = target;
    gg_status status = GG_OK;
    gg__h5_quieten();
    hid_t memory = element_of(d).memory;
    if (shape->rank == 0)
        status = gg__h5_read_box(d, NULL, NULL, memory, target, err);
    while (status == GG_OK && shape->rank > 0 && count > 0) {
        box b = next_box(shape, first, count);
        status = gg__h5_read_box(d, b.start, b.extent, memory, next, err);
        next += b.count * gg_number_size(a->number);
        first += b.count;
        count -= b.count;
    }
    H5Tclose(memory);
    return status;
}

static void close_dataset(gg_array *a) {
    gg_h5_dataset_close(a->state);
}

static gg_status open_dataset(gg_array_store *store, size_t k, gg_array **out, gg_error *err) {
    *out = NULL;
    gg_array *a = gg_alloc(1, sizeof *a);
    if (a == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    gg_h5_dataset *dataset = NULL;
    gg_status status = gg_h5_dataset_open(store->state, store->names[k], &dataset, err);
    if (status != GG_OK) {
        gg_free(a);
        return status;
    }
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    element of = element_of(dataset);
    H5Tclose(of.memory);
    *a = (gg_array){.number = of.number,
                    .big_endian = H5Tget_order(H5T_NATIVE_INT) == H5T_ORDER_BE,
                    .rank = shape->rank,
                    .block_rows = shape->rank == 2 ? shape->chunk_rows : 0,
                    .read = read_dataset,
                    .close = close_dataset,
                    .state = dataset};
    memcpy(a->dims, shape->dims, sizeof a->dims);
    gg_array_store_place(store, k, a->place);
    if (shape->kind == GG_H5_TEXT || (shape->kind == GG_H5_FLOAT && !shape->has_dtype))
        status = gg_h5_dataset_fail(dataset, err, "holds no numbers of a known type");
    if (status == GG_OK)
        status = gg_array_measure(a, err);
    return gg_array_opened(status, a, out);
}

static void close_file(gg_array_store *store) {
    gg_h5_close(store->state);
}

static gg_status list_group(gg_array_store *store, const char *group, int depth, gg_error *err) {
    gg_strings names = {0};
    gg_status status = gg_h5_list(store->state, group, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++) {
        char path[MAX_PATH_BYTES];
        gg_h5_object object = GG_H5_ABSENT;
        const char *name = names.text + names.start[k];
        if ((size_t)snprintf(path, sizeof path, "%s/%s", strcmp(group, "/") == 0 ? "" : group,
                             name) >= sizeof path)
            continue;
        /* What cannot be followed is no candidate; it is refused when it is asked for. */
        if (gg_h5_find(store->state, path, &object, NULL) != GG_OK)
            continue;
        if (object == GG_H5_GROUP && depth < MAX_DEPTH)
            status = list_group(store, path, depth + 1, err);
        else if (object == GG_H5_DATASET && store->count < MAX_DATASETS)
            status = gg_array_store_add(store, path, err);
    }
    gg_strings_clear(&names);
    return status;
}

gg_status gg_h5_store_open(const char *path, gg_array_store **out, gg_error *err) {
    gg_h5 *h5 = NULL;
    GG_TRY(gg_array_store_new(path, out, err));
    (*out)->open = open_dataset;
    (*out)->close = close_file;
    gg_status status = gg_h5_open(path, &h5, err);
    (*out)->state = h5;
    if (status == GG_OK)
        status = list_group(*out, "/", 0, err);
    return gg_array_store_opened(status, out);
}

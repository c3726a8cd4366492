/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any HDF5 file as a store of arrays: its numeric datasets, by path.
 */
#include <stdio.h>
#include <string.h>

#include "data/files/array_store.h"
#include "data/hdf5/h5.h"
#include "data/hdf5/h5_span.h"
#include "models/base/alloc.h"

enum { MAX_DEPTH = 8, MAX_DATASETS = 10000, MAX_PATH_BYTES = 512 };

static gg_status read_dataset(gg_array *a, size_t first, size_t count, void *target,
                              gg_error *err) {
    return gg_h5_read_span(a->state, first, count, target, err);
}

static void close_dataset(gg_array *a) {
    gg_h5_dataset_close(a->state);
}

static bool is_little_endian(void) {
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
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
    *a = (gg_array){.number = shape->kind == GG_H5_FLOAT ? (gg_number)shape->dtype
                              : shape->is_unsigned       ? GG_NUMBER_U64
                                                         : GG_NUMBER_I64,
                    .big_endian = !is_little_endian(),
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

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The open dataset, as h5_dataset.c makes it and h5_read.c reads it.
 */
#pragma once

#include "data/hdf5/h5_internal.h"

enum { GG__H5_MAX_FILTERS = 8, GG__H5_FILTER_LZF = 32000 };

/* How the values lie in the file, and room to take chunks apart. */
typedef struct gg__h5_chunks {
    bool is_chunked;
    bool is_native;                 /* floats of ours in the machine's byte order */
    size_t dims[GG_H5_MAX_RANK];    /* of a chunk */
    int n_filters;                  /* in the order of writing */
    int filter[GG__H5_MAX_FILTERS]; /* H5Z_FILTER_... */
    char *stored, *decoded, *spare; /* a chunk as stored, and on its way through the filters */
    size_t stored_size, decoded_size;
    const char *last; /* the chunk decoded last, still there, or NULL */
    uint64_t last_corner[2];
} gg__h5_chunks;

/* Reads rows without HDF5's filters. *done is false, and nothing is read, where only HDF5 can.
 * Errors: GG_E_INPUT (damage), GG_E_NOMEM. */
gg_status gg__h5_read_chunks(gg_h5_dataset *dataset, size_t first, size_t count, void *target,
                             bool *done, gg_error *err);
void gg__h5_chunks_clear(gg__h5_chunks *chunks);

/* h5py's own compression. False when the data are none of it or need more than `room` bytes. */
bool gg__h5_lzf(const char *from, size_t size, char *to, size_t room, size_t *got);

/* Undoes the filters that `mask` does not leave out (bit k: filter k) on `size` bytes at `stored`;
 * *out is where the chunk's `chunk_bytes` bytes are. NULL, or what is wrong with the chunk. */
const char *gg__h5_decode(gg__h5_chunks *chunks, unsigned mask, size_t size, size_t element_size,
                          size_t chunk_bytes, const char **out);

struct gg_h5_dataset {
    gg_h5 *h5;
    char *path;
    hid_t id;
    gg_h5_shape shape;
    bool is_variable; /* strings of variable length */
    uint64_t declared_bytes;
    uint64_t chunk_bytes;
    uint64_t row_of_chunks_bytes;
    gg__h5_chunks chunks;
};

/* Reads a box of the dataset into memory of HDF5 type `memory`; a scalar whole. Errors: GG_E_INPUT.
 */
gg_status gg__h5_read_box(gg_h5_dataset *dataset, const hsize_t *start, const hsize_t *extent,
                          hid_t memory, void *target, gg_error *err);

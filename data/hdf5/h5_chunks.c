/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of a dataset as they are stored. HDF5 hands out the bytes of filtered chunks; its filters,
 * which read beyond the end of a damaged chunk and hold a lock while they work, are not used.
 *
 * Other chunks are HDF5's to read. Where one lies it tells only after a walk over all of them
 * (0.2 ms with 20,000 chunks; copying 128 KB of one takes 20 us), so only contiguous datasets are
 * mapped; and what it hands out of a damaged index can be longer than it said.
 */
#include "data/hdf5/h5_dataset.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"

/* Larger chunks are left to HDF5, which can read parts of them. */
static const uint64_t max_chunk_bytes = 64u << 20;

void gg__h5_chunks_clear(gg__h5_chunks *c) {
    gg_free(c->stored);
    gg_free(c->decoded);
    gg_free(c->spare);
}

static gg_status damaged(const gg_h5_dataset *d, const char *what, gg_error *err) {
    return gg_h5_dataset_fail(d, err, "is damaged: %s", what);
}

static gg_status read_contiguous(gg_h5_dataset *d, size_t first, size_t count, size_t row_bytes,
                                 char *target, bool *done, gg_error *err) {
    haddr_t at = H5Dget_offset(d->id);
    size_t size = count * row_bytes;
    /* Compact and empty datasets have no place of their own. */
    if (at == HADDR_UNDEF)
        return GG_OK;
    *done = true;
    at += (uint64_t)first * row_bytes;
    if (at > d->h5->size || size > d->h5->size - at)
        return damaged(d, "its values lie beyond the end of the file", err);
    while (size > 0) {
        ssize_t got = pread(d->h5->fd, target, size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return gg_h5_dataset_fail(d, err, "cannot be read: %s", strerror(errno));
        if (got == 0)
            return damaged(d, "its values lie beyond the end of the file", err);
        at += (uint64_t)got;
        target += got;
        size -= (size_t)got;
    }
    return GG_OK;
}

static gg_status make_room(gg_h5_dataset *d, size_t stored, size_t decoded, gg_error *err) {
    gg__h5_chunks *c = &d->chunks;
    if (stored > c->stored_size) {
        gg_free(c->stored);
        c->stored = gg_alloc(stored, 1);
        c->stored_size = c->stored == NULL ? 0 : stored;
    }
    if (c->decoded == NULL) {
        c->decoded = gg_alloc(decoded, 1);
        c->spare = gg_alloc(decoded, 1);
        c->decoded_size = decoded;
    }
    if (c->stored == NULL || c->decoded == NULL || c->spare == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", d->h5->path, d->path);
    return GG_OK;
}

/* Reads the chunk at `corner`; *chunk stays NULL when it is not found. HDF5 is to read then: fill
 * values, or what is damaged. */
static gg_status read_chunk(gg_h5_dataset *d, const hsize_t *corner, const char **chunk,
                            gg_error *err) {
    gg__h5_chunks *c = &d->chunks;
    hsize_t size = 0;
    uint32_t mask;
    *chunk = c->last;
    if (c->last != NULL && c->last_corner[0] == corner[0] && c->last_corner[1] == corner[1])
        return GG_OK;
    c->last = *chunk = NULL;
    if (H5Dget_chunk_storage_size(d->id, corner, &size) < 0 || size == 0)
        return GG_OK;
    if (size > d->h5->size)
        return damaged(d, "a chunk is larger than the file", err);
    GG_TRY(make_room(d, (size_t)size, (size_t)d->chunk_bytes + 4, err));
    if (H5Dread_chunk(d->id, H5P_DEFAULT, corner, &mask, c->stored) < 0)
        return gg__h5_fail(d->h5, GG_E_INPUT, d->path, "a chunk cannot be read", err);
    const char *wrong =
        gg__h5_decode(c, mask, (size_t)size, d->shape.element_size, (size_t)d->chunk_bytes, chunk);
    if (wrong != NULL)
        return damaged(d, wrong, err);
    c->last = *chunk;
    c->last_corner[0] = corner[0];
    c->last_corner[1] = corner[1];
    return GG_OK;
}

/* Copies what chunk and wanted rows have in common; ranks 1 and 2. */
static void copy_common(const gg_h5_dataset *d, const hsize_t *corner, const char *chunk,
                        size_t first, size_t count, char *target) {
    size_t size = d->shape.element_size, width = d->shape.dims[1];
    size_t columns = d->shape.rank > 1 ? d->chunks.dims[1] : 1;
    size_t column = d->shape.rank > 1 ? (size_t)corner[1] : 0, row = (size_t)corner[0];
    size_t used = columns < width - column ? columns : width - column;
    for (size_t k = 0; k < d->chunks.dims[0]; k++)
        if (row + k >= first && row + k < first + count)
            memcpy(target + ((row + k - first) * width + column) * size, chunk + k * columns * size,
                   used * size);
}

gg_status gg__h5_read_chunks(gg_h5_dataset *d, size_t first, size_t count, void *target, bool *done,
                             gg_error *err) {
    const gg__h5_chunks *c = &d->chunks;
    size_t width = d->shape.dims[1];
    *done = false;
    if (d->h5->fd < 0 || !c->is_native || d->shape.rank < 1 || d->shape.rank > 2 || count == 0 ||
        width == 0)
        return GG_OK;
    gg__h5_quieten();
    if (!c->is_chunked)
        return read_contiguous(d, first, count, width * d->shape.element_size, target, done, err);
    if (d->chunk_bytes > max_chunk_bytes || c->n_filters == 0 || c->n_filters > GG__H5_MAX_FILTERS)
        return GG_OK;
    size_t columns = d->shape.rank > 1 ? c->dims[1] : 1;
    size_t rows = c->dims[0];
    for (size_t row = first - first % rows; row < first + count; row += rows)
        for (size_t column = 0; column < width; column += columns) {
            const hsize_t corner[2] = {row, column};
            const char *chunk = NULL;
            GG_TRY(read_chunk(d, corner, &chunk, err));
            if (chunk == NULL)
                return GG_OK;
            copy_common(d, corner, chunk, first, count, target);
        }
    *done = true;
    return GG_OK;
}

const void *gg_h5_map_raw(gg_h5_dataset *d, size_t first, size_t count) {
    size_t width = d->shape.rank > 1 ? d->shape.dims[1] : 1;
    uint64_t row_bytes = (uint64_t)width * d->shape.element_size, size = d->h5->size;
    if (d->h5->map == NULL || !d->chunks.is_native || d->chunks.is_chunked || d->shape.rank < 1 ||
        d->shape.rank > 2 || count == 0 || count > d->shape.dims[0] ||
        first > d->shape.dims[0] - count || d->declared_bytes > size)
        return NULL;
    gg__h5_quieten();
    haddr_t start = H5Dget_offset(d->id);
    if (start <= size)
        start += first * row_bytes;
    if (start > size || count * row_bytes > size - start || start % d->shape.element_size != 0)
        return NULL;
    return d->h5->map + start;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NumPy files as stores of arrays: one array (NPY) or a ZIP archive of them (NPZ).
 */
#include <stdio.h>
#include <string.h>

#include "data/files/array_store.h"
#include "data/files/little_endian.h"
#include "data/files/npy.h"
#include "data/files/zip_archive.h"
#include "models/base/alloc.h"

static gg_status open_only(gg_array_store *store, size_t k, gg_array **out, gg_error *err) {
    (void)k;
    return gg_npy_open(store->path, out, err);
}

gg_status gg_npy_store_open(const char *path, gg_array_store **out, gg_error *err) {
    GG_TRY(gg_array_store_new(path, out, err));
    (*out)->open = open_only;
    return gg_array_store_opened(gg_array_store_add(*out, "logits", err), out);
}

typedef struct archive {
    gg_zip *zip;
    size_t *members; /* of the archive, one an array */
} archive;

typedef struct member {
    gg_zip_reader *reader;
    size_t data;
} member;

static gg_status read_member(gg_array *a, size_t first, size_t count, void *target, gg_error *err) {
    const member *m = a->state;
    size_t size = gg_number_size(a->number);
    return gg_zip_read(m->reader, m->data + (uint64_t)first * size, target, count * size, err);
}

static void close_member(gg_array *a) {
    member *m = a->state;
    gg_zip_reader_free(m->reader);
    gg_free(m);
}

/* The header, and not a byte more: what follows is then read in order. */
static gg_status read_header(member *m, uint64_t total, gg_array *a, gg_error *err) {
    unsigned char head[GG_NPY_HEADER_MAX];
    size_t size = total < 12 ? (size_t)total : 12;
    GG_TRY(gg_zip_read(m->reader, 0, head, size, err));
    size_t length = size < 12      ? 0
                    : head[6] == 1 ? 10 + (size_t)gg__get16(head + 8)
                                   : 12 + (size_t)gg__get32(head + 8);
    if (length > size && length <= sizeof head && length <= total) {
        GG_TRY(gg_zip_read(m->reader, size, head + size, length - size, err));
        size = length;
    }
    return gg_npy_parse(head, size, total, a, &m->data, err);
}

static gg_status open_member(gg_array_store *store, size_t k, gg_array **out, gg_error *err) {
    const archive *z = store->state;
    *out = NULL;
    gg_array *a = gg_alloc(1, sizeof *a);
    member *m = gg_alloc(1, sizeof *m);
    if (a == NULL || m == NULL) {
        gg_free(a);
        gg_free(m);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    }
    a->state = m;
    a->read = read_member;
    a->close = close_member;
    gg_array_store_place(store, k, a->place);
    gg_status status = gg_zip_reader_new(z->zip, z->members[k], &m->reader, err);
    if (status == GG_OK)
        status = read_header(m, z->zip->entries[z->members[k]].size, a, err);
    return gg_array_opened(status, a, out);
}

static void close_archive(gg_array_store *store) {
    archive *z = store->state;
    if (z == NULL)
        return;
    gg_zip_close(z->zip);
    gg_free(z->members);
    gg_free(z);
}

/* Members that end in .npy, under their names without that. */
static gg_status list_members(gg_array_store *store, archive *z, gg_error *err) {
    gg_status status = GG_OK;
    size_t n = z->zip->count;
    z->members = gg_alloc(n, sizeof *z->members);
    if (z->members == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        const char *name = z->zip->entries[k].name;
        size_t length = strlen(name);
        if (length < 4 || strcmp(name + length - 4, ".npy") != 0)
            continue;
        char *stem = gg_strdup(name);
        if (stem == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", store->path);
        stem[length - 4] = '\0';
        z->members[store->count] = k;
        status = gg_array_store_add(store, stem, err);
        gg_free(stem);
    }
    return status;
}

gg_status gg_npz_store_open(const char *path, gg_array_store **out, gg_error *err) {
    GG_TRY(gg_array_store_new(path, out, err));
    gg_array_store *store = *out;
    archive *z = store->state = gg_alloc(1, sizeof *z);
    store->open = open_member;
    store->close = close_archive;
    gg_status status = z == NULL ? gg_fail(err, GG_E_NOMEM, "%s: out of memory", path)
                                 : gg_zip_open(path, &z->zip, err);
    if (status == GG_OK)
        status = list_members(store, z, err);
    return gg_array_store_opened(status, out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/files/zip_archive.h"

#include <string.h>
#include <zlib.h>

#include "data/files/array.h"
#include "data/files/little_endian.h"
#include "models/base/alloc.h"

enum { LOCAL_SIZE = 30, BLOCK = 1 << 16, IS_ENCRYPTED = 1 };

struct gg_zip_reader {
    gg_zip *zip;
    const gg_zip_entry *entry;
    uint64_t start; /* of the member's bytes in the archive */
    uint64_t place; /* of the next byte in the member */
    uint64_t taken; /* stored bytes handed to zlib */
    uint32_t crc;   /* of the bytes before `place` */
    bool verified;
    bool inflating;
    z_stream z;
    unsigned char input[BLOCK];
    unsigned char skipped[BLOCK];
};

static gg_status refuse(const gg_zip_reader *r, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: member %.80s: %s", r->zip->path, r->entry->name, reason);
}

static gg_status read_at(const gg_zip_reader *r, uint64_t offset, void *target, size_t size,
                         gg_error *err) {
    return gg_read_at(r->zip->fd, offset, target, size, r->zip->path, err);
}

static gg_status find_start(gg_zip_reader *r, gg_error *err) {
    unsigned char local[LOCAL_SIZE];
    const gg_zip_entry *e = r->entry;
    if ((e->flags & IS_ENCRYPTED) != 0)
        return refuse(r, "is encrypted", err);
    if (e->method != 0 && e->method != 8)
        return refuse(r, "is compressed in another way than deflate", err);
    if (r->zip->size < LOCAL_SIZE || e->header > r->zip->size - LOCAL_SIZE)
        return refuse(r, "lies outside the file", err);
    GG_TRY(read_at(r, e->header, local, sizeof local, err));
    if (gg__get32(local) != 0x04034b50)
        return refuse(r, "has no local header where the directory says", err);
    r->start = e->header + LOCAL_SIZE + gg__get16(local + 26) + gg__get16(local + 28);
    if (r->start > r->zip->size || e->stored > r->zip->size - r->start)
        return refuse(r, "lies outside the file", err);
    return GG_OK;
}

/* Back to the first byte. */
static gg_status restart(gg_zip_reader *r, gg_error *err) {
    r->place = r->taken = 0;
    r->crc = (uint32_t)crc32(0, NULL, 0);
    if (r->entry->method == 0)
        return GG_OK;
    if (r->inflating)
        inflateEnd(&r->z);
    r->z = (z_stream){0};
    r->inflating = inflateInit2(&r->z, -MAX_WBITS) == Z_OK;
    return r->inflating ? GG_OK : gg_fail(err, GG_E_NOMEM, "%s: out of memory", r->zip->path);
}

gg_status gg_zip_reader_new(gg_zip *zip, size_t k, gg_zip_reader **out, gg_error *err) {
    *out = NULL;
    gg_zip_reader *r = gg_alloc(1, sizeof *r);
    if (r == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", zip->path);
    r->zip = zip;
    r->entry = &zip->entries[k];
    gg_status status = find_start(r, err);
    if (status == GG_OK)
        status = restart(r, err);
    if (status == GG_OK)
        *out = r;
    else
        gg_zip_reader_free(r);
    return status;
}

void gg_zip_reader_free(gg_zip_reader *r) {
    if (r == NULL)
        return;
    if (r->inflating)
        inflateEnd(&r->z);
    gg_free(r);
}

static gg_status refill(gg_zip_reader *r, gg_error *err) {
    uint64_t left = r->entry->stored - r->taken;
    size_t n = left < BLOCK ? (size_t)left : BLOCK;
    if (n == 0)
        return refuse(r, "its compressed data end early", err);
    gg_status status = read_at(r, r->start + r->taken, r->input, n, err);
    r->taken += n;
    r->z.next_in = r->input;
    r->z.avail_in = (uInt)n;
    return status;
}

static gg_status inflate_piece(gg_zip_reader *r, unsigned char *target, size_t n, gg_error *err) {
    r->z.next_out = target;
    r->z.avail_out = (uInt)n;
    while (r->z.avail_out > 0) {
        if (r->z.avail_in == 0)
            GG_TRY(refill(r, err));
        int code = inflate(&r->z, Z_NO_FLUSH);
        if (code == Z_MEM_ERROR)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", r->zip->path);
        if ((code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) ||
            (code == Z_STREAM_END && r->z.avail_out > 0))
            return refuse(r, "its compressed data are damaged", err);
    }
    return GG_OK;
}

/* The next `n` bytes, n <= BLOCK, and their share of the checksum. */
static gg_status read_on(gg_zip_reader *r, unsigned char *target, size_t n, gg_error *err) {
    GG_TRY(r->entry->method == 0 ? read_at(r, r->start + r->place, target, n, err)
                                 : inflate_piece(r, target, n, err));
    r->crc = (uint32_t)crc32(r->crc, target, (uInt)n);
    r->place += n;
    if (r->place < r->entry->size)
        return GG_OK;
    r->verified = r->crc == r->entry->crc;
    return r->verified ? GG_OK : refuse(r, "its checksum is not the one recorded", err);
}

static gg_status skip_to(gg_zip_reader *r, uint64_t offset, gg_error *err) {
    while (r->place < offset) {
        uint64_t left = offset - r->place;
        GG_TRY(read_on(r, r->skipped, left < BLOCK ? (size_t)left : BLOCK, err));
    }
    return GG_OK;
}

gg_status gg_zip_read(gg_zip_reader *r, uint64_t offset, void *target, size_t size, gg_error *err) {
    unsigned char *next = target;
    if (offset > r->entry->size || size > r->entry->size - offset)
        return refuse(r, "ends early", err);
    bool stored = r->entry->method == 0;
    if (stored && offset != r->place && !r->verified)
        GG_TRY(skip_to(r, r->entry->size, err));
    if (stored && r->verified)
        return read_at(r, r->start + offset, target, size, err);
    if (offset < r->place)
        GG_TRY(restart(r, err));
    GG_TRY(skip_to(r, offset, err));
    while (size > 0) {
        size_t n = size < BLOCK ? size : BLOCK;
        GG_TRY(read_on(r, next, n, err));
        next += n;
        size -= n;
    }
    return GG_OK;
}

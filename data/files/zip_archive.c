/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The directory of an archive: end record, ZIP64 end record, central entries.
 */
#include "data/files/zip_archive.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/files/array.h"
#include "data/files/little_endian.h"
#include "models/base/alloc.h"

enum {
    END_SIZE = 22,
    LOCATOR_SIZE = 20,
    END64_SIZE = 56,
    CENTRAL_SIZE = 46,
    MAX_COMMENT = 65535,
    MAX_DIRECTORY = 64 << 20,
    MAX_ENTRIES = 1 << 20,
    /* Deflate cannot shrink anything below 1/1032. */
    MAX_RATIO = 1032
};

static gg_status damaged(const gg_zip *zip, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: ZIP archive: %s", zip->path, reason);
}

/* Where the central directory is and how much it holds. */
typedef struct directory {
    uint64_t offset, size, entries;
} directory;

static gg_status read_end64(gg_zip *zip, uint64_t end, directory *d, gg_error *err) {
    unsigned char locator[LOCATOR_SIZE], record[END64_SIZE];
    if (end < LOCATOR_SIZE)
        return damaged(zip, "the ZIP64 end record is missing", err);
    GG_TRY(gg_read_at(zip->fd, end - LOCATOR_SIZE, locator, sizeof locator, zip->path, err));
    uint64_t at = gg__get64(locator + 8);
    if (gg__get32(locator) != 0x07064b50 || zip->size < END64_SIZE || at > zip->size - END64_SIZE)
        return damaged(zip, "the ZIP64 end record is missing", err);
    gg_status status = gg_read_at(zip->fd, at, record, sizeof record, zip->path, err);
    if (status == GG_OK && gg__get32(record) != 0x06064b50)
        status = damaged(zip, "the ZIP64 end record is missing", err);
    *d = (directory){gg__get64(record + 48), gg__get64(record + 40), gg__get64(record + 32)};
    return status;
}

/* The end record stands before a comment of unknown length. */
static gg_status find_directory(gg_zip *zip, directory *d, gg_error *err) {
    size_t n = zip->size < END_SIZE + MAX_COMMENT ? (size_t)zip->size : END_SIZE + MAX_COMMENT;
    unsigned char *tail = gg_alloc(n, 1);
    if (tail == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", zip->path);
    uint64_t base = zip->size - n;
    gg_status status = gg_read_at(zip->fd, base, tail, n, zip->path, err);
    size_t at = n < END_SIZE ? SIZE_MAX : n - END_SIZE;
    while (status == GG_OK && at != SIZE_MAX && gg__get32(tail + at) != 0x06054b50)
        at = at > 0 ? at - 1 : SIZE_MAX;
    if (status == GG_OK && at == SIZE_MAX)
        status = damaged(zip, "it has no end record: cut off, or not a ZIP archive", err);
    if (status == GG_OK) {
        const unsigned char *end = tail + at;
        *d = (directory){gg__get32(end + 16), gg__get32(end + 12), gg__get16(end + 10)};
        if (gg__get16(end + 4) != 0 && gg__get16(end + 4) != 0xffff)
            status = damaged(zip, "it is spread over several disks", err);
        else if (d->offset == UINT32_MAX || d->size == UINT32_MAX || d->entries == UINT16_MAX)
            status = read_end64(zip, base + at, d, err);
    }
    gg_free(tail);
    if (status == GG_OK && (d->size > zip->size || d->offset > zip->size - d->size))
        status = damaged(zip, "its directory lies outside the file", err);
    if (status == GG_OK && (d->size > MAX_DIRECTORY || d->entries > MAX_ENTRIES ||
                            d->entries > d->size / CENTRAL_SIZE))
        status = damaged(zip, "its directory is too large to be true", err);
    return status;
}

/* Sizes too large for 32 bits stand in the extra field, in a fixed order. */
static bool widen_sizes(gg_zip_entry *e, const unsigned char *extra, size_t size) {
    bool wide_size = e->size == UINT32_MAX, wide_stored = e->stored == UINT32_MAX,
         wide_header = e->header == UINT32_MAX;
    if (!wide_size && !wide_stored && !wide_header)
        return true;
    while (size >= 4) {
        size_t id = gg__get16(extra), length = gg__get16(extra + 2);
        if (length > size - 4)
            return false;
        const unsigned char *at = extra + 4, *end = at + length;
        uint64_t *targets[] = {wide_size ? &e->size : NULL, wide_stored ? &e->stored : NULL,
                               wide_header ? &e->header : NULL};
        for (size_t k = 0; id == 1 && k < 3; k++) {
            if (targets[k] == NULL)
                continue;
            if (end - at < 8)
                return false;
            *targets[k] = gg__get64(at);
            at += 8;
        }
        if (id == 1)
            return true;
        extra += 4 + length;
        size -= 4 + length;
    }
    return false;
}

static gg_status check_entry(const gg_zip *zip, const gg_zip_entry *e, gg_error *err) {
    const char *reason = NULL;
    if (e->stored > zip->size || e->header > zip->size - e->stored)
        reason = "lies outside the file";
    else if (e->method == 0 && e->stored != e->size)
        reason = "is stored with another size than its own";
    else if (e->method == 8 && e->size / MAX_RATIO > e->stored)
        reason = "claims to be larger than its bytes can hold";
    if (reason == NULL)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: member %.80s: %s", zip->path, e->name, reason);
}

static gg_status take_entry(gg_zip *zip, const unsigned char **at, const unsigned char *end,
                            gg_error *err) {
    const unsigned char *c = *at;
    if (end - c < CENTRAL_SIZE || gg__get32(c) != 0x02014b50)
        return damaged(zip, "its directory is damaged", err);
    size_t name = gg__get16(c + 28), extra = gg__get16(c + 30), comment = gg__get16(c + 32);
    if ((size_t)(end - c) - CENTRAL_SIZE < name + extra + comment ||
        memchr(c + CENTRAL_SIZE, 0, name) != NULL)
        return damaged(zip, "its directory is damaged", err);
    gg_zip_entry *e = &zip->entries[zip->count];
    char *copy = gg_alloc(name + 1, 1);
    if (copy == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", zip->path);
    memcpy(copy, c + CENTRAL_SIZE, name);
    *e = (gg_zip_entry){.name = copy,
                        .flags = gg__get16(c + 8),
                        .method = gg__get16(c + 10),
                        .crc = gg__get32(c + 16),
                        .stored = gg__get32(c + 20),
                        .size = gg__get32(c + 24),
                        .header = gg__get32(c + 42)};
    zip->count++;
    if (!widen_sizes(e, c + CENTRAL_SIZE + name, extra))
        return damaged(zip, "a ZIP64 size is missing in its directory", err);
    *at = c + CENTRAL_SIZE + name + extra + comment;
    return check_entry(zip, e, err);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gg_status refuse_twins(const gg_zip *zip, gg_error *err) {
    const char **names = gg_alloc(zip->count, sizeof *names);
    gg_status status = GG_OK;
    if (names == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", zip->path);
    for (size_t k = 0; k < zip->count; k++)
        names[k] = zip->entries[k].name;
    qsort(names, zip->count, sizeof *names, compare_names);
    for (size_t k = 1; status == GG_OK && k < zip->count; k++)
        if (strcmp(names[k - 1], names[k]) == 0)
            status =
                gg_fail(err, GG_E_INPUT, "%s: member %.80s is there twice", zip->path, names[k]);
    gg_free(names);
    return status;
}

static gg_status read_directory(gg_zip *zip, gg_error *err) {
    directory d = {0};
    GG_TRY(find_directory(zip, &d, err));
    gg_status status = GG_OK;
    unsigned char *bytes = gg_alloc((size_t)d.size, 1);
    zip->entries = gg_alloc((size_t)d.entries, sizeof *zip->entries);
    if (bytes == NULL || zip->entries == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", zip->path);
    if (status == GG_OK)
        status = gg_read_at(zip->fd, d.offset, bytes, (size_t)d.size, zip->path, err);
    const unsigned char *at = bytes;
    for (uint64_t k = 0; status == GG_OK && k < d.entries; k++)
        status = take_entry(zip, &at, bytes + d.size, err);
    gg_free(bytes);
    return status == GG_OK ? refuse_twins(zip, err) : status;
}

gg_status gg_zip_open(const char *path, gg_zip **out, gg_error *err) {
    *out = NULL;
    gg_zip *zip = gg_alloc(1, sizeof *zip);
    if (zip == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    zip->fd = -1;
    zip->path = gg_strdup(path);
    gg_status status = zip->path == NULL ? gg_fail(err, GG_E_NOMEM, "%s: out of memory", path)
                                         : gg_open_regular(path, &zip->fd, &zip->size, err);
    if (status == GG_OK)
        status = read_directory(zip, err);
    if (status == GG_OK)
        *out = zip;
    else
        gg_zip_close(zip);
    return status;
}

void gg_zip_close(gg_zip *zip) {
    if (zip == NULL)
        return;
    for (size_t k = 0; k < zip->count; k++)
        gg_free((char *)zip->entries[k].name);
    gg_free(zip->entries);
    if (zip->fd >= 0)
        close(zip->fd);
    gg_free(zip->path);
    gg_free(zip);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ZIP archives for reading (ZIP64 included): members that are stored or deflated, by number, as
 * bytes whose checksum is verified. Nothing is extracted to disk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_zip_entry {
    const char *name; /* borrowed */
    unsigned method;  /* 0: stored, 8: deflated */
    unsigned flags;
    uint32_t crc;
    uint64_t stored; /* bytes in the archive */
    uint64_t size;   /* bytes of the member */
    uint64_t header; /* where its local header stands */
} gg_zip_entry;

typedef struct gg_zip {
    char *path;
    int fd;
    uint64_t size; /* bytes of the archive */
    gg_zip_entry *entries;
    size_t count;
} gg_zip;

/* Reads the central directory. Errors: GG_E_IO, GG_E_INPUT (not a ZIP archive, damaged, several
 * disks, a name twice, sizes that deflate cannot have), GG_E_NOMEM. */
gg_status gg_zip_open(const char *path, gg_zip **out, gg_error *err);
void gg_zip_close(gg_zip *zip);

/* A member being read; its archive must outlive it. */
typedef struct gg_zip_reader gg_zip_reader;

/* Errors: GG_E_INPUT (encrypted, another method, damage), GG_E_NOMEM. */
gg_status gg_zip_reader_new(gg_zip *zip, size_t k, gg_zip_reader **out, gg_error *err);
void gg_zip_reader_free(gg_zip_reader *reader);

/* Exactly `size` bytes from `offset` of the member. Reading on from where the last read ended is
 * cheap; going back inflates again from the start. The checksum is compared when the last byte is
 * passed, and before a stored member is read out of order. Errors: GG_E_INPUT (damage, the checksum
 * differs), GG_E_IO. */
gg_status gg_zip_read(gg_zip_reader *reader, uint64_t offset, void *target, size_t size,
                      gg_error *err);
GG_C_END

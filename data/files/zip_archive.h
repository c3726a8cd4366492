/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ZIP archives for reading (ZIP64 included): members that are stored or deflated, by number.
 * Nothing is extracted to disk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_zip gg_zip;

typedef struct gg_zip_entry {
    const char *name; /* borrowed */
    unsigned method;  /* 0: stored, 8: deflated */
    unsigned flags;
    uint32_t crc;
    uint64_t stored; /* bytes in the archive */
    uint64_t size;   /* bytes of the member */
    uint64_t header; /* where its local header stands */
} gg_zip_entry;

/* Reads the central directory. Errors: GG_E_IO, GG_E_INPUT (not a ZIP archive, damaged, several
 * disks, a name twice, sizes that deflate cannot have), GG_E_NOMEM. */
gg_status gg_zip_open(const char *path, gg_zip **out, gg_error *err);
void gg_zip_close(gg_zip *zip);
const char *gg_zip_path(const gg_zip *zip);
/* Bytes of the archive. */
uint64_t gg_zip_size(const gg_zip *zip);
/* Bytes of the archive as they are. Errors: GG_E_INPUT, GG_E_IO. */
gg_status gg_zip_read_at(const gg_zip *zip, uint64_t offset, void *target, size_t size,
                         gg_error *err);
size_t gg_zip_count(const gg_zip *zip);
const gg_zip_entry *gg_zip_entry_at(const gg_zip *zip, size_t k);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One member of a ZIP archive as bytes, its checksum verified.
 */
#pragma once

#include "data/files/zip_archive.h"
#include "models/base/linkage.h"

GG_C_BEGIN
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

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file byte by byte, plain or compressed with gzip, in bounded memory, with the line that
 * messages name. UTF-16, with a byte order mark or plain to see, is read as the same in UTF-8.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_text_source gg_text_source;

/* Opens a file behind its byte order mark, if it has one. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_text_source_open(const char *path, gg_text_source **out, gg_error *err);
void gg_text_source_close(gg_text_source *source);

/* The next byte, or -1 at the end and where reading fails: gg_text_source_check tells which. */
int gg_text_source_get(gg_text_source *source);
/* The byte that the next get returns. */
int gg_text_source_peek(gg_text_source *source);

/* The bytes up to the next one of `stops` or a line end, as far as they are in memory: *size of
 * them, none at the end; the source moves behind them. Valid until the next call. */
const char *gg_text_source_run(gg_text_source *source, const char *stops, size_t *size);

/* The bytes that are in memory and not yet read, a NUL behind them; the beginning of the file where
 * nothing has been read, all of it if it is short. Valid until the next call. */
const char *gg_text_source_ahead(gg_text_source *source, size_t *size);
bool gg_text_source_is_utf16(const gg_text_source *source);

/* Errors: GG_E_IO when reading failed, GG_E_INPUT when compressed data or UTF-16 are damaged or cut
 * off. */
gg_status gg_text_source_check(const gg_text_source *source, gg_error *err);

const char *gg_text_source_path(const gg_text_source *source);
/* Line of the byte that the next get returns, from 1. */
size_t gg_text_source_line(const gg_text_source *source);
/* Bytes of the file that have been read, compressed ones where it is. */
uint64_t gg_text_source_offset(const gg_text_source *source);

/* The text a file of these first bytes begins with, decompressed and in UTF-8, NUL-terminated
 * with any NUL in it replaced by 1; for recognising formats. Returns its length, < `room`. */
size_t gg_text_head(const unsigned char *head, size_t size, char *text, size_t room);
GG_C_END

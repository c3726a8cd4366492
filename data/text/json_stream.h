/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON of any length, value by value: one value a line, values one after another, the elements of
 * a top-level array (or of arrays within it), or the "data:" lines of an event stream; plain or
 * gzip. Memory holds one value.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
/* What one value may be. */
enum { GG_JSON_VALUE_BYTES = 64 << 20, GG_JSON_DEPTH = 128, GG_JSON_LEVELS = 2 };

typedef struct gg_json_stream gg_json_stream;

/* Opens a file whose values stand inside up to `levels` (0..GG_JSON_LEVELS) nested arrays: with 0
 * an array is a value, with 1 its elements are the values. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_json_stream_open(const char *path, size_t levels, gg_json_stream **out, gg_error *err);
void gg_json_stream_close(gg_json_stream *stream);

/* The next value, borrowed until the call after; NULL after the last. Python's NaN, Infinity and
 * -Infinity become the strings of these names; for numbers too large and halves of surrogate pairs
 * see json_repair.h. Errors: GG_E_INPUT (file and line: syntax, a
 * duplicate key, a value above the limits), GG_E_IO, GG_E_NOMEM. */
gg_status gg_json_stream_next(gg_json_stream *stream, const json_t **value, gg_error *err);

/* Line on which the value at hand begins, from 1. */
size_t gg_json_stream_line(const gg_json_stream *stream);
/* Bytes of its text. */
size_t gg_json_stream_bytes(const gg_json_stream *stream);
/* Bytes of the file read so far. */
uint64_t gg_json_stream_offset(const gg_json_stream *stream);
/* Index of the value at hand in the array of `level` (1..levels) around it. */
size_t gg_json_stream_index(const gg_json_stream *stream, size_t level);
/* True once a "data:" has been passed. */
bool gg_json_stream_is_events(const gg_json_stream *stream);
/* How many "data: [DONE]" have been passed. */
size_t gg_json_stream_ends(const gg_json_stream *stream);
/* Whether the file is UTF-16, which is read as the same in UTF-8. */
bool gg_json_stream_is_utf16(const gg_json_stream *stream);
GG_C_END

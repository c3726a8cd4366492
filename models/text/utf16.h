/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UTF-16 as UTF-8, a piece after another.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct gg__utf16 {
    bool big_endian;
    bool is_damaged;
    bool has_byte; /* the first of a unit that the last piece cut */
    unsigned char byte;
    uint16_t high; /* of a surrogate pair; 0: none */
} gg__utf16;

/* True for the beginning of a text in UTF-16: behind a byte order mark, or two ASCII characters
 * with their NULs. */
bool gg__utf16_begins(const unsigned char *bytes, size_t size, gg__utf16 *state);

/* Decodes up to the first damage (a surrogate alone); `text` has room for 1.5 times `size` and 3
 * more bytes. Returns the bytes written. */
size_t gg__utf16_decode(gg__utf16 *state, const unsigned char *bytes, size_t size,
                        unsigned char *text);

/* In place, what of it is ASCII ('?' for the rest): enough to tell a format. */
size_t gg__utf16_squeeze(const gg__utf16 *state, char *text, size_t size);

/* True when something is missing at the end. */
static inline bool gg__utf16_is_cut(const gg__utf16 *state) {
    return state->has_byte || state->high != 0;
}

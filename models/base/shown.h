/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text that somebody else chose, as a person is to see it: what steers a terminal, turns the order
 * of letters, hides itself or is not UTF-8 is shown as an escape (\n, \x1b, \u202e). Text that was
 * shown once comes out the same again.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_SHOWN_SIZE = 256, GG_SHOWN_PIECE = 12 };

/* What is shown of the character that `text` begins with: itself or its escape; a byte above 0x7f
 * is escaped as \xHH only where it is not UTF-8. Returns how many bytes of `text` that stands for,
 * 0 at its end. */
size_t gg_shown_piece(const char *text, char piece[GG_SHOWN_PIECE]);

/* The text in `buffer`, cut with an ellipsis where it is too long; returns `buffer`. */
const char *gg_shown(const char *text, char buffer[GG_SHOWN_SIZE]);

/* The same with a buffer of `size` > 3 bytes, of which the caller may say less than it has. */
const char *gg_shown_cut(const char *text, char *buffer, size_t size);

/* Writes the whole text. */
void gg_put_shown(FILE *stream, const char *text);

/* A digest as text: two digits for each of `count` bytes; `text` has room for them and the end. */
static inline void gg_put_hex(const uint8_t *bytes, size_t count, char *text) {
    for (size_t k = 0; k < count; k++)
        snprintf(text + 2 * k, 3, "%02x", bytes[k]);
}
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/text/utf16.h"

#include <string.h>

bool gg__utf16_begins(const unsigned char *b, size_t size, gg__utf16 *state) {
    *state = (gg__utf16){0};
    if (size < 2 || (size >= 4 && b[2] == 0 && b[3] == 0)) /* UTF-32, or no text */
        return false;
    if (b[0] == 0xFF && b[1] == 0xFE)
        return true;
    state->big_endian = (b[0] == 0xFE && b[1] == 0xFF) ||
                        (size >= 4 && b[0] == 0 && b[1] != 0 && b[2] == 0 && b[3] != 0);
    return state->big_endian || (size >= 4 && b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0);
}

static size_t put(uint32_t c, unsigned char *text) {
    if (c < 0x80) {
        text[0] = (unsigned char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t k = n - 1; k > 0; k--, c >>= 6)
        text[k] = (unsigned char)(0x80 | (c & 0x3F));
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    text[0] = (unsigned char)(first[n] | c);
    return n;
}

/* One unit; the bytes it completes. */
static size_t take(gg__utf16 *s, uint16_t unit, unsigned char *text) {
    bool is_low = unit >= 0xDC00 && unit < 0xE000;
    if (is_low != (s->high != 0)) {
        s->is_damaged = true;
        return 0;
    }
    if (is_low) {
        uint32_t c = 0x10000 + ((uint32_t)(s->high - 0xD800) << 10) + (unit - 0xDC00u);
        s->high = 0;
        return put(c, text);
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
        s->high = unit;
        return 0;
    }
    return put(unit, text);
}

size_t gg__utf16_decode(gg__utf16 *s, const unsigned char *bytes, size_t size,
                        unsigned char *text) {
    size_t used = 0;
    for (size_t k = 0; k < size && !s->is_damaged; k++) {
        if (!s->has_byte) {
            s->byte = bytes[k];
            s->has_byte = true;
            continue;
        }
        s->has_byte = false;
        unsigned first = s->byte, second = bytes[k];
        used += take(s, (uint16_t)(s->big_endian ? first << 8 | second : second << 8 | first),
                     text + used);
    }
    return used;
}

size_t gg__utf16_squeeze(const gg__utf16 *s, char *text, size_t size) {
    size_t n = 0;
    for (size_t k = 0; k + 1 < size; k += 2) {
        char low = text[k + s->big_endian], high = text[k + !s->big_endian];
        bool is_mark = k == 0 && high == (char)0xFE && low == (char)0xFF;
        if (!is_mark)
            text[n++] = high == 0 ? low : '?';
    }
    return n;
}

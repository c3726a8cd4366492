/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/shown.h"

#include <stdint.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at `text`, or 0 (Unicode, table 3-7). */
static size_t sequence(const unsigned char *text) {
    unsigned char first = text[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xC2 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF5 ? 4
                                   : 0;
    for (size_t k = 1; k < length; k++)
        if ((text[k] & 0xC0) != 0x80)
            return 0;
    if ((first == 0xE0 && text[1] < 0xA0) || (first == 0xED && text[1] > 0x9F) ||
        (first == 0xF0 && text[1] < 0x90) || (first == 0xF4 && text[1] > 0x8F))
        return 0;
    return length;
}

static uint32_t code_point(const unsigned char *text, size_t length) {
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = text[0] & first_bits[length];
    for (size_t k = 1; k < length; k++)
        code = code << 6 | (text[k] & 0x3F);
    return code;
}

/* Controls, and characters that order others or cannot be seen. Joiners are not among them: whole
 * scripts need them. */
static int misleads(uint32_t code) {
    static const uint32_t ranges[][2] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},
        {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++)
        if (code >= ranges[k][0] && code <= ranges[k][1])
            return 1;
    return 0;
}

static void escape(uint32_t code, char piece[GG_SHOWN_PIECE]) {
    static const char letters[][2] = {{'\t', 't'}, {'\n', 'n'}, {'\r', 'r'}};
    for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
        if (code == (uint32_t)letters[k][0]) {
            snprintf(piece, GG_SHOWN_PIECE, "\\%c", letters[k][1]);
            return;
        }
    snprintf(piece, GG_SHOWN_PIECE,
             code < 0x80      ? "\\x%02x"
             : code < 0x10000 ? "\\u%04x"
                              : "\\U%08x",
             (unsigned)code);
}

size_t gg_shown_piece(const char *text, char piece[GG_SHOWN_PIECE]) {
    const unsigned char *at = (const unsigned char *)text;
    piece[0] = '\0';
    if (*at == '\0')
        return 0;
    size_t length = sequence(at);
    if (length == 0) {
        snprintf(piece, GG_SHOWN_PIECE, "\\x%02x", *at);
        return 1;
    }
    uint32_t code = code_point(at, length);
    if (misleads(code)) {
        escape(code, piece);
    } else {
        memcpy(piece, at, length);
        piece[length] = '\0';
    }
    return length;
}

const char *gg_shown(const char *text, char buffer[GG_SHOWN_SIZE]) {
    return gg_shown_cut(text, buffer, GG_SHOWN_SIZE);
}

const char *gg_shown_cut(const char *text, char *buffer, size_t size) {
    static const char ellipsis[] = "…";
    char piece[GG_SHOWN_PIECE];
    size_t used = 0, cut = 0, taken; /* cut: where an ellipsis still fits behind what is shown */
    for (; (taken = gg_shown_piece(text, piece)) > 0; text += taken) {
        size_t length = strlen(piece);
        if (used + length >= size) {
            used = cut;
            if (size < sizeof ellipsis)
                break;
            memcpy(buffer + used, ellipsis, sizeof ellipsis - 1);
            used += sizeof ellipsis - 1;
            break;
        }
        memcpy(buffer + used, piece, length);
        used += length;
        if (used + sizeof ellipsis <= size)
            cut = used;
    }
    buffer[used] = '\0';
    return buffer;
}

void gg_put_shown(FILE *stream, const char *text) {
    char piece[GG_SHOWN_PIECE];
    for (size_t taken; (taken = gg_shown_piece(text, piece)) > 0; text += taken)
        fputs(piece, stream);
}

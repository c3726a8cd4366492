/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/html.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "models/base/shown.h"

static const char *entity(char byte) {
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Writes what stands at `at`; returns how many bytes that was, 0 at the end. */
static size_t put_character(FILE *stream, const char *at) {
    char piece[GG_SHOWN_PIECE];
    size_t length = gg_shown_piece(at, piece);
    const char *markup = entity(piece[0]);
    fputs(markup != NULL ? markup : piece, stream);
    return length;
}

void gg_html_text(FILE *stream, const char *text) {
    for (size_t length; (length = put_character(stream, text)) > 0;)
        text += length;
}

/* The space between a digit and "%" or "ms", "s", "µs". */
static bool before_unit(const char *text, const char *at) {
    static const char *const units[] = {"%", "ms", "s", "µs", "ns"};
    if (at == text || *at != ' ' || !isdigit((unsigned char)at[-1]))
        return false;
    size_t length = strcspn(at + 1, " ,.;:)");
    for (size_t k = 0; k < sizeof units / sizeof *units; k++)
        if (strlen(units[k]) == length && strncmp(at + 1, units[k], length) == 0)
            return true;
    return false;
}

void gg_html_prose(FILE *stream, const char *text) {
    const char *at = text;
    while (*at != '\0')
        if (before_unit(text, at)) {
            fputs("\xC2\xA0", stream);
            at++;
        } else {
            at += put_character(stream, at);
        }
}

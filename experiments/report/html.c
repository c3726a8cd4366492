/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/html.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
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

static const char *entity(unsigned char byte) {
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

/* Writes what stands at `at`; returns how many bytes that was. */
static size_t put_character(FILE *stream, const unsigned char *at) {
    size_t length = sequence(at);
    bool control = (*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7F;
    if (length == 0 || control) {
        fputs("\xEF\xBF\xBD", stream);
        return 1;
    }
    if (entity(*at) != NULL)
        fputs(entity(*at), stream);
    else
        fwrite(at, 1, length, stream);
    return length;
}

void gg_html_text(FILE *stream, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0')
        at += put_character(stream, at);
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
            at += put_character(stream, (const unsigned char *)at);
        }
}

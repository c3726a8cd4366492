/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/word_search.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool continues(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t gg_count_characters(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += !continues(*text);
    return n;
}

const char *gg_skip_characters(const char *text, size_t count) {
    for (; count > 0 && *text != '\0'; count--)
        do
            text++;
        while (continues(*text));
    return text;
}

/* The character that begins at `text`, which is not its end. */
static bool makes_words(const char *text) {
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] < 0x80)
        return isalnum(c[0]) || c[0] == '_';
    /* U+00A0..U+00BF but the ordinals and micro, U+2000..U+206F, U+3000..U+303F. */
    if (c[0] == 0xC2)
        return c[1] == 0xAA || c[1] == 0xB5 || c[1] == 0xBA;
    if (c[0] == 0xE2 && (c[1] == 0x80 || (c[1] == 0x81 && c[2] < 0xB0)))
        return false;
    return !(c[0] == 0xE3 && c[1] == 0x80);
}

static bool is_boundary(const char *text, const char *at) {
    const char *before = at;
    bool word_before = false;
    if (before > text) {
        do
            before--;
        while (before > text && continues(*before));
        word_before = makes_words(before);
    }
    return word_before != (*at != '\0' && makes_words(at));
}

bool gg_has_word(const char *text, const char *word) {
    size_t n = strlen(word);
    if (n == 0)
        return false;
    for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++)
        if (is_boundary(text, at) && is_boundary(text, at + n))
            return true;
    return false;
}

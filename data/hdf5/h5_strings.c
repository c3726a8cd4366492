/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strings in one block, as they are collected one by one.
 */
#include "data/hdf5/h5_internal.h"

#include <string.h>

#include "models/base/alloc.h"

void gg_strings_clear(gg_strings *strings) {
    gg_free(strings->text);
    gg_free(strings->start);
    *strings = (gg_strings){0};
}

int gg__h5_collect(gg__h5_collector *c, const char *text, size_t length) {
    if (c->strings.count == c->start_size) {
        size_t size = c->start_size == 0 ? 16 : 2 * c->start_size;
        size_t *start = gg_realloc(c->strings.start, c->start_size, size, sizeof *start);
        if (start == NULL)
            return -1;
        c->strings.start = start;
        c->start_size = size;
    }
    if (c->text_size - c->text_used <= length) {
        size_t size = 2 * c->text_size + length + 256;
        char *grown = gg_realloc(c->strings.text, c->text_used, size, 1);
        if (grown == NULL)
            return -1;
        c->strings.text = grown;
        c->text_size = size;
    }
    memcpy(c->strings.text + c->text_used, text, length);
    c->strings.text[c->text_used + length] = '\0';
    c->strings.start[c->strings.count++] = c->text_used;
    c->text_used += length + 1;
    return 0;
}

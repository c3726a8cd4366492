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

gg_status gg__h5_listed(const gg_h5 *h5, const char *place, const char *action, herr_t stopped,
                        gg__h5_collector *collector, gg_strings *names, gg_error *err) {
    if (stopped == 0) {
        *names = collector->strings;
        return GG_OK;
    }
    gg_strings_clear(&collector->strings);
    if (stopped > 0)
        return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", h5->path, place);
    return gg__h5_fail(h5, GG_E_INPUT, place, action, err);
}

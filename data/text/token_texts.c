/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/token_texts.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

/* Far above any tokenizer's vocabulary; memory stays below a gigabyte. */
enum { FIRST_SLOTS = 1 << 10, MAX_TEXTS = 1 << 23, MAX_BYTES = 1 << 28 };

struct gg_token_texts {
    char *bytes; /* all texts, one after another */
    size_t used, room;
    size_t *end; /* of each text */
    size_t count, entries;
    uint32_t *slots; /* id + 1 by hash, open addressing; 0: empty */
    size_t n_slots;  /* a power of two, at least twice the texts */
};

gg_status gg_token_texts_new(gg_token_texts **out, gg_error *err) {
    gg_token_texts *t = *out = gg_alloc(1, sizeof *t);
    if (t != NULL && (t->slots = gg_alloc(FIRST_SLOTS, sizeof *t->slots)) != NULL) {
        t->n_slots = FIRST_SLOTS;
        return GG_OK;
    }
    gg_token_texts_free(t);
    *out = NULL;
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

void gg_token_texts_free(gg_token_texts *t) {
    if (t == NULL)
        return;
    gg_free(t->bytes);
    gg_free(t->end);
    gg_free(t->slots);
    gg_free(t);
}

size_t gg_token_texts_count(const gg_token_texts *t) {
    return t->count;
}

const char *gg_token_texts_text(const gg_token_texts *t, size_t id, size_t *size) {
    size_t start = id == 0 ? 0 : t->end[id - 1];
    *size = t->end[id] - start;
    return t->bytes + start;
}

/* FNV-1a. */
static size_t hash_of(const char *text, size_t size) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t k = 0; k < size; k++)
        hash = (hash ^ (unsigned char)text[k]) * 0x100000001b3u;
    return (size_t)(hash ^ (hash >> 32));
}

/* The slot where a text is, or where it would go. */
static size_t find_slot(const gg_token_texts *t, const char *text, size_t size) {
    size_t at = hash_of(text, size) & (t->n_slots - 1);
    for (; t->slots[at] != 0; at = (at + 1) & (t->n_slots - 1)) {
        size_t length;
        const char *known = gg_token_texts_text(t, t->slots[at] - 1, &length);
        if (length == size && (size == 0 || memcmp(known, text, size) == 0))
            break;
    }
    return at;
}

static int grow_slots(gg_token_texts *t) {
    uint32_t *old = t->slots;
    uint32_t *fresh = gg_alloc(2 * t->n_slots, sizeof *fresh);
    if (fresh == NULL)
        return -1;
    t->slots = fresh;
    t->n_slots *= 2;
    gg_free(old);
    for (size_t id = 0; id < t->count; id++) {
        size_t size;
        const char *text = gg_token_texts_text(t, id, &size);
        size_t at = hash_of(text, size) & (t->n_slots - 1);
        while (fresh[at] != 0)
            at = (at + 1) & (t->n_slots - 1);
        fresh[at] = (uint32_t)id + 1;
    }
    return 0;
}

static int make_room(gg_token_texts *t, size_t size) {
    if (t->used + size > t->room) {
        size_t room = 2 * (t->used + size) + 4096;
        char *bytes = gg_realloc(t->bytes, t->used, room, 1);
        if (bytes == NULL)
            return -1;
        t->bytes = bytes;
        t->room = room;
    }
    if (t->count == t->entries) {
        size_t entries = 2 * t->entries + 256;
        size_t *end = gg_realloc(t->end, t->count, entries, sizeof *end);
        if (end == NULL)
            return -1;
        t->end = end;
        t->entries = entries;
    }
    return 2 * (t->count + 1) > t->n_slots ? grow_slots(t) : 0;
}

gg_status gg_token_texts_id(gg_token_texts *t, const char *text, size_t size, int32_t *id,
                            gg_error *err) {
    size_t at = find_slot(t, text, size);
    if (t->slots[at] != 0) {
        *id = (int32_t)(t->slots[at] - 1);
        return GG_OK;
    }
    if (t->count >= MAX_TEXTS || size > MAX_BYTES - t->used)
        return gg_fail(err, GG_E_INPUT, "more than %zu different token texts: no vocabulary",
                       t->count);
    if (make_room(t, size) != 0)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    if (size > 0)
        memcpy(t->bytes + t->used, text, size);
    t->used += size;
    t->end[t->count++] = t->used;
    *id = (int32_t)(t->count - 1);
    at = find_slot(t, text, size);
    t->slots[at] = (uint32_t)t->count;
    return GG_OK;
}

/* Length of the UTF-8 character at `text`, 0 when there is none. */
static size_t character(const char *text, size_t size) {
    unsigned char first = (unsigned char)*text;
    size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (length > size || first == 0)
        return 0;
    json_t *checked = json_stringn(text, length);
    json_decref(checked);
    return checked != NULL ? length : 0;
}

char *gg_token_texts_printable(const gg_token_texts *t, size_t id) {
    size_t size, used = 0;
    const char *text = gg_token_texts_text(t, id, &size);
    char *copy = gg_alloc(4 * size + 1, 1);
    if (copy == NULL)
        return NULL;
    for (size_t k = 0; k < size;) {
        size_t length = character(text + k, size - k);
        if (length == 0)
            used += (size_t)snprintf(copy + used, 5, "\\x%02X", (unsigned char)text[k]);
        else
            memcpy(copy + used, text + k, length);
        used += length;
        k += length > 0 ? length : 1;
    }
    return copy;
}

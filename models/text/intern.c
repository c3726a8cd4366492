/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/text/intern.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

/* Open addressing over at most half of the slots; 0 is a free one, else a number and one. */
static struct {
    pthread_mutex_t lock;
    size_t count;
    const char **texts;
    size_t n_slots;
    uint32_t *slots;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

enum { FIRST_SLOTS = 256 };

/* FNV-1a. */
static uint64_t hash_of(const char *text, size_t length) {
    uint64_t hash = 14695981039346656037u;
    for (size_t k = 0; k < length; k++)
        hash = (hash ^ (unsigned char)text[k]) * 1099511628211u;
    return hash;
}

/* The slot of a text, or the free one that it would have. */
static uint32_t *slot_of(const char *text, size_t length) {
    for (size_t k = hash_of(text, length);; k++) {
        uint32_t *slot = &kept.slots[k & (kept.n_slots - 1)];
        const char *found = *slot > 0 ? kept.texts[*slot - 1] : NULL;
        if (found == NULL || (strlen(found) == length && memcmp(found, text, length) == 0))
            return slot;
    }
}

static int make_room(void) {
    if (2 * kept.count < kept.n_slots)
        return 0;
    size_t n_slots = kept.n_slots > 0 ? 2 * kept.n_slots : FIRST_SLOTS;
    uint32_t *slots = gg_alloc_for_good(n_slots, sizeof *slots);
    const char **texts = gg_alloc_for_good(n_slots / 2, sizeof *texts);
    if (slots == NULL || texts == NULL || kept.count > UINT32_MAX / 4) {
        free(slots);
        free(texts);
        return -1;
    }
    if (kept.count > 0)
        memcpy(texts, kept.texts, kept.count * sizeof *texts);
    free(kept.slots);
    free(kept.texts);
    kept.slots = slots;
    kept.n_slots = n_slots;
    kept.texts = texts;
    for (size_t k = 0; k < kept.count; k++)
        *slot_of(texts[k], strlen(texts[k])) = (uint32_t)k + 1;
    return 0;
}

static const char *find_or_keep(const char *text, size_t length, uint32_t *number) {
    if (make_room() != 0)
        return NULL;
    uint32_t *slot = slot_of(text, length);
    if (*slot == 0) {
        char *copy = gg_alloc_for_good(length + 1, 1);
        if (copy == NULL)
            return NULL;
        memcpy(copy, text, length);
        kept.texts[kept.count++] = copy;
        *slot = (uint32_t)kept.count;
    }
    if (number != NULL)
        *number = *slot - 1;
    return kept.texts[*slot - 1];
}

const char *gg_intern(const char *text, size_t length, uint32_t *number) {
    length = strnlen(text, length);
    pthread_mutex_lock(&kept.lock);
    const char *found = find_or_keep(text, length, number);
    pthread_mutex_unlock(&kept.lock);
    return found;
}

size_t gg_interned(void) {
    pthread_mutex_lock(&kept.lock);
    size_t count = kept.count;
    pthread_mutex_unlock(&kept.lock);
    return count;
}

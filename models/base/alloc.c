/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static atomic_size_t live_blocks;
static atomic_long allowed_allocations = -1;

int gg_size_multiply(size_t a, size_t b, size_t *product) {
    return __builtin_mul_overflow(a, b, product) ? -1 : 0;
}

static int may_allocate(void) {
    if (atomic_load_explicit(&allowed_allocations, memory_order_relaxed) < 0)
        return 1;
    long left = atomic_fetch_sub(&allowed_allocations, 1);
    if (left > 0)
        return 1;
    atomic_store(&allowed_allocations, 0);
    return 0;
}

void *gg_alloc(size_t count, size_t size) {
    size_t bytes;
    if (gg_size_multiply(count, size, &bytes) != 0 || bytes > SIZE_MAX - ALIGNMENT)
        return NULL;
    if (!may_allocate())
        return NULL;
    size_t padded = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *block = aligned_alloc(ALIGNMENT, padded);
    if (block == NULL)
        return NULL;
    memset(block, 0, padded);
    atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    return block;
}

void *gg_alloc_for_good(size_t count, size_t size) {
    void *block = gg_alloc(count, size);
    if (block != NULL)
        atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
    return block;
}

void *gg_realloc(void *block, size_t old_count, size_t new_count, size_t size) {
    void *fresh = gg_alloc(new_count, size);
    if (fresh == NULL)
        return NULL;
    size_t kept = old_count < new_count ? old_count : new_count;
    if (block != NULL && kept > 0)
        memcpy(fresh, block, kept * size);
    gg_free(block);
    return fresh;
}

void *gg_grow(void *block, size_t count, size_t size) {
    if (count != 0 && (count & (count - 1)) != 0)
        return block;
    return gg_realloc(block, count, count == 0 ? 1 : 2 * count, size);
}

char *gg_strdup(const char *text) {
    size_t length = strlen(text) + 1;
    char *copy = gg_alloc(length, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

void gg_free(void *block) {
    if (block == NULL)
        return;
    atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
    free(block);
}

size_t gg_alloc_live(void) {
    return atomic_load(&live_blocks);
}

void gg_alloc_fail_after(long allowed) {
    atomic_store(&allowed_allocations, allowed);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one allocator: overflow-checked, 64-byte aligned, zeroed and counted, with a countdown to
 * failure for tests. Thread-safe.
 */
#pragma once

#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* `count` zeroed elements of `size` bytes; NULL when memory is short or the product overflows.
 * A zero-sized request yields a valid block. Release with gg_free. */
void *gg_alloc(size_t count, size_t size) __attribute__((warn_unused_result));

/* Grows or shrinks a block of gg_alloc from `old_count` to `new_count` elements; the new part is
 * zero. On failure NULL, and `block` stays valid. `block` may be NULL when old_count is 0. */
void *gg_realloc(void *block, size_t old_count, size_t new_count, size_t size)
    __attribute__((warn_unused_result));

/* Room for one more element behind `count`, in a block that grows by nothing else: its size doubles
 * whenever `count` is a power of two. NULL as by gg_realloc. */
void *gg_grow(void *block, size_t count, size_t size) __attribute__((warn_unused_result));

/* A copy of `text` owned by the caller; NULL when memory is short. */
char *gg_strdup(const char *text) __attribute__((warn_unused_result));

/* As gg_alloc, for what the program keeps until it ends: not counted among the live blocks. What is
 * replaced is released with free. */
void *gg_alloc_for_good(size_t count, size_t size) __attribute__((warn_unused_result));

/* Releases a block; accepts NULL. */
void gg_free(void *block);

/* Blocks allocated and not yet released: zero when nothing leaked. */
size_t gg_alloc_live(void);

/* Test hook: lets `allowed` further allocations succeed and fails all later ones; negative lifts
 * the limit. */
void gg_alloc_fail_after(long allowed);

/* Product of two sizes; 0 on success, -1 when it does not fit. */
int gg_size_multiply(size_t a, size_t b, size_t *product);
GG_C_END

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/record.h"

#include <stdint.h>
#include <string.h>

#include "models/base/alloc.h"

enum { ALIGNMENT = 64 };

/* Bytes of an array and what keeps the next one aligned; SIZE_MAX when they overflow. */
static size_t room(size_t count, size_t size) {
    size_t bytes;
    if (gg_size_multiply(count, size, &bytes) != 0 || bytes > SIZE_MAX - ALIGNMENT)
        return SIZE_MAX;
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t add(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static size_t total(size_t head, const gg_record_array *arrays, size_t n_arrays) {
    for (size_t k = 0; k < n_arrays; k++)
        head = add(head, room(arrays[k].count, arrays[k].size));
    return head;
}

/* Addresses are copied as bytes: members point at many types. */
static void place(void *record, char *at, const gg_record_array *arrays, size_t n_arrays) {
    for (size_t k = 0; k < n_arrays; k++) {
        memcpy((char *)record + arrays[k].field, &at, sizeof at);
        at += room(arrays[k].count, arrays[k].size);
    }
}

void *gg_record_new(size_t size, const gg_record_array *arrays, size_t n_arrays) {
    size_t head = room(1, size);
    char *record = gg_alloc(total(head, arrays, n_arrays), 1);
    if (record != NULL)
        place(record, record + head, arrays, n_arrays);
    return record;
}

void *gg_arrays_new(void *record, const gg_record_array *arrays, size_t n_arrays) {
    char *block = gg_alloc(total(0, arrays, n_arrays), 1);
    if (block != NULL)
        place(record, block, arrays, n_arrays);
    return block;
}

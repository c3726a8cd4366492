/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The K largest of a stream of numbers, with their ids; ties go to the smaller id.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* A heap with the least of the kept entries on top. Arrays are the caller's, of `capacity` entries;
 * empty it by setting count to 0. */
typedef struct gg_top_list {
    size_t capacity; /* K; 0 keeps nothing */
    size_t count;
    double *value;
    int64_t *id;
} gg_top_list;

/* Offers an entry. Time O(log K), O(1) for what is too small. */
void gg_top_list_offer(gg_top_list *list, double value, int64_t id);

/* True when `value` could enter, whatever its id. */
static inline bool gg_top_list_wants(const gg_top_list *list, double value) {
    return list->count < list->capacity || (list->capacity > 0 && value >= list->value[0]);
}

/* Sorts the kept entries, largest first; the list is no heap afterwards: empty it before offering
 * again. */
void gg_top_list_sort(gg_top_list *list);
GG_C_END

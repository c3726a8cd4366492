/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records with arrays of their own in one block of memory: one allocation to check, one to release.
 */
#pragma once

#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* One array of a record: where in the record its address belongs, how many elements of which size.
 */
typedef struct gg_record_array {
    size_t field, count, size;
} gg_record_array;

/* The array that `member` of a record of this type is to point at. */
#define GG_ARRAY(type, member, count)                                                              \
    { offsetof(type, member), (count), sizeof *((type *)NULL)->member }

/* A zeroed record of `size` bytes with its arrays, each zeroed and 64-byte aligned. Release with
 * gg_free. NULL when memory is short or the sum overflows. */
void *gg_record_new(size_t size, const gg_record_array *arrays, size_t n_arrays)
    __attribute__((warn_unused_result));

/* The same for a record that stands elsewhere: points its members at arrays in a block that is
 * returned. Release with gg_free. NULL as above; members are then as they were. */
void *gg_arrays_new(void *record, const gg_record_array *arrays, size_t n_arrays)
    __attribute__((warn_unused_result));

#define GG_RECORD_NEW(type, arrays)                                                                \
    gg_record_new(sizeof(type), arrays, sizeof(arrays) / sizeof *(arrays))
#define GG_ARRAYS_NEW(record, arrays)                                                              \
    gg_arrays_new(record, arrays, sizeof(arrays) / sizeof *(arrays))
GG_C_END

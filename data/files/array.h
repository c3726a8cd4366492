/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A numeric array inside some file, whatever the file: its shape, and its elements in storage
 * order. Formats make them; import_arrays.c reads them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/float16.h"
#include "models/base/status.h"

GG_C_BEGIN
/* The first four are the values of gg_dtype. */
typedef enum gg_number {
    GG_NUMBER_F16 = GG_F16,
    GG_NUMBER_BF16 = GG_BF16,
    GG_NUMBER_F32 = GG_F32,
    GG_NUMBER_F64 = GG_F64,
    GG_NUMBER_I8,
    GG_NUMBER_U8,
    GG_NUMBER_I16,
    GG_NUMBER_U16,
    GG_NUMBER_I32,
    GG_NUMBER_U32,
    GG_NUMBER_I64,
    GG_NUMBER_U64,
    GG_NUMBER_BOOL,
    GG_NUMBER_VOID16 /* two bytes of unknown meaning */
} gg_number;

const char *gg_number_name(gg_number number);
size_t gg_number_size(gg_number number);
static inline bool gg_number_is_float(gg_number number) {
    return (int)number < GG_N_DTYPES;
}

enum { GG_ARRAY_MAX_RANK = 4, GG_ARRAY_PLACE_SIZE = 256 };

typedef struct gg_array {
    char place[GG_ARRAY_PLACE_SIZE]; /* "run.npz: logits", for messages */
    gg_number number;
    bool big_endian;
    bool fortran; /* the first index runs fastest */
    size_t rank;  /* 0: a scalar */
    size_t dims[GG_ARRAY_MAX_RANK];
    size_t count;
    size_t block_rows; /* rows (of the last dimension) stored together; 0: any */
    /* Elements first .. first + count - 1 in storage order, as stored; within bounds. */
    gg_status (*read)(struct gg_array *array, size_t first, size_t count, void *target,
                      gg_error *err);
    void (*close)(struct gg_array *array); /* releases `state` */
    void *state;
} gg_array;

/* Sets count from rank and dims. Errors: GG_E_INPUT (it overflows), naming the place. */
gg_status gg_array_measure(gg_array *array, gg_error *err);

/* Releases an array of gg_alloc; accepts NULL. */
void gg_array_close(gg_array *array);
/* For those who open arrays: `status` passed on, with the array in *out or closed on failure. */
gg_status gg_array_opened(gg_status status, gg_array *array, gg_array **out);

/* Where the numbers of an array lie in a file as they are. */
typedef struct gg_array_file {
    int fd; /* owned; negative until it is open */
    uint64_t data;
} gg_array_file;

/* An array, its shape still to be told, of numbers that lie in *file, which it owns. Errors:
 * GG_E_NOMEM. */
gg_status gg_array_new_in_file(const char *path, gg_array **out, gg_array_file **file,
                               gg_error *err);

/* Elements in storage order and in the machine's byte order. Errors: GG_E_INPUT, GG_E_IO. */
gg_status gg_array_read(gg_array *array, size_t first, size_t count, void *target, gg_error *err);

/* Integers (or floats with integral values) within [lowest, highest]; another value is named with
 * its index. */
gg_status gg_array_integers(gg_array *array, size_t first, size_t count, int64_t lowest,
                            int64_t highest, int64_t *target, gg_error *err);

/* Numbers of any kind as doubles. */
gg_status gg_array_doubles(gg_array *array, size_t first, size_t count, double *target,
                           gg_error *err);

/* "(3, 4)" into `text`. */
enum { GG_ARRAY_SHAPE_SIZE = 112 };
void gg_array_shape_text(const gg_array *array, char text[GG_ARRAY_SHAPE_SIZE]);

/* A part of a file, the common state of arrays that are plain bytes. `read_at` reads exactly `size`
 * bytes from byte `offset` of the file. */
gg_status gg_read_at(int fd, uint64_t offset, void *target, size_t size, const char *place,
                     gg_error *err);

/* Opens a regular file and tells its size. Errors: GG_E_IO. */
gg_status gg_open_regular(const char *path, int *fd, uint64_t *size, gg_error *err);
GG_C_END

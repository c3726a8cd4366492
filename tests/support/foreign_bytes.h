/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Foreign files written byte by byte, imported, and what came of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/import/import.h"

/* A file in the making. */
typedef struct bytes {
    unsigned char data[8192];
    size_t size;
} bytes;

void put(bytes *b, const void *data, size_t size);
void put_little(bytes *b, uint64_t value, size_t size);
void put_number(bytes *b, double value, gg_dtype dtype, bool big_endian);
/* An NPY header as NumPy pads it. */
void put_npy_header(bytes *b, int version, const char *dictionary);

/* Most tests speak of B queries of T tokens over V words. */
enum { B = 2, T = 3, V = 5 };
/* The logit of query b, token t, word v: exact in every type. */
double logit(size_t b, size_t t, size_t v);

/* Writes a file in the test's folder; its path is valid until the eighth call after. */
const char *save(void *const *state, const char *name, const bytes *b);

/* Imports a file into out.h5 of the test's folder; `format` and `options` may be NULL. */
gg_status import(void *const *state, const char *format, const char *source,
                 const gg_import_options *options, gg_error *err);

/* Fails unless the import is refused with a message that names the file and contains `said`, and
 * leaves nothing in the folder. */
void refuse(void *const *state, const char *format, const bytes *b, const char *said);

/* Fails unless out.h5 has n_queries queries of T tokens of these logits. */
void assert_rows(void *const *state, size_t n_queries);

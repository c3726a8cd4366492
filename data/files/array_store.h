/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of named arrays, whatever the format: what NPY, NPZ, safetensors and plain HDF5 have in
 * common, so that one reader (import_arrays.c) finds logits, offsets and tokens in all of them.
 */
#pragma once

#include "data/files/array.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_array_store {
    char *path;
    char **names; /* of `count` arrays, in the file's order */
    size_t count;
    /* The caller closes *out. Errors: GG_E_INPUT (damage, a type that is no number), GG_E_IO,
     * GG_E_NOMEM. */
    gg_status (*open)(struct gg_array_store *store, size_t k, gg_array **out, gg_error *err);
    void (*close)(struct gg_array_store *store); /* releases `state` */
    void *state;
} gg_array_store;

/* Each opens a file; the caller closes *out. Errors: GG_E_IO, GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_npy_store_open(const char *path, gg_array_store **out, gg_error *err);
gg_status gg_npz_store_open(const char *path, gg_array_store **out, gg_error *err);
gg_status gg_safetensors_store_open(const char *path, gg_array_store **out, gg_error *err);
gg_status gg_h5_store_open(const char *path, gg_array_store **out, gg_error *err);
void gg_array_store_close(gg_array_store *store);

/* For the functions above: an empty store, and one more name (copied). Errors: GG_E_NOMEM. */
gg_status gg_array_store_new(const char *path, gg_array_store **out, gg_error *err);
/* Passes `status` on; on failure the store is closed and *out NULL. */
gg_status gg_array_store_opened(gg_status status, gg_array_store **out);
gg_status gg_array_store_add(gg_array_store *store, const char *name, gg_error *err);

enum { GG_NO_ARRAY = -1 };
/* The array of that name ("/x" and "x" are the same), or GG_NO_ARRAY. */
long gg_array_store_find(const gg_array_store *store, const char *name);
/* The array `name` in the same folder as array `beside` ("slm/x", or "slm.x" in formats without
 * folders), or GG_NO_ARRAY. */
long gg_array_store_find_beside(const gg_array_store *store, size_t beside, const char *name);
/* Names of all arrays, shortened to fit, for messages. */
void gg_array_store_list(const gg_array_store *store, char *text, size_t size);

/* "file: name" as an array's place. */
void gg_array_store_place(const gg_array_store *store, size_t k, char place[GG_ARRAY_PLACE_SIZE]);
GG_C_END

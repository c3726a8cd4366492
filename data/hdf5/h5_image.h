/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Datasets of a file whose bytes are known to be those that we wrote, taken from where they lie,
 * without the HDF5 library. Whatever the bytes are, nothing outside them is read; whether the
 * values are the right ones is for the caller's checksum to say.
 */
#pragma once

#include "data/hdf5/h5.h"

/* Where a dataset lies that gg_h5_write has written to an output: *at is the offset of its first
 * element, 0 where it has none. Errors: GG_E_IO. */
gg_status gg_h5_place(gg_h5 *h5, const char *path, uint64_t *at, gg_error *err);

/* A file's bytes. */
typedef struct gg_h5_image {
    const unsigned char *bytes;
    size_t size;
} gg_h5_image;

/* The bytes of `count` numbers of `size` bytes each at `at`, little-endian; NULL where they do not
 * lie in the image, or on a machine of another byte order. */
const void *gg_h5_image_numbers(const gg_h5_image *image, uint64_t at, size_t count, size_t size);

/* Bytes of a reference to a text of variable length, where addresses have 8. */
enum { GG_H5_REFERENCE_SIZE = 16 };

/* Takes text k, which is not terminated; false stops. */
typedef bool (*gg_h5_text_fn)(void *context, size_t k, const char *text, size_t length);

/* Hands over the `count` texts that references lead to; false where one is not there, in the length
 * that the reference has. */
bool gg_h5_image_follow(const gg_h5_image *image, const unsigned char *references, size_t count,
                        gg_h5_text_fn take, void *context);

/* As gg_h5_image_follow, with the references of a dataset at `at`. */
bool gg_h5_image_texts(const gg_h5_image *image, uint64_t at, size_t count, gg_h5_text_fn take,
                       void *context);

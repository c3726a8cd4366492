/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_image.h"

#include <string.h>

#include "data/hdf5/h5_internal.h"
#include "models/base/alloc.h"

/* A text in its dataset: length (4 bytes), address of a global heap collection (8), or 0, number of
 * the object in it (4). */
enum { REFERENCE = GG_H5_REFERENCE_SIZE };
/* A collection: "GCOL", version 1, three bytes, size (8); then objects: number (2), references (2),
 * four bytes, size (8), data, padded to 8. Object 0 is the free space, and the last. */
enum { HEAD = 16 };

gg_status gg_h5_place(gg_h5 *h5, const char *path, uint64_t *at, gg_error *err) {
    hid_t dataset = H5Dopen2(h5->file, path, H5P_DEFAULT);
    if (dataset < 0)
        return gg__h5_fail(h5, GG_E_IO, path, "cannot be found again", err);
    haddr_t offset = H5Dget_offset(dataset);
    *at = offset == HADDR_UNDEF ? 0 : (uint64_t)offset;
    H5Dclose(dataset);
    return GG_OK;
}

static bool is_little_endian(void) {
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* `size` bytes at `at`, or NULL. */
static const unsigned char *piece(const gg_h5_image *image, uint64_t at, uint64_t size) {
    return at <= image->size && size <= image->size - at ? image->bytes + at : NULL;
}

const void *gg_h5_image_numbers(const gg_h5_image *image, uint64_t at, size_t count, size_t size) {
    size_t bytes;
    if (!is_little_endian() || gg_size_multiply(count, size, &bytes) != 0)
        return NULL;
    return piece(image, at, bytes);
}

static uint64_t number(const unsigned char *bytes, size_t size) {
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

/* An object of a collection: the next to look at, as texts are read in the order of writing. */
typedef struct cursor {
    uint64_t collection;
    uint64_t end;
    uint64_t object;
} cursor;

/* An object at the cursor, which goes behind it; false at the free space, at the end, and where the
 * object is longer than what is left. */
static bool next_object(const gg_h5_image *image, cursor *c, uint64_t *index, uint64_t *size) {
    if (c->end - c->object < HEAD)
        return false;
    const unsigned char *head = image->bytes + c->object;
    uint64_t left = c->end - c->object - HEAD;
    *index = number(head, 2);
    *size = number(head + 8, 8);
    if (*index == 0 || *size > left)
        return false;
    uint64_t padded = (*size + 7) / 8 * 8;
    c->object += HEAD + (padded < left ? padded : left);
    return true;
}

static bool enter(const gg_h5_image *image, uint64_t collection, cursor *c) {
    const unsigned char *head = piece(image, collection, HEAD);
    if (head == NULL || memcmp(head, "GCOL\1", 5) != 0)
        return false;
    uint64_t size = number(head + 8, 8);
    if (size < HEAD || piece(image, collection, size) == NULL)
        return false;
    *c = (cursor){collection, collection + size, collection + HEAD};
    return true;
}

/* Looks from the cursor on; the data of object `wanted`, or NULL, also where it has not exactly
 * `length` bytes. */
static const unsigned char *seek(const gg_h5_image *image, cursor *c, uint64_t wanted,
                                 uint64_t length) {
    uint64_t index, size, object = c->object;
    for (; next_object(image, c, &index, &size); object = c->object)
        if (index == wanted)
            return length == size ? image->bytes + object + HEAD : NULL;
    return NULL;
}

bool gg_h5_image_follow(const gg_h5_image *image, const unsigned char *reference, size_t count,
                        gg_h5_text_fn take, void *context) {
    cursor c = {0};
    for (size_t k = 0; k < count; k++, reference += REFERENCE) {
        uint64_t length = number(reference, 4), collection = number(reference + 4, 8);
        uint64_t wanted = number(reference + 12, 4);
        const unsigned char *text = (const unsigned char *)"";
        if (length > 0 || collection > 0) {
            if ((c.end == 0 || c.collection != collection) && !enter(image, collection, &c))
                return false;
            text = seek(image, &c, wanted, length);
            /* It may stand before what was read last. */
            if (text == NULL && enter(image, collection, &c))
                text = seek(image, &c, wanted, length);
        }
        if (text == NULL || !take(context, k, (const char *)text, (size_t)length))
            return false;
    }
    return true;
}

bool gg_h5_image_texts(const gg_h5_image *image, uint64_t at, size_t count, gg_h5_text_fn take,
                       void *context) {
    const unsigned char *references = gg_h5_image_numbers(image, at, count, REFERENCE);
    return references != NULL && gg_h5_image_follow(image, references, count, take, context);
}

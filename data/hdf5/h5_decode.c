/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * deflate, lzf, shuffle and fletcher32 undone, as HDF5's file format defines them, with every size
 * checked. zlib alone knows what deflate is.
 */
#include "data/hdf5/h5_dataset.h"

#include <zlib.h>

enum { CHECKSUM_BYTES = 4 };

static uint32_t fletcher32(const unsigned char *data, size_t size) {
    uint32_t low = 0, high = 0;
    for (size_t words = size / 2; words > 0;) {
        /* As many as cannot overflow. */
        size_t n = words < 360 ? words : 360;
        words -= n;
        for (; n > 0; n--, data += 2) {
            low += (uint32_t)data[0] << 8 | data[1];
            high += low;
        }
        low = (low & 0xffff) + (low >> 16);
        high = (high & 0xffff) + (high >> 16);
    }
    if (size % 2 != 0) {
        low += (uint32_t)data[0] << 8;
        high += low;
        low = (low & 0xffff) + (low >> 16);
        high = (high & 0xffff) + (high >> 16);
    }
    low = (low & 0xffff) + (low >> 16);
    high = (high & 0xffff) + (high >> 16);
    return high << 16 | low;
}

/* Before HDF5 1.6.3 the bytes of each half were stored the other way round. */
static bool has_checksum(const unsigned char *data, size_t size) {
    const unsigned char *c = data + size;
    uint32_t computed = fletcher32(data, size);
    uint32_t found = (uint32_t)c[3] << 24 | (uint32_t)c[2] << 16 | (uint32_t)c[1] << 8 | c[0];
    uint32_t swapped = (found & 0x00ff00ffu) << 8 | (found >> 8 & 0x00ff00ffu);
    return computed == found || computed == swapped;
}

/* Byte k of every element stands together: n elements of `width` bytes, then what is left over. */
static void unshuffle(const char *from, size_t size, size_t width, char *to) {
    size_t n = size / width;
    if (width == 2) {
        for (size_t i = 0; i < n; i++) {
            to[2 * i] = from[i];
            to[2 * i + 1] = from[n + i];
        }
    } else {
        for (size_t k = 0; k < width; k++)
            for (size_t i = 0; i < n; i++)
                to[i * width + k] = from[k * n + i];
    }
    for (size_t i = n * width; i < size; i++)
        to[i] = from[i];
}

/* Inflates into `room` bytes; false when the data are no zlib stream or need more. */
static bool inflate_all(const char *from, size_t size, char *to, size_t room, size_t *got) {
    uLongf length = (uLongf)room;
    if (uncompress((Bytef *)to, &length, (const Bytef *)from, (uLong)size) != Z_OK)
        return false;
    *got = (size_t)length;
    return true;
}

const char *gg__h5_decode(gg__h5_chunks *c, unsigned mask, size_t size, size_t element_size,
                          size_t chunk_bytes, const char **out) {
    const char *now = c->stored;
    char *next = c->decoded, *other = c->spare;
    for (int k = c->n_filters - 1; k >= 0; k--) {
        if (mask >> k & 1)
            continue;
        if (c->filter[k] == H5Z_FILTER_FLETCHER32) {
            if (size < CHECKSUM_BYTES)
                return "a chunk is too short";
            size -= CHECKSUM_BYTES;
            if (!has_checksum((const unsigned char *)now, size))
                return "the checksum of a chunk is wrong";
            continue;
        }
        if (c->filter[k] == H5Z_FILTER_DEFLATE) {
            if (!inflate_all(now, size, next, c->decoded_size, &size))
                return "a chunk cannot be decompressed";
        } else if (c->filter[k] == GG__H5_FILTER_LZF) {
            if (!gg__h5_lzf(now, size, next, c->decoded_size, &size))
                return "a chunk cannot be decompressed";
        } else {
            if (size > c->decoded_size)
                return "a chunk is too long";
            unshuffle(now, size, element_size, next);
        }
        char *previous = next;
        now = next;
        next = other;
        other = previous;
    }
    if (size != chunk_bytes)
        return size < chunk_bytes ? "a chunk is too short" : "a chunk is too long";
    *out = now;
    return NULL;
}

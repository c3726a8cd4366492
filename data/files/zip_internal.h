/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What zip_archive.c and zip_reader.c share.
 */
#ifndef GOAGAP_DATA_FILES_ZIP_INTERNAL_H
#define GOAGAP_DATA_FILES_ZIP_INTERNAL_H

#include "data/files/zip_archive.h"

struct gg_zip {
    char *path;
    int fd;
    uint64_t size;
    gg_zip_entry *entries;
    size_t count;
};

static inline uint16_t gg__get16(const unsigned char *b) {
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t gg__get32(const unsigned char *b) {
    return (uint32_t)gg__get16(b) | (uint32_t)gg__get16(b + 2) << 16;
}

static inline uint64_t gg__get64(const unsigned char *b) {
    return (uint64_t)gg__get32(b) | (uint64_t)gg__get32(b + 4) << 32;
}

#endif

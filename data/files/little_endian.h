/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole numbers as files have them, lowest byte first.
 */
#pragma once

#include <stdint.h>

static inline uint16_t gg__get16(const unsigned char *b) {
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t gg__get32(const unsigned char *b) {
    return (uint32_t)gg__get16(b) | (uint32_t)gg__get16(b + 2) << 16;
}

static inline uint64_t gg__get64(const unsigned char *b) {
    return (uint64_t)gg__get32(b) | (uint64_t)gg__get32(b + 4) << 32;
}

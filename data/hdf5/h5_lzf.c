/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * h5py's own compression "lzf" (filter 32000). The data are runs: a byte below 32 is followed by
 * one more than that many bytes as they are; another one, and the byte behind it (and one more
 * between them where its upper three bits are all set, for longer runs), say how far back to begin
 * copying, and how much.
 */
#include <string.h>

#include "data/hdf5/h5_dataset.h"

enum {
    LITERALS = 32,     /* first byte of what is not copied as it stands */
    LONG_RUN = 7,      /* a length that goes on in the next byte */
    SHORTEST_RUN = 2,  /* what a length is counted from */
    MAX_GROWTH = 88,   /* 3 bytes make 264 at most */
    CHUNK_SIZE_AT = 2, /* among the values h5py keeps with the filter */
    NAME_RUN = 264
};

bool gg__h5_lzf(const char *from, size_t size, char *to, size_t room, size_t *got) {
    const unsigned char *at = (const unsigned char *)from, *end = at + size;
    size_t done = 0;
    while (at < end) {
        size_t code = *at++, run = code + 1, back;
        if (code < LITERALS) {
            if ((size_t)(end - at) < run || room - done < run)
                return false;
            memcpy(to + done, at, run);
            at += run;
            done += run;
            continue;
        }
        run = code >> 5;
        if (run == LONG_RUN && at < end)
            run += *at++;
        if (at == end)
            return false;
        run += SHORTEST_RUN;
        back = ((code & 31) << 8 | *at++) + 1;
        if (back > done || room - done < run)
            return false;
        /* The run may reach into what it makes. */
        for (; run > 0; run--, done++)
            to[done] = to[done - back];
    }
    *got = done;
    return true;
}

/* For the library's own reading. Returns how many bytes there are, 0 on failure. */
static size_t undo(unsigned flags, size_t n_values, const unsigned values[], size_t size,
                   size_t *buffer_size, void **buffer) {
    size_t got = 0, room = size < SIZE_MAX / MAX_GROWTH ? MAX_GROWTH * size : 0;
    if ((flags & H5Z_FLAG_REVERSE) == 0 || size == 0)
        return 0;
    if (n_values > CHUNK_SIZE_AT && values[CHUNK_SIZE_AT] > 0 && values[CHUNK_SIZE_AT] < room)
        room = values[CHUNK_SIZE_AT];
    char *decoded = H5allocate_memory(room, false);
    if (decoded == NULL)
        return 0;
    if (!gg__h5_lzf(*buffer, size, decoded, room, &got) || got == 0) {
        H5free_memory(decoded);
        return 0;
    }
    H5free_memory(*buffer);
    *buffer = decoded;
    *buffer_size = room;
    return got;
}

void gg__h5_register_lzf(void) {
    static const H5Z_class2_t lzf = {.version = H5Z_CLASS_T_VERS,
                                     .id = GG__H5_FILTER_LZF,
                                     .encoder_present = 0,
                                     .decoder_present = 1,
                                     .name = "lzf",
                                     .filter = undo};
    if (H5Zfilter_avail(GG__H5_FILTER_LZF) <= 0)
        H5Zregister(&lzf);
}

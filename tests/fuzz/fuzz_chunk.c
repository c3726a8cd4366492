/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stored chunks: any bytes through any order of filters give a chunk of the right size or a reason.
 * The first three bytes choose filters, mask and size.
 */
#include <string.h>

#include "data/hdf5/h5_dataset.h"
#include "models/base/alloc.h"
#include "tests/fuzz/input.h"

enum { HEAD = 3, SUM_BYTES = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const size_t widths[] = {1, 2, 4, 8};
    static const int filters[] = {H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32,
                                  GG__H5_FILTER_LZF};
    if (size < HEAD)
        return 0;
    gg__h5_chunks c = {.n_filters = data[0] % 4};
    for (int k = 0; k < c.n_filters; k++)
        c.filter[k] = filters[data[0] >> 2 >> 2 * k & 3];
    size_t chunk_bytes = 64 * (size_t)data[2] + data[2] % 3, stored = size - HEAD;
    c.decoded_size = chunk_bytes + SUM_BYTES;
    c.stored = gg_alloc(stored, 1);
    c.decoded = gg_alloc(c.decoded_size, 1);
    c.spare = gg_alloc(c.decoded_size, 1);
    gg_fuzz_require(c.stored != NULL && c.decoded != NULL && c.spare != NULL, "out of memory");
    memcpy(c.stored, data + HEAD, stored);
    const char *out = NULL;
    const char *wrong =
        gg__h5_decode(&c, data[1] & 7u, stored, widths[data[1] >> 6], chunk_bytes, &out);
    unsigned sum = 0;
    for (size_t k = 0; wrong == NULL && k < chunk_bytes; k++)
        sum += (unsigned char)out[k];
    gg__h5_chunks_clear(&c);
    gg_fuzz_require(wrong == NULL || *wrong != '\0', "a refusal without a message");
    gg_fuzz_require(sum <= 255 * chunk_bytes, "a sum of other bytes");
    gg_fuzz_require_released();
    return 0;
}

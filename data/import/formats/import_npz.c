/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "data/import/import_arrays.h"

/* The first member tells: other programs write ZIP archives too. */
static bool recognises(const unsigned char *head, size_t size, const char *path) {
    (void)path;
    if (size < 30 || memcmp(head, "PK\3\4", 4) != 0)
        return false;
    size_t length = (size_t)head[26] | (size_t)head[27] << 8;
    return length >= 4 && length <= size - 30 && memcmp(head + 30 + length - 4, ".npy", 4) == 0;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    return gg_import_arrays(job, gg_npz_store_open, err);
}

const gg_importer gg_importer_npz = {
    .name = "npz",
    .summary = "NumPy archive (numpy.savez, savez_compressed)",
    .recognises = recognises,
    .run = run,
};

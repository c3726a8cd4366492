/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "data/import/import_arrays.h"

static bool ends_in(const char *path, const char *ending) {
    size_t n = strlen(path), m = strlen(ending);
    return n >= m && strcmp(path + n - m, ending) == 0;
}

/* A length of eight bytes that is no length of a large header, then JSON. */
static bool recognises(const unsigned char *head, size_t size, const char *path) {
    if (ends_in(path, ".safetensors.index.json"))
        return true;
    return size >= 10 && head[8] == '{' && head[4] == 0 && head[5] == 0 && head[6] == 0 &&
           head[7] == 0;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    return gg_import_arrays(job, gg_safetensors_store_open, err);
}

const gg_importer gg_importer_safetensors = {
    .name = "safetensors",
    .summary = "tensors of Hugging Face, one file or an index of shards",
    .recognises = recognises,
    .run = run,
};

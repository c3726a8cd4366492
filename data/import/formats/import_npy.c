/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/files/npy.h"
#include "data/import/import_arrays.h"

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    (void)path;
    return gg_npy_recognises(head, size);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    if (job->options->logits != NULL)
        return gg_fail(err, GG_E_USAGE,
                       "an NPY file holds one array, which has no name: no --logits");
    return gg_import_arrays(job, gg_npy_store_open, err);
}

const gg_importer gg_importer_npy = {
    .name = "npy",
    .summary = "NumPy array (numpy.save)",
    .recognises = recognises,
    .run = run,
};

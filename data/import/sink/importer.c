/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/sink/importer.h"

#include <sys/stat.h>

uint64_t gg_import_source_bytes(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
}

void gg_import_progress(const gg_import_job *job, uint64_t bytes) {
    if (job->hooks->progress != NULL)
        job->hooks->progress(job->hooks->context, job->done_bytes + bytes, job->total_bytes);
}

void gg_import_source_done(gg_import_job *job, uint64_t bytes) {
    job->done_bytes += bytes;
    gg_import_sink_next_source(job->sink);
    gg_import_progress(job, 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/import.h"

gg_status gg_import(const gg_importer *importer, const char *const *sources, size_t n_sources,
                    const char *output, const gg_import_options *options,
                    const gg_import_hooks *hooks, gg_import_counts *counts, gg_error *err) {
    static const gg_import_hooks silent = {0};
    gg_import_job job = {.options = options,
                         .sources = sources,
                         .n_sources = n_sources,
                         .hooks = hooks != NULL ? hooks : &silent};
    if (importer == NULL)
        GG_TRY(gg_importer_recognise(sources[0], &importer, err));
    GG_TRY(gg_import_sink_new(output, options, job.hooks, &job.sink, err));
    for (size_t k = 0; k < n_sources; k++)
        job.total_bytes += gg_import_source_bytes(sources[k]);
    gg_status status = importer->run(&job, err);
    if (status == GG_OK)
        return gg_import_sink_finish(job.sink, importer->name, counts, err);
    gg_import_sink_abort(job.sink);
    return status;
}

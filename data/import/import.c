/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of importers, and the one way to run any of them.
 */
#include "data/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "data/import/import_sink.h"

#define GG_IMPORTER(name) extern const gg_importer gg_importer_##name;
#include "data/import/import_list.def"
#undef GG_IMPORTER

static const gg_importer *const importers[] = {
#define GG_IMPORTER(name) &gg_importer_##name,
#include "data/import/import_list.def"
#undef GG_IMPORTER
};

enum { N_IMPORTERS = sizeof importers / sizeof *importers };

const gg_importer *const *gg_importers(size_t *count) {
    *count = N_IMPORTERS;
    return importers;
}

static void list_names(char *text, size_t size) {
    size_t used = 0;
    for (size_t k = 0; k < N_IMPORTERS && used < size; k++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", k > 0 ? ", " : "",
                                 importers[k]->name);
}

const gg_importer *gg_importer_find(const char *name, gg_error *err) {
    char known[256] = "";
    for (size_t k = 0; k < N_IMPORTERS; k++)
        if (strcmp(name, importers[k]->name) == 0)
            return importers[k];
    list_names(known, sizeof known);
    gg_fail(err, GG_E_USAGE, "unknown format \"%.60s\"; known: %s", name, known);
    return NULL;
}

gg_status gg_importer_recognise(const char *path, const gg_importer **out, gg_error *err) {
    unsigned char head[GG_IMPORT_HEAD_BYTES] = {0};
    char known[256] = "";
    struct stat info;
    *out = NULL;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    size_t size = fread(head, 1, sizeof head, file);
    int failed = ferror(file);
    fclose(file);
    if (failed)
        return gg_fail(err, GG_E_IO, "%s: cannot be read", path);
    for (size_t k = 0; k < N_IMPORTERS && *out == NULL; k++)
        if (importers[k]->recognises(head, size, path))
            *out = importers[k];
    if (*out != NULL)
        return GG_OK;
    list_names(known, sizeof known);
    return gg_fail(err, GG_E_INPUT, "%s: %s; --from FORMAT says what it is, one of %s", path,
                   size == 0 ? "is empty" : "is of no format that can be told from its content",
                   known);
}

/* ---- options ---- */

gg_import_options gg_import_options_init(void) {
    return (gg_import_options){.side = GG_SLM};
}

static const char *const value_names[GG_N_IMPORT_VALUES] = {
    [GG_VALUES_DEFAULT] = "default",
    [GG_VALUES_LOGITS] = "logits",
    [GG_VALUES_LOGPROBS] = "logprobs",
    [GG_VALUES_PROBS] = "probs",
};

static const char *const axes_names[GG_N_IMPORT_AXES] = {
    [GG_AXES_DEFAULT] = "default", [GG_AXES_V] = "V",       [GG_AXES_TV] = "T,V",
    [GG_AXES_BTV] = "B,T,V",       [GG_AXES_TBV] = "T,B,V", [GG_AXES_BV] = "B,V",
};

const char *gg_import_values_name(gg_import_values values) {
    return value_names[values];
}

const char *gg_import_axes_name(gg_import_axes axes) {
    return axes_names[axes];
}

gg_status gg_import_values_parse(const char *name, gg_import_values *values, gg_error *err) {
    for (int k = GG_VALUES_DEFAULT + 1; k < GG_N_IMPORT_VALUES; k++)
        if (strcmp(name, value_names[k]) == 0) {
            *values = (gg_import_values)k;
            return GG_OK;
        }
    return gg_fail(err, GG_E_USAGE, "values \"%.40s\" are not logits, logprobs or probs", name);
}

gg_status gg_import_axes_parse(const char *name, gg_import_axes *axes, gg_error *err) {
    for (int k = GG_AXES_DEFAULT + 1; k < GG_N_IMPORT_AXES; k++)
        if (strcmp(name, axes_names[k]) == 0) {
            *axes = (gg_import_axes)k;
            return GG_OK;
        }
    return gg_fail(err, GG_E_USAGE, "axes \"%.40s\" are not V, T,V, B,V, B,T,V or T,B,V", name);
}

gg_status gg_import_dtype_parse(const char *name, gg_dtype *dtype, gg_error *err) {
    static const char *const short_names[GG_N_DTYPES] = {"f16", "bf16", "f32", "f64"};
    for (int k = 0; k < GG_N_DTYPES; k++)
        if (strcmp(name, short_names[k]) == 0 || strcmp(name, gg_dtype_name((gg_dtype)k)) == 0) {
            *dtype = (gg_dtype)k;
            return GG_OK;
        }
    return gg_fail(err, GG_E_USAGE, "dtype \"%.40s\" is not f16, bf16, f32 or f64", name);
}

/* ---- running ---- */

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
    gg_import_progress(job, 0);
}

gg_status gg_import(const gg_importer *importer, const char *const *sources, size_t n_sources,
                    const char *output, const gg_import_options *options,
                    const gg_import_hooks *hooks, gg_import_counts *counts, gg_error *err) {
    static const gg_import_hooks silent = {0};
    gg_import_job job = {.options = options,
                         .sources = sources,
                         .n_sources = n_sources,
                         .hooks = hooks != NULL ? hooks : &silent};
    gg_status status = GG_OK;
    if (importer == NULL)
        status = gg_importer_recognise(sources[0], &importer, err);
    if (status == GG_OK)
        status = gg_import_sink_new(output, options, job.hooks, &job.sink, err);
    if (status != GG_OK)
        return status;
    for (size_t k = 0; k < n_sources; k++)
        job.total_bytes += gg_import_source_bytes(sources[k]);
    status = importer->run(&job, err);
    if (status != GG_OK) {
        gg_import_sink_abort(job.sink);
        return status;
    }
    return gg_import_sink_finish(job.sink, importer->name, counts, err);
}

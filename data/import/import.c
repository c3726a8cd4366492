/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of importers, which of them a name or a file means, and their run.
 */
#include "data/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "data/import/foreign_file.h"
#include "data/text/text_source.h"

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

/* Behind a byte order mark, if there is one. */
static char *skip_mark(char *text) {
    return strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
}

static bool has_key(const char *text, const char *key) {
    char quoted[64];
    size_t n = (size_t)snprintf(quoted, sizeof quoted, "\"%s\"", key);
    for (const char *at = text; (at = strstr(at, quoted)) != NULL; at++)
        if (at[n + strspn(at + n, " \t\r\n")] == ':')
            return true;
    return false;
}

/* Without the blanks that writers of JSON put where they like. */
static void squeeze(char *text) {
    char *to = text;
    for (; *text != '\0'; text++)
        if (strchr(" \t\r\n", *text) == NULL)
            *to++ = *text;
    *to = '\0';
}

static bool shows_json(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    char text[4 * GG_IMPORT_HEAD_BYTES];
    gg_text_head(head, size, text, sizeof text);
    const char *start = skip_mark(text);
    start += strspn(start, " \t\r\n");
    bool events = strncmp(start, "data:", 5) == 0 || strncmp(start, "event:", 6) == 0 ||
                  strncmp(start, "id:", 3) == 0 || start[0] == ':';
    if (start[0] != '{' && start[0] != '[' && !events)
        return false;
    for (const char *const *key = signs->keys; *key != NULL; key++)
        if (has_key(text, *key))
            return true;
    for (const char *const *key = signs->unless; *key != NULL; key++)
        if (has_key(text, *key))
            return false;
    squeeze(text);
    for (const char *const *sign = signs->texts; *sign != NULL; sign++)
        if (strstr(text, *sign) != NULL)
            return true;
    const char *const *both = signs->together;
    while (*both != NULL && has_key(text, *both))
        both++;
    return both > signs->together && *both == NULL;
}

static bool is_column(const gg_head_signs *signs, const char *field) {
    for (const char *const *name = signs->columns; *name != NULL; name++)
        if (strcmp(field, *name) == 0)
            return true;
    return false;
}

static bool shows_column(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    char text[2 * GG_IMPORT_HEAD_BYTES];
    gg_text_head(head, size, text, sizeof text);
    char *line = skip_mark(text);
    line[strcspn(line, "\r\n")] = '\0';
    for (char *field = line, *comma; field != NULL; field = comma) {
        comma = strchr(field, ',');
        if (comma != NULL)
            *comma++ = '\0';
        size_t n = strlen(field);
        if (n >= 2 && field[0] == '"' && field[n - 1] == '"') {
            field[n - 1] = '\0';
            field++;
        }
        if (is_column(signs, field))
            return true;
    }
    return false;
}

static bool shows(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    bool any = signs->keys[0] != NULL || signs->texts[0] != NULL || signs->together[0] != NULL;
    return (any && shows_json(signs, head, size)) ||
           (signs->columns[0] != NULL && shows_column(signs, head, size));
}

static gg_status read_head(const char *path, unsigned char head[GG_IMPORT_HEAD_BYTES], size_t *size,
                           gg_error *err) {
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    *size = fread(head, 1, GG_IMPORT_HEAD_BYTES, file);
    int failed = ferror(file);
    fclose(file);
    return failed ? gg_fail(err, GG_E_IO, "%s: cannot be read", path) : GG_OK;
}

gg_status gg_importer_recognise(const char *path, const gg_importer **out, gg_error *err) {
    unsigned char head[GG_IMPORT_HEAD_BYTES] = {0};
    char known[256] = "";
    size_t size = 0;
    *out = NULL;
    GG_TRY(read_head(path, head, &size, err));
    GG_TRY(gg_refuse_foreign(path, head, size, err));
    for (size_t k = 0; k < N_IMPORTERS; k++) {
        const gg_importer *i = importers[k];
        bool is_its =
            i->recognises != NULL ? i->recognises(head, size, path) : shows(&i->signs, head, size);
        if (is_its) {
            *out = i;
            return GG_OK;
        }
    }
    if (size > 2 && head[0] == 0x1f && head[1] == 0x8b)
        return gg_fail(
            err, GG_E_INPUT,
            "%s: is compressed with gzip, and holds no text that is known; arrays are read "
            "unpacked: gzip -dk %s",
            path, path);
    list_names(known, sizeof known);
    return gg_fail(err, GG_E_INPUT, "%s: %s; --from FORMAT says what it is, one of %s", path,
                   size == 0 ? "is empty" : "is of no format that can be told from its content",
                   known);
}

/* Whatever format was asked for. What can be read once only is left to the importer. */
static gg_status check_sources(const gg_import_job *job, gg_error *err) {
    for (size_t k = 0; k < job->n_sources; k++) {
        unsigned char head[GG_IMPORT_HEAD_BYTES];
        size_t size = 0;
        if (gg_import_source_bytes(job->sources[k]) == 0)
            continue;
        GG_TRY(read_head(job->sources[k], head, &size, err));
        GG_TRY(gg_refuse_foreign(job->sources[k], head, size, err));
    }
    return GG_OK;
}

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
    if (options->models != NULL && strcmp(importer->name, "router-bench") != 0)
        return gg_fail(err, GG_E_USAGE, "%s: is of format %s, which has no models to choose",
                       sources[0], importer->name);
    GG_TRY(check_sources(&job, err));
    GG_TRY(gg_import_sink_new(output, options, job.hooks, &job.sink, err));
    gg_import_sink_sources(job.sink, sources, n_sources);
    for (size_t k = 0; k < n_sources; k++)
        job.total_bytes += gg_import_source_bytes(sources[k]);
    job.importer = importer;
    gg_status status = importer->run(&job, err);
    if (status == GG_OK)
        return gg_import_sink_finish(job.sink, importer->name, counts, err);
    gg_import_sink_abort(job.sink);
    return status;
}

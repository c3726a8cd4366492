/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of importers, which of them a name or a file means, and their run.
 */
#include "data/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "data/import/finish/import_finish.h"
#include "data/import/foreign_file.h"
#include "models/base/alloc.h"
#include "models/text/csv_dialect.h"
#include "models/text/text_source.h"

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
        if (strcasecmp(field, *name) == 0)
            return true;
    return false;
}

static bool shows_column(const gg_head_signs *signs, const unsigned char *head, size_t size) {
    char text[2 * GG_IMPORT_HEAD_BYTES];
    size_t n = gg_text_head(head, size, text, sizeof text), skipped;
    char *line = skip_mark(text);
    char separator = gg__csv_separator(line, n - (size_t)(line - text), &skipped);
    for (line += skipped; *(line += strspn(line, " \t\r\n")) == '#';)
        line += strcspn(line, "\r\n");
    line[strcspn(line, "\r\n")] = '\0';
    for (char *field = line, *end; field != NULL; field = end) {
        end = separator != '\0' ? strchr(field, separator) : NULL;
        if (end != NULL)
            *end++ = '\0';
        field += strspn(field, " \t\"");
        size_t length = strlen(field);
        while (length > 0 && strchr(" \t\"", field[length - 1]) != NULL)
            field[--length] = '\0';
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

/* As people sort: runs of digits by their numbers. */
static int compare_natural(const void *left, const void *right) {
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    const char *whole_a = a, *whole_b = b;
    while (*a != '\0' && *b != '\0') {
        size_t n = strspn(a, "0123456789"), m = strspn(b, "0123456789");
        if (n == 0 || m == 0) {
            if (*a != *b)
                break;
            a++;
            b++;
            continue;
        }
        size_t zeros_a = strspn(a, "0"), zeros_b = strspn(b, "0");
        size_t digits_a = n - zeros_a, digits_b = m - zeros_b;
        int order = digits_a != digits_b ? (digits_a > digits_b) - (digits_a < digits_b)
                                         : memcmp(a + zeros_a, b + zeros_b, digits_a);
        if (order != 0)
            return order;
        a += n;
        b += m;
    }
    int order = (unsigned char)*a - (unsigned char)*b;
    return order != 0 ? order : strcmp(whole_a, whole_b);
}

static gg_status read_head(const char *path, unsigned char head[GG_IMPORT_HEAD_BYTES], size_t *size,
                           gg_error *err) {
    struct stat info = {0};
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))
        return gg_fail(err, GG_E_USAGE,
                       "%s: is a pipe, of which telling its format would lose the beginning: name "
                       "the format",
                       path);
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

/* Sources sorted as a shell sorts "q*.npy", "q10" before "q2", in the order of their numbers; every
 * other order is somebody's choice. `sorted` has room for all. Returns whether it differs. */
static bool sort_as_numbers(const char *const *sources, size_t n, const char **sorted) {
    memcpy(sorted, sources, n * sizeof *sorted);
    for (size_t k = 1; k < n; k++)
        if (strcmp(sources[k - 1], sources[k]) >= 0)
            return false;
    qsort(sorted, n, sizeof *sorted, compare_natural);
    return memcmp(sorted, sources, n * sizeof *sorted) != 0;
}

static gg_status run_job(gg_import_job *job, const char *output, bool natural,
                         gg_import_counts *counts, gg_error *err) {
    if (job->importer == NULL)
        GG_TRY(gg_importer_recognise(job->sources[0], &job->importer, err));
    if (job->options->models != NULL && strcmp(job->importer->name, "router-bench") != 0)
        return gg_fail(err, GG_E_USAGE, "%s: is of format %s, which has no models to choose",
                       job->sources[0], job->importer->name);
    GG_TRY(check_sources(job, err));
    GG_TRY(gg_import_sink_new(output, job->options, job->hooks, &job->sink, err));
    for (size_t k = 0; k < job->n_sources; k++)
        job->total_bytes += gg_import_source_bytes(job->sources[k]);
    gg_import_sink_sources(job->sink, job->sources, job->n_sources);
    gg_import_sink_counts(job->sink)->natural_order = natural;
    gg_status status = job->importer->run(job, err);
    if (status == GG_OK)
        return gg_import_sink_finish(job->sink, job->importer->name, counts, err);
    gg_import_sink_abort(job->sink);
    return status;
}

gg_status gg_import(const gg_importer *importer, const char *const *sources, size_t n_sources,
                    const char *output, const gg_import_options *options,
                    const gg_import_hooks *hooks, gg_import_counts *counts, gg_error *err) {
    static const gg_import_hooks silent = {0};
    const char **sorted = gg_alloc(n_sources, sizeof *sorted);
    GG_NEED(sorted, err, "%s: out of memory", output);
    bool natural = sort_as_numbers(sources, n_sources, sorted);
    gg_import_job job = {.importer = importer,
                         .options = options,
                         .sources = sorted,
                         .n_sources = n_sources,
                         .hooks = hooks != NULL ? hooks : &silent};
    gg_status status = run_job(&job, output, natural, counts, err);
    gg_free(sorted);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of importers, and which of them a name or a file means.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "data/import/import.h"

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
    for (size_t k = 0; k < N_IMPORTERS; k++) {
        const gg_importer *i = importers[k];
        bool is_its = i->recognises != NULL ? i->recognises(head, size, path)
                                            : gg_head_shows(&i->signs, head, size);
        if (is_its) {
            *out = i;
            return GG_OK;
        }
    }
    list_names(known, sizeof known);
    return gg_fail(err, GG_E_INPUT, "%s: %s; --from FORMAT says what it is, one of %s", path,
                   size == 0 ? "is empty" : "is of no format that can be told from its content",
                   known);
}

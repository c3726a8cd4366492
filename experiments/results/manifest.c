/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/results.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "experiments/output/json_file.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

gg_status gg_manifest_add(gg_manifest *manifest, const char *key, const char *value,
                          gg_error *err) {
    gg_manifest_entry entry = {gg_strdup(key), gg_strdup(value)};
    gg_manifest_entry *grown =
        gg_grow(manifest->entries, manifest->count, sizeof *manifest->entries);
    if (grown != NULL)
        manifest->entries = grown;
    if (entry.key == NULL || entry.value == NULL || grown == NULL) {
        gg_free(entry.key);
        gg_free(entry.value);
        return gg_fail(err, GG_E_NOMEM, "manifest: out of memory");
    }
    manifest->entries[manifest->count++] = entry;
    return GG_OK;
}

const char *gg_manifest_get(const gg_manifest *manifest, const char *key) {
    for (size_t k = 0; k < manifest->count; k++)
        if (strcmp(manifest->entries[k].key, key) == 0)
            return manifest->entries[k].value;
    return NULL;
}

void gg_manifest_clear(gg_manifest *manifest) {
    for (size_t k = 0; k < manifest->count; k++) {
        gg_free(manifest->entries[k].key);
        gg_free(manifest->entries[k].value);
    }
    gg_free(manifest->entries);
    *manifest = (gg_manifest){0};
}

static gg_status no_memory(const char *folder, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: manifest: out of memory", folder);
}

/* All values are texts: what reads them back needs no types. NULL when memory is short. */
static json_t *make_object(const gg_manifest *manifest, size_t shard, size_t shards) {
    char text[64];
    int failed = 0;
    json_t *object = json_object();
    for (size_t k = 0; k < manifest->count; k++)
        failed |= json_object_set_new(object, manifest->entries[k].key,
                                      gg_json_of_text(manifest->entries[k].value));
    snprintf(text, sizeof text, "%zu/%zu", shard + 1, shards);
    failed |= json_object_set_new(object, "shard", json_string(text));
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0)
        failed |= json_object_set_new(object, "started", json_string(text));
    if (!failed)
        return object;
    json_decref(object);
    return NULL;
}

gg_status gg_manifest_write_json(const gg_manifest *manifest, const char *folder, size_t shard,
                                 size_t shards, gg_error *err) {
    char name[64] = "manifest.json";
    gg_outfile *out;
    FILE *stream;
    if (shards > 1)
        snprintf(name, sizeof name, "manifest-%zu-of-%zu.json", shard + 1, shards);
    char *path = gg_path_in(folder, name);
    json_t *object = make_object(manifest, shard, shards);
    gg_status status = path != NULL && object != NULL ? GG_OK : no_memory(folder, err);
    if (status == GG_OK)
        status = gg_outfile_open(path, &out, &stream, err);
    if (status == GG_OK) {
        json_dumpf(object, stream, JSON_INDENT(2));
        fputc('\n', stream);
        status = gg_outfile_commit(out, err);
    }
    json_decref(object);
    gg_free(path);
    return status;
}

static int is_manifest(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return strncmp(entry->d_name, "manifest", 8) == 0 && length > 12 &&
           strcmp(entry->d_name + length - 5, ".json") == 0;
}

static gg_status take_file(const char *path, gg_manifest *out, gg_error *err) {
    json_error_t problem;
    const char *key;
    json_t *value;
    json_t *object = json_load_file(path, 0, &problem);
    gg_status status = GG_OK;
    if (object == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: line %d: %s", path, problem.line, problem.text);
    json_object_foreach(object, key, value) if (status == GG_OK && json_is_string(value)) status =
        gg_manifest_add(out, key, json_string_value(value), err);
    json_decref(object);
    return status;
}

gg_status gg_manifest_read_json(const char *folder, gg_manifest *out, size_t *n_found,
                                gg_error *err) {
    struct dirent **entries = NULL;
    gg_status status = GG_OK;
    *out = (gg_manifest){0};
    int found = scandir(folder, &entries, is_manifest, alphasort);
    if (found < 0)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", folder, strerror(errno));
    *n_found = (size_t)found;
    if (found > 0) {
        char *path = gg_path_in(folder, entries[0]->d_name);
        status = path != NULL ? take_file(path, out, err) : no_memory(folder, err);
        gg_free(path);
    }
    for (int k = 0; k < found; k++)
        free(entries[k]);
    free(entries);
    if (status != GG_OK)
        gg_manifest_clear(out);
    return status;
}

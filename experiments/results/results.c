/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/results.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/text/intern.h"

void gg_row_fail(gg_row *row, const char *reason) {
    row->failure = gg_intern(reason, strnlen(reason, GG_ROW_REASON - 1), NULL);
    if (row->failure == NULL)
        row->failure = "out of memory";
}

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

void gg_results_free(gg_results *results) {
    if (results == NULL)
        return;
    gg_manifest_clear(&results->manifest);
    gg_free(results->rows);
    gg_free(results->offsets);
    gg_free(results->units);
    gg_free(results->assignment);
    gg_free(results);
}

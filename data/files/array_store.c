/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/files/array_store.h"

#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

gg_status gg_array_store_new(const char *path, gg_array_store **out, gg_error *err) {
    gg_array_store *s = *out = gg_alloc(1, sizeof *s);
    if (s != NULL && (s->path = gg_strdup(path)) != NULL)
        return GG_OK;
    gg_free(s);
    *out = NULL;
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
}

gg_status gg_array_store_opened(gg_status status, gg_array_store **out) {
    if (status != GG_OK) {
        gg_array_store_close(*out);
        *out = NULL;
    }
    return status;
}

gg_status gg_array_store_add(gg_array_store *s, const char *name, gg_error *err) {
    bool is_full = s->count == 0 || (s->count >= 8 && (s->count & (s->count - 1)) == 0);
    if (is_full) {
        size_t room = s->count < 8 ? 8 : 2 * s->count;
        char **names = gg_realloc(s->names, s->count, room, sizeof *names);
        if (names == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", s->path);
        s->names = names;
    }
    char *copy = gg_strdup(name);
    if (copy == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", s->path);
    s->names[s->count++] = copy;
    return GG_OK;
}

void gg_array_store_close(gg_array_store *s) {
    if (s == NULL)
        return;
    if (s->close != NULL)
        s->close(s);
    for (size_t k = 0; k < s->count; k++)
        gg_free(s->names[k]);
    gg_free(s->names);
    gg_free(s->path);
    gg_free(s);
}

static const char *without_slash(const char *name) {
    return name + (*name == '/');
}

long gg_array_store_find(const gg_array_store *s, const char *name) {
    for (size_t k = 0; k < s->count; k++)
        if (strcmp(without_slash(s->names[k]), without_slash(name)) == 0)
            return (long)k;
    return GG_NO_ARRAY;
}

long gg_array_store_find_beside(const gg_array_store *s, size_t beside, const char *name) {
    const char *known = without_slash(s->names[beside]);
    const char *last = strrchr(known, '/');
    if (last == NULL)
        last = strrchr(known, '.');
    size_t folder = last == NULL ? 0 : (size_t)(last + 1 - known);
    for (size_t k = 0; k < s->count; k++) {
        const char *other = without_slash(s->names[k]);
        if (strncmp(other, known, folder) == 0 && strcmp(other + folder, name) == 0)
            return (long)k;
    }
    return GG_NO_ARRAY;
}

void gg_array_store_list(const gg_array_store *s, char *text, size_t size) {
    size_t used = 0;
    snprintf(text, size, "no arrays");
    for (size_t k = 0; k < s->count; k++) {
        if (used + strlen(s->names[k]) + 8 > size) {
            snprintf(text + used, size - used, "%s", ", ...");
            return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", k > 0 ? ", " : "", s->names[k]);
    }
}

void gg_array_store_place(const gg_array_store *s, size_t k, char place[GG_ARRAY_PLACE_SIZE]) {
    snprintf(place, GG_ARRAY_PLACE_SIZE, "%.170s: %.80s", s->path, s->names[k]);
}

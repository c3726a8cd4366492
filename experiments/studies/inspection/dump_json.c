/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/inspection/inspect.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/output/json_file.h"
#include "models/base/shown.h"

/* Follows "/key/key"; NULL where a key leads nowhere. */
static const json_t *follow(const json_t *value, const char *path) {
    while (*path == '/')
        path++;
    while (value != NULL && *path != '\0') {
        char key[128];
        size_t length = strcspn(path, "/");
        if (length >= sizeof key)
            return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        value = json_object_get(value, key);
        path += length + (path[length] == '/');
    }
    return value;
}

static gg_status print_plain(const json_t *value, FILE *stream, gg_error *err) {
    if (json_is_string(value)) {
        gg_put_shown(stream, json_string_value(value));
        return GG_OK;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    if (text == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory printing a value");
    fputs(text, stream);
    free(text);
    return GG_OK;
}

static gg_status print_row(const json_t *row, FILE *stream, gg_error *err) {
    gg_status status = GG_OK;
    size_t k;
    const json_t *element;
    if (!json_is_array(row))
        status = print_plain(row, stream, err);
    json_array_foreach(row, k, element) {
        if (k > 0)
            fputc(' ', stream);
        if (status == GG_OK)
            status = print_plain(element, stream, err);
    }
    fputc('\n', stream);
    return status;
}

gg_status gg_dump_json(const char *file, const char *path, FILE *stream, gg_error *err) {
    json_t *root = NULL;
    gg_status status = GG_OK;
    GG_TRY(gg_json_load(file, &root, err));
    const json_t *value = follow(root, path);
    if (value == NULL)
        status = gg_fail(err, GG_E_INPUT, "%s: %s: there is no such value", file, path);
    else if (json_is_object(value))
        status = gg_fail(err, GG_E_INPUT, "%s: %s: is an object, not a list of rows", file, path);
    else if (!json_is_array(value))
        status = print_row(value, stream, err);
    size_t k;
    const json_t *row;
    json_array_foreach(value, k, row) {
        if (status == GG_OK)
            status = print_row(row, stream, err);
    }
    json_decref(root);
    return status;
}

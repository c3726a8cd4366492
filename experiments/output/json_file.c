/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/json_file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/shown.h"

json_t *gg_json_of_number(double value) {
    if (isnan(value))
        return json_null();
    if (isinf(value))
        return json_string(value > 0.0 ? "inf" : "-inf");
    return json_real(value);
}

json_t *gg_json_of_count(size_t value) {
    return json_integer((json_int_t)value);
}

json_t *gg_json_of_text(const char *text) {
    json_t *value = json_string(text);
    char *shown = NULL;
    size_t size;
    FILE *stream = value == NULL ? open_memstream(&shown, &size) : NULL;
    if (stream == NULL)
        return value;
    gg_put_shown(stream, text);
    if (fclose(stream) == 0)
        value = json_string(shown);
    free(shown);
    return value;
}

gg_status gg_json_load(const char *path, json_t **root, gg_error *err) {
    *root = NULL;
    struct stat info;
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (fstat(fileno(stream), &info) == 0 && S_ISDIR(info.st_mode)) {
        fclose(stream);
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    }
    json_error_t problem;
    *root = json_loadf(stream, JSON_REJECT_DUPLICATES, &problem);
    fclose(stream);
    if (*root != NULL)
        return GG_OK;
    if (json_error_code(&problem) == json_error_out_of_memory)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    return gg_fail(err, GG_E_INPUT, "%s: line %d column %d: %s", path, problem.line, problem.column,
                   problem.text);
}

json_t *gg_json_of_decision(const int32_t *server, size_t n) {
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(array, json_integer(server[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

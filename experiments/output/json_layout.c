/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/json_layout.h"

#include <stdbool.h>
#include <stdlib.h>

static const size_t FLAGS = JSON_ENCODE_ANY | JSON_REAL_PRECISION(17);

/* Texts longer than this get a line of their own in an array. */
enum { LONG_TEXT = 200 };

static bool is_plain(const json_t *value) {
    return !json_is_object(value) && !json_is_array(value);
}

static bool fits_a_line(const json_t *value) {
    size_t k;
    json_t *element;
    if (json_is_object(value))
        return false;
    json_array_foreach(value, k, element) {
        if (!is_plain(element) || json_string_length(element) > LONG_TEXT)
            return false;
    }
    return true;
}

static bool write_plain(const json_t *value, FILE *stream) {
    char *text = json_dumps(value, FLAGS);
    if (text != NULL)
        fputs(text, stream);
    free(text);
    return text != NULL;
}

static bool write_value(const json_t *value, size_t depth, FILE *stream);

static void start_line(bool first, size_t depth, FILE *stream) {
    fprintf(stream, "%s\n%*s", first ? "" : ",", (int)(2 * depth), "");
}

static bool write_array(const json_t *array, size_t depth, FILE *stream) {
    bool written = true;
    size_t k;
    json_t *element;
    fputc('[', stream);
    json_array_foreach(array, k, element) {
        start_line(k == 0, depth + 1, stream);
        written = written && write_value(element, depth + 1, stream);
    }
    start_line(true, depth, stream);
    fputc(']', stream);
    return written;
}

static bool write_object(json_t *object, size_t depth, FILE *stream) {
    bool written = true, first = true;
    const char *key;
    json_t *element;
    fputc('{', stream);
    json_object_foreach(object, key, element) {
        json_t *name = json_string(key);
        start_line(first, depth + 1, stream);
        written = written && write_plain(name, stream);
        json_decref(name);
        fputs(": ", stream);
        written = written && write_value(element, depth + 1, stream);
        first = false;
    }
    start_line(true, depth, stream);
    fputc('}', stream);
    return written;
}

static bool write_value(const json_t *value, size_t depth, FILE *stream) {
    if (is_plain(value) || fits_a_line(value))
        return write_plain(value, stream);
    return json_is_array(value) ? write_array(value, depth, stream)
                                : write_object((json_t *)value, depth, stream);
}

gg_status gg_json_write(const json_t *value, FILE *stream, gg_error *err) {
    bool written = write_value(value, 0, stream);
    fputc('\n', stream);
    return written ? GG_OK : gg_fail(err, GG_E_NOMEM, "out of memory writing JSON");
}

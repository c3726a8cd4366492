/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/json_place.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/text/json_repair.h"

gg_json_place gg_json_root(const json_t *value, const char *file, size_t line) {
    return (gg_json_place){.value = value, .file = file, .line = line};
}

gg_json_place gg_json_key(const gg_json_place *at, const char *key) {
    return (gg_json_place){.value = json_object_get(at->value, key), .parent = at, .key = key};
}

gg_json_place gg_json_any_key(const gg_json_place *at, const char *const *keys) {
    for (size_t k = 0; keys[k] != NULL; k++) {
        gg_json_place child = gg_json_key(at, keys[k]);
        if (gg_json_given(&child))
            return child;
    }
    return gg_json_key(at, keys[0]);
}

gg_json_place gg_json_item(const gg_json_place *at, size_t index) {
    return (gg_json_place){.value = json_array_get(at->value, index), .parent = at, .index = index};
}

bool gg_json_given(const gg_json_place *at) {
    return at->value != NULL && !json_is_null(at->value);
}

size_t gg_json_count(const gg_json_place *at) {
    return json_array_size(at->value);
}

enum { PATH_SIZE = 200, DEEPEST = 16 };

static void describe(const gg_json_place *at, char text[PATH_SIZE], const gg_json_place **root) {
    const gg_json_place *chain[DEEPEST];
    size_t depth = 0, used = 0;
    for (; at->parent != NULL; at = at->parent)
        if (depth < DEEPEST)
            chain[depth++] = at;
    *root = at;
    text[0] = '\0';
    while (depth > 0 && used < PATH_SIZE) {
        const gg_json_place *step = chain[--depth];
        int n = step->key != NULL ? snprintf(text + used, PATH_SIZE - used, "%s%.60s",
                                             used > 0 ? "." : "", step->key)
                                  : snprintf(text + used, PATH_SIZE - used, "[%zu]", step->index);
        used += n > 0 ? (size_t)n : 0;
    }
}

gg_status gg_json_refuse(const gg_json_place *at, gg_error *err, const char *format, ...) {
    char path[PATH_SIZE], reason[300];
    const gg_json_place *root;
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    describe(at, path, &root);
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s%s%s", root->file, root->line, path,
                   path[0] != '\0' ? ": " : "", reason);
}

void gg_json_prefix(const gg_json_place *at, gg_error *err) {
    char path[PATH_SIZE], context[PATH_SIZE + 300];
    const gg_json_place *root;
    describe(at, path, &root);
    snprintf(context, sizeof context, "%.200s:%zu%s%s", root->file, root->line,
             path[0] != '\0' ? ": " : "", path);
    gg_error_prefix(err, context);
}

gg_status gg_json_expected(const gg_json_place *at, const char *wanted, gg_error *err) {
    static const char *const names[] = {"an object", "an array", "a string", "an integer",
                                        "a number",  "true",     "false",    "null"};
    if (json_is_string(at->value))
        return gg_json_refuse(at, err, "expected %s, found \"%.40s\"", wanted,
                              json_string_value(at->value));
    return gg_json_refuse(at, err, "expected %s, found %s", wanted,
                          at->value == NULL ? "nothing" : names[json_typeof(at->value)]);
}

gg_status gg_json_text(const gg_json_place *at, const char **text, size_t *size, gg_error *err) {
    if (!json_is_string(at->value))
        return gg_json_expected(at, "a string", err);
    *text = json_string_value(at->value);
    size_t length = json_string_length(at->value);
    if (size == NULL && strlen(*text) != length)
        return gg_json_refuse(at, err, "contains a NUL character");
    if (size != NULL)
        *size = length;
    return GG_OK;
}

gg_status gg_json_number(const gg_json_place *at, double *number, gg_error *err) {
    const char *text = json_string_value(at->value);
    if (text != NULL && gg_json_is_long_integer(text)) {
        *number = strtod(text, NULL);
        if (isfinite(*number))
            return GG_OK;
    }
    if (!json_is_number(at->value))
        return gg_json_expected(at, "a number", err);
    *number = json_number_value(at->value);
    return GG_OK;
}

bool gg_json_not_finite(const char *text, double *number) {
    const char *word = text + (text[0] == '-' || text[0] == '+');
    bool is_nan = strcasecmp(word, "nan") == 0;
    if (!is_nan && strcasecmp(word, "inf") != 0 && strcasecmp(word, "infinity") != 0)
        return false;
    *number = is_nan ? NAN : text[0] == '-' ? -INFINITY : INFINITY;
    return true;
}

gg_status gg_json_integer(const gg_json_place *at, json_int_t minimum, json_int_t maximum,
                          json_int_t *number, gg_error *err) {
    double real = json_is_real(at->value) ? json_real_value(at->value) : 0.5;
    if (json_is_integer(at->value))
        *number = json_integer_value(at->value);
    else if (real == trunc(real) && fabs(real) < 9e15)
        *number = (json_int_t)real;
    else
        return gg_json_expected(at, "an integer", err);
    if (*number < minimum || *number > maximum)
        return gg_json_refuse(at, err, "%lld is outside %lld..%lld", (long long)*number,
                              (long long)minimum, (long long)maximum);
    return GG_OK;
}

gg_status gg_json_flag(const gg_json_place *at, double *flag, gg_error *err) {
    if (json_is_boolean(at->value)) {
        *flag = json_is_true(at->value) ? 1.0 : 0.0;
        return GG_OK;
    }
    *flag = json_is_number(at->value) ? json_number_value(at->value) : -1.0;
    return *flag == 0.0 || *flag == 1.0 ? GG_OK : gg_json_expected(at, "true, false, 0 or 1", err);
}

gg_status gg_json_array(const gg_json_place *at, gg_error *err) {
    return json_is_array(at->value) ? GG_OK : gg_json_expected(at, "an array", err);
}

gg_status gg_json_object(const gg_json_place *at, gg_error *err) {
    return json_is_object(at->value) ? GG_OK : gg_json_expected(at, "an object", err);
}

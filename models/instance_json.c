/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/instance_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "models/instance_fields.h"

/* A file being read: where messages point, and who hears of unknown keys. */
typedef struct reader {
    const char *source;
    const json_t *root;
    gg_warning_fn warn;
    void *context;
    gg_error *err;
} reader;

static const char *type_name(const json_t *value) {
    static const char *const names[] = {"an object", "an array", "a string", "an integer",
                                        "a number",  "true",     "false",    "null"};
    return value == NULL ? "missing" : names[json_typeof(value)];
}

static gg_status bad(const reader *r, const char *key, const char *reason) {
    return gg_fail(r->err, GG_E_INPUT, "%s: %s: %s", r->source, key, reason);
}

static gg_status bad_type(const reader *r, const char *key, const char *wanted,
                          const json_t *value) {
    return gg_fail(r->err, GG_E_INPUT, "%s: %s: expected %s, found %s", r->source, key, wanted,
                   value == NULL ? "nothing" : type_name(value));
}

static gg_status read_string(const reader *r, const char *key, const char **text) {
    const json_t *value = json_object_get(r->root, key);
    if (!json_is_string(value))
        return bad_type(r, key, "a string", value);
    *text = json_string_value(value);
    return strlen(*text) == json_string_length(value) ? GG_OK
                                                      : bad(r, key, "contains a NUL character");
}

static gg_status read_size(const reader *r, const char *key, size_t minimum, size_t maximum,
                           size_t *size) {
    const json_t *value = json_object_get(r->root, key);
    if (!json_is_integer(value))
        return bad_type(r, key, "an integer", value);
    json_int_t n = json_integer_value(value);
    if (n < (json_int_t)minimum || n > (json_int_t)maximum)
        return gg_fail(r->err, GG_E_INPUT, "%s: %s: %lld is outside %zu..%zu", r->source, key,
                       (long long)n, minimum, maximum);
    *size = (size_t)n;
    return GG_OK;
}

/* The array under `key` if it has `length` elements. */
static gg_status find_array(const reader *r, const char *key, size_t length, const json_t **array) {
    *array = json_object_get(r->root, key);
    if (!json_is_array(*array))
        return bad_type(r, key, "an array", *array);
    if (json_array_size(*array) != length)
        return gg_fail(r->err, GG_E_INPUT, "%s: %s: has %zu elements, expected %zu", r->source, key,
                       json_array_size(*array), length);
    return GG_OK;
}

static gg_status copy_numbers(const reader *r, const char *key, const json_t *array,
                              double *numbers) {
    size_t k;
    json_t *value;
    json_array_foreach(array, k, value) {
        if (!json_is_number(value))
            return gg_fail(r->err, GG_E_INPUT, "%s: %s[%zu]: expected a number, found %s",
                           r->source, key, k, type_name(value));
        numbers[k] = json_number_value(value);
    }
    return GG_OK;
}

static gg_status copy_flags(const reader *r, const char *key, const json_t *array, uint8_t *flags) {
    size_t k;
    json_t *value;
    json_array_foreach(array, k, value) {
        json_int_t flag = json_is_integer(value) ? json_integer_value(value) : -1;
        if (flag != 0 && flag != 1)
            return gg_fail(r->err, GG_E_INPUT, "%s: %s[%zu]: expected 0 or 1", r->source, key, k);
        flags[k] = (uint8_t)flag;
    }
    return GG_OK;
}

static gg_status copy_rows(const reader *r, const char *key, const json_t *rows, size_t n_columns,
                           double *numbers) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        char place[40];
        snprintf(place, sizeof place, "%s[%zu]", key, i);
        GG_TRY(copy_numbers(r, place, row, numbers + i * n_columns));
    }
    return GG_OK;
}

static gg_status copy_curves(const reader *r, const gg_instance_field *field, const json_t *array,
                             gg_load_curve *curves) {
    size_t k;
    json_t *value;
    json_array_foreach(array, k, value) {
        gg_error inner = {0};
        if (!json_is_string(value))
            return gg_fail(r->err, GG_E_INPUT, "%s: %s[%zu]: expected a string, found %s",
                           r->source, field->name, k, type_name(value));
        if (gg_curve_parse(json_string_value(value), gg_field_side(field), &curves[k], &inner) !=
            GG_OK)
            return gg_fail(r->err, GG_E_INPUT, "%s: %s[%zu]: %s", r->source, field->name, k,
                           inner.message);
    }
    return GG_OK;
}

static gg_status read_field(const reader *r, const gg_instance_field *field, gg_instance *in) {
    const json_t *array = NULL;
    void *values = gg_field_values(in, field);
    if (values == NULL)
        return GG_OK;
    if (field->shape == GG_ONE) {
        const json_t *value = json_object_get(r->root, field->name);
        if (!json_is_number(value))
            return bad_type(r, field->name, "a number", value);
        *(double *)values = json_number_value(value);
        return GG_OK;
    }
    size_t length = field->shape == GG_PER_SERVER ? in->n_servers : in->n_users;
    GG_TRY(find_array(r, field->name, length, &array));
    if (field->shape == GG_PER_PAIR)
        return copy_rows(r, field->name, array, in->n_servers, values);
    if (gg_field_is_text(field))
        return copy_curves(r, field, array, values);
    if (field->domain == GG_FLAG)
        return copy_flags(r, field->name, array, values);
    return copy_numbers(r, field->name, array, values);
}

static void warn_of_unknown_keys(const reader *r) {
    const char *key;
    json_t *value;
    if (r->warn == NULL)
        return;
    json_object_foreach((json_t *)r->root, key, value) {
        if (!gg_instance_has_key(key)) {
            char message[256];
            snprintf(message, sizeof message, "%s: unknown key \"%.64s\" ignored", r->source, key);
            r->warn(r->context, message);
        }
    }
}

/* Lengths come before the allocation: a small file cannot ask for a large one. */
static gg_status check_lengths(const reader *r, size_t n_users, size_t n_servers) {
    const json_t *array = NULL;
    GG_TRY(find_array(r, "alpha", n_users, &array));
    GG_TRY(find_array(r, "bandwidth_hz", n_servers, &array));
    GG_TRY(find_array(r, "gain", n_users, &array));
    for (size_t i = 0; i < n_users; i++)
        if (json_array_size(json_array_get(array, i)) != n_servers ||
            !json_is_array(json_array_get(array, i)))
            return gg_fail(r->err, GG_E_INPUT, "%s: gain[%zu]: expected an array of %zu numbers",
                           r->source, i, n_servers);
    return GG_OK;
}

/* The instance with its name and size and the arrays that the file has, still zero. */
static gg_status read_head(const reader *r, gg_instance **out) {
    const char *format = NULL, *name = NULL;
    size_t n_users = 0, n_servers = 0;
    unsigned optional = 0;
    if (!json_is_object(r->root))
        return gg_fail(r->err, GG_E_INPUT, "%s: expected an object, found %s", r->source,
                       type_name(r->root));
    GG_TRY(read_string(r, "format", &format));
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        if (json_object_get(r->root, gg_instance_fields[k].name) != NULL)
            optional |= gg_instance_fields[k].optional;
    gg_status status = gg_instance_check_format(format, optional, r->err);
    if (status != GG_OK) {
        gg_error_prefix(r->err, r->source);
        return status;
    }
    GG_TRY(read_string(r, "name", &name));
    GG_TRY(read_size(r, "n_users", 1, GG_MAX_USERS, &n_users));
    GG_TRY(read_size(r, "n_servers", 0, GG_MAX_SERVERS, &n_servers));
    GG_TRY(check_lengths(r, n_users, n_servers));
    return gg_instance_new(name, n_users, n_servers, optional, out, r->err);
}

static gg_status read_fields(const reader *r, gg_instance *instance) {
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        GG_TRY(read_field(r, gg_field_in_turn(k), instance));
    gg_status status = gg_instance_validate(instance, r->err);
    if (status != GG_OK)
        gg_error_prefix(r->err, r->source);
    return status;
}

static gg_status finish(json_t *root, const json_error_t *problem, const char *source,
                        gg_instance **out, gg_warning_fn warn, void *context, gg_error *err) {
    if (root == NULL) {
        /* The parser often has no words for a failed allocation. */
        if (json_error_code(problem) == json_error_out_of_memory || problem->text[0] == '\0')
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", source);
        return gg_fail(err, GG_E_INPUT, "%s: line %d column %d: %s", source, problem->line,
                       problem->column, problem->text);
    }
    const reader r = {source, root, warn, context, err};
    gg_instance *instance = NULL;
    gg_status status = read_head(&r, &instance);
    if (status == GG_OK)
        status = read_fields(&r, instance);
    if (status == GG_OK) {
        warn_of_unknown_keys(&r);
        *out = instance;
    } else {
        gg_instance_free(instance);
    }
    json_decref(root);
    return status;
}

gg_status gg_instance_parse_json(const char *text, size_t size, const char *source,
                                 gg_instance **out, gg_warning_fn warn, void *context,
                                 gg_error *err) {
    *out = NULL;
    json_error_t problem;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    return finish(root, &problem, source, out, warn, context, err);
}

gg_status gg_instance_read_json(const char *path, gg_instance **out, gg_warning_fn warn,
                                void *context, gg_error *err) {
    *out = NULL;
    struct stat info;
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (fstat(fileno(stream), &info) == 0 && S_ISDIR(info.st_mode)) {
        fclose(stream);
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    }
    json_error_t problem;
    json_t *root = json_loadf(stream, JSON_REJECT_DUPLICATES, &problem);
    int failed = ferror(stream);
    int reason = errno;
    fclose(stream);
    if (failed) {
        json_decref(root);
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(reason));
    }
    return finish(root, &problem, path, out, warn, context, err);
}

static void write_list(FILE *stream, const gg_instance_field *field, const void *values,
                       size_t from, size_t count) {
    char text[GG_CURVE_TEXT];
    fputc('[', stream);
    for (size_t k = 0; k < count; k++)
        if (gg_field_is_text(field))
            fprintf(stream, "%s\"%s\"", k > 0 ? ", " : "",
                    gg_curve_text((const gg_load_curve *)values + k, text));
        else
            fprintf(stream, "%s%.17g", k > 0 ? ", " : "", gg_field_value(field, values, from + k));
    fputc(']', stream);
}

static void write_field(FILE *stream, const gg_instance *in, const gg_instance_field *field) {
    const void *values = gg_field_values(in, field);
    if (values == NULL)
        return;
    fprintf(stream, ",\n\"%s\": ", field->name);
    if (field->shape == GG_ONE) {
        fprintf(stream, "%.17g", gg_field_value(field, values, 0));
    } else if (field->shape == GG_PER_PAIR) {
        for (size_t i = 0; i < in->n_users; i++) {
            fputs(i > 0 ? ",\n" : "[\n", stream);
            write_list(stream, field, values, i * in->n_servers, in->n_servers);
        }
        fputc(']', stream);
    } else {
        write_list(stream, field, values, 0, gg_field_count(field, in->n_users, in->n_servers));
    }
}

/* A text as JSON, which the caller frees as the parser's memory. */
static gg_status quote(const char *text, char **quoted, gg_error *err) {
    json_t *checked = json_string(text), *raw = json_string_nocheck(text);
    bool invalid = checked == NULL && raw != NULL;
    *quoted = checked != NULL ? json_dumps(checked, JSON_ENCODE_ANY) : NULL;
    json_decref(checked);
    json_decref(raw);
    if (invalid)
        return gg_fail(err, GG_E_INPUT, "name: is not valid UTF-8");
    return *quoted != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "name: out of memory");
}

gg_status gg_instance_write_json(const gg_instance *in, FILE *stream, gg_error *err) {
    char *name;
    json_free_t free_name;
    GG_TRY(quote(in->name, &name, err));
    fprintf(stream, "{\"format\": \"%s\",\n\"name\": %s,\n\"n_users\": %zu,\n\"n_servers\": %zu",
            gg_instance_format(in), name, in->n_users, in->n_servers);
    json_get_alloc_funcs(NULL, &free_name);
    free_name(name);
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        write_field(stream, in, &gg_instance_fields[k]);
    fputs("}\n", stream);
    return GG_OK;
}

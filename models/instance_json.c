/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/instance_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/alloc.h"

#define FORMAT "goagap-instance-1"

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

static gg_status read_number(const reader *r, const char *key, double *number) {
    const json_t *value = json_object_get(r->root, key);
    if (!json_is_number(value))
        return bad_type(r, key, "a number", value);
    *number = json_number_value(value);
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

static gg_status read_column(const reader *r, const char *key, size_t length, double *numbers) {
    const json_t *array = NULL;
    gg_status status = find_array(r, key, length, &array);
    return status == GG_OK ? copy_numbers(r, key, array, numbers) : status;
}

static gg_status read_flags(const reader *r, const char *key, size_t length, uint8_t *flags) {
    const json_t *array = NULL;
    gg_status status = find_array(r, key, length, &array);
    if (status != GG_OK)
        return status;
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

static gg_status read_gain(const reader *r, gg_instance *instance) {
    const json_t *rows = NULL;
    gg_status status = find_array(r, "gain", instance->n_users, &rows);
    for (size_t i = 0; status == GG_OK && i < instance->n_users; i++) {
        const json_t *row = json_array_get(rows, i);
        char place[40];
        snprintf(place, sizeof place, "gain[%zu]", i);
        status = copy_numbers(r, place, row, instance->gain + i * instance->n_servers);
    }
    return status;
}

static void warn_of_unknown_keys(const reader *r) {
    static const char *const known[] = {"format",
                                        "name",
                                        "n_users",
                                        "n_servers",
                                        "bandwidth_hz",
                                        "server_capacity_flops",
                                        "max_user_capacity_flops",
                                        "noise_w",
                                        "fixed_interference_w",
                                        "edge_work_ratio",
                                        "ref_capacity_flops",
                                        "tau",
                                        "payload_bits",
                                        "tx_power_w",
                                        "local_capacity_flops",
                                        "local_delay_s",
                                        "edge_delay_ref_s",
                                        "alpha",
                                        "gain",
                                        "slm_correct",
                                        "llm_correct"};
    const char *key;
    json_t *value;
    if (r->warn == NULL)
        return;
    json_object_foreach((json_t *)r->root, key, value) {
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            found = found || strcmp(key, known[k]) == 0;
        if (!found) {
            char message[256];
            snprintf(message, sizeof message, "%s: unknown key \"%.64s\" ignored", r->source, key);
            r->warn(r->context, message);
        }
    }
}

static gg_status read_body(const reader *r, gg_instance *in) {
    const struct {
        const char *key;
        double *number;
    } scalars[] = {{"max_user_capacity_flops", &in->max_user_capacity_flops},
                   {"noise_w", &in->noise_w},
                   {"edge_work_ratio", &in->edge_work_ratio},
                   {"ref_capacity_flops", &in->ref_capacity_flops},
                   {"tau", &in->tau}};
    const struct {
        const char *key;
        size_t length;
        double *numbers;
    } columns[] = {{"bandwidth_hz", in->n_servers, in->bandwidth_hz},
                   {"server_capacity_flops", in->n_servers, in->server_capacity_flops},
                   {"payload_bits", in->n_users, in->payload_bits},
                   {"tx_power_w", in->n_users, in->tx_power_w},
                   {"local_capacity_flops", in->n_users, in->local_capacity_flops},
                   {"local_delay_s", in->n_users, in->local_delay_s},
                   {"alpha", in->n_users, in->alpha},
                   {"edge_delay_ref_s", in->n_users, in->edge_delay_ref_s},
                   {"fixed_interference_w", in->n_servers, in->fixed_interference_w}};
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < sizeof scalars / sizeof *scalars; k++)
        status = read_number(r, scalars[k].key, scalars[k].number);
    for (size_t k = 0; status == GG_OK && k < sizeof columns / sizeof *columns; k++)
        if (columns[k].numbers != NULL)
            status = read_column(r, columns[k].key, columns[k].length, columns[k].numbers);
    if (status == GG_OK)
        status = read_gain(r, in);
    if (status == GG_OK && in->slm_correct != NULL)
        status = read_flags(r, "slm_correct", in->n_users, in->slm_correct);
    if (status == GG_OK && in->llm_correct != NULL)
        status = read_flags(r, "llm_correct", in->n_users, in->llm_correct);
    return status;
}

static void keep_recorded_flags(gg_instance *in, bool slm, bool llm) {
    if (!slm) {
        gg_free(in->slm_correct);
        in->slm_correct = NULL;
    }
    if (!llm) {
        gg_free(in->llm_correct);
        in->llm_correct = NULL;
    }
}

static gg_status from_root(const reader *r, gg_instance **out) {
    const char *format = NULL, *name = NULL;
    size_t n_users = 0, n_servers = 0;
    gg_instance *instance = NULL;
    if (!json_is_object(r->root))
        return gg_fail(r->err, GG_E_INPUT, "%s: expected an object, found %s", r->source,
                       type_name(r->root));
    gg_status status = read_string(r, "format", &format);
    if (status == GG_OK && strcmp(format, FORMAT) != 0)
        status = gg_fail(r->err, GG_E_INPUT, "%s: format: \"%.64s\" is not \"%s\"", r->source,
                         format, FORMAT);
    if (status == GG_OK)
        status = read_string(r, "name", &name);
    if (status == GG_OK)
        status = read_size(r, "n_users", 1, GG_MAX_USERS, &n_users);
    if (status == GG_OK)
        status = read_size(r, "n_servers", 0, GG_MAX_SERVERS, &n_servers);
    /* Lengths come before the allocation: a small file cannot ask for a large one. */
    const json_t *array = NULL;
    if (status == GG_OK)
        status = find_array(r, "alpha", n_users, &array);
    if (status == GG_OK)
        status = find_array(r, "bandwidth_hz", n_servers, &array);
    if (status == GG_OK)
        status = find_array(r, "gain", n_users, &array);
    for (size_t i = 0; status == GG_OK && i < n_users; i++)
        if (json_array_size(json_array_get(array, i)) != n_servers ||
            !json_is_array(json_array_get(array, i)))
            status = gg_fail(r->err, GG_E_INPUT, "%s: gain[%zu]: expected an array of %zu numbers",
                             r->source, i, n_servers);
    if (status != GG_OK)
        return status;

    bool slm = json_object_get(r->root, "slm_correct") != NULL;
    bool llm = json_object_get(r->root, "llm_correct") != NULL;
    status = gg_instance_new(name, n_users, n_servers,
                             json_object_get(r->root, "edge_delay_ref_s") != NULL, slm || llm,
                             &instance, r->err);
    if (status == GG_OK)
        keep_recorded_flags(instance, slm, llm);
    if (status == GG_OK && json_object_get(r->root, "fixed_interference_w") != NULL)
        status = gg_instance_fix_interference(instance, r->err);
    if (status == GG_OK)
        status = read_body(r, instance);
    if (status == GG_OK) {
        status = gg_instance_validate(instance, r->err);
        if (status != GG_OK)
            gg_error_prefix(r->err, r->source);
    }
    if (status != GG_OK) {
        gg_instance_free(instance);
        return status;
    }
    warn_of_unknown_keys(r);
    *out = instance;
    return GG_OK;
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
    gg_status status = from_root(&r, out);
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

static void write_column(FILE *stream, const char *key, const double *numbers, size_t count) {
    fprintf(stream, ",\n\"%s\": [", key);
    for (size_t k = 0; k < count; k++)
        fprintf(stream, "%s%.17g", k > 0 ? ", " : "", numbers[k]);
    fputc(']', stream);
}

static void write_flags(FILE *stream, const char *key, const uint8_t *flags, size_t count) {
    fprintf(stream, ",\n\"%s\": [", key);
    for (size_t k = 0; k < count; k++)
        fprintf(stream, "%s%d", k > 0 ? ", " : "", flags[k]);
    fputc(']', stream);
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
    gg_status status = quote(in->name, &name, err);
    if (status != GG_OK)
        return status;
    fprintf(stream, "{\"format\": \"%s\",\n\"name\": %s,\n\"n_users\": %zu,\n\"n_servers\": %zu",
            FORMAT, name, in->n_users, in->n_servers);
    json_get_alloc_funcs(NULL, &free_name);
    free_name(name);
    write_column(stream, "bandwidth_hz", in->bandwidth_hz, in->n_servers);
    write_column(stream, "server_capacity_flops", in->server_capacity_flops, in->n_servers);
    fprintf(stream, ",\n\"max_user_capacity_flops\": %.17g,\n\"noise_w\": %.17g",
            in->max_user_capacity_flops, in->noise_w);
    if (in->fixed_interference_w != NULL)
        write_column(stream, "fixed_interference_w", in->fixed_interference_w, in->n_servers);
    fprintf(stream,
            ",\n\"edge_work_ratio\": %.17g,\n\"ref_capacity_flops\": %.17g,\n\"tau\": %.17g",
            in->edge_work_ratio, in->ref_capacity_flops, in->tau);
    write_column(stream, "payload_bits", in->payload_bits, in->n_users);
    write_column(stream, "tx_power_w", in->tx_power_w, in->n_users);
    write_column(stream, "local_capacity_flops", in->local_capacity_flops, in->n_users);
    write_column(stream, "local_delay_s", in->local_delay_s, in->n_users);
    if (in->edge_delay_ref_s != NULL)
        write_column(stream, "edge_delay_ref_s", in->edge_delay_ref_s, in->n_users);
    write_column(stream, "alpha", in->alpha, in->n_users);
    fputs(",\n\"gain\": [", stream);
    for (size_t i = 0; i < in->n_users; i++) {
        fputs(i > 0 ? ",\n[" : "\n[", stream);
        for (size_t j = 0; j < in->n_servers; j++)
            fprintf(stream, "%s%.17g", j > 0 ? ", " : "", gg_gain(in, i, j));
        fputc(']', stream);
    }
    fputc(']', stream);
    if (in->slm_correct != NULL)
        write_flags(stream, "slm_correct", in->slm_correct, in->n_users);
    if (in->llm_correct != NULL)
        write_flags(stream, "llm_correct", in->llm_correct, in->n_users);
    fputs("}\n", stream);
    return GG_OK;
}

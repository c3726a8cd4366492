/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/router_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/yaml.h"

#ifndef GG_VERSION
#define GG_VERSION "unknown"
#endif

#define FORMAT "ucci-router"

enum { VERSION = 1, LARGEST_FILE = 16 << 20 };

/* A document being checked, and where messages point. */
typedef struct reader {
    const char *source;
    const json_t *root;
    gg_error *err;
} reader;

static gg_status bad(const reader *r, const char *key, const char *reason) {
    return gg_fail(r->err, GG_E_INPUT, "%s: %s: %s", r->source, key, reason);
}

static bool is_absent(const json_t *value) {
    return value == NULL || json_is_null(value);
}

static gg_status read_number(const reader *r, const char *key, double *number) {
    const json_t *value = json_object_get(r->root, key);
    if (is_absent(value))
        return bad(r, key, "is missing");
    if (!json_is_number(value))
        return bad(r, key, "is not a number");
    *number = json_number_value(value);
    return GG_OK;
}

static gg_status read_positive(const reader *r, const char *key, double *number) {
    gg_status status = read_number(r, key, number);
    return status == GG_OK && !(*number > 0.0) ? bad(r, key, "is not above 0") : status;
}

static gg_status read_optional(const reader *r, const char *key, double *number) {
    *number = NAN;
    return is_absent(json_object_get(r->root, key)) ? GG_OK : read_number(r, key, number);
}

static gg_status read_grid_step(const reader *r, double *step) {
    GG_TRY(read_optional(r, "grid_step", step));
    if (isnan(*step))
        return GG_OK;
    if (!(*step > 0.0 && *step <= 1.0))
        return bad(r, "grid_step", "is not in (0, 1]");
    return fabs(round(1.0 / *step) * *step - 1.0) > 1e-9 ? bad(r, "grid_step", "does not divide 1")
                                                         : GG_OK;
}

static gg_status read_list(const reader *r, const json_t *calibrator, const char *key,
                           double **numbers, size_t *count) {
    char place[48];
    snprintf(place, sizeof place, "calibrator.%s", key);
    const json_t *list = json_object_get(calibrator, key);
    if (!json_is_array(list))
        return bad(r, place, "is not a list of numbers");
    *count = json_array_size(list);
    *numbers = gg_alloc(*count, sizeof **numbers);
    if (*numbers == NULL)
        return gg_fail(r->err, GG_E_NOMEM, "%s: out of memory", r->source);
    for (size_t k = 0; k < *count; k++) {
        const json_t *value = json_array_get(list, k);
        snprintf(place, sizeof place, "calibrator.%s[%zu]", key, k);
        if (!json_is_number(value))
            return bad(r, place, "is not a number");
        (*numbers)[k] = json_number_value(value);
    }
    return GG_OK;
}

static gg_status check_knots(const reader *r, const gg_isotonic *fit, size_t n_y) {
    char place[48];
    if (fit->n_knots != n_y)
        return gg_fail(r->err, GG_E_INPUT, "%s: calibrator: %zu values of x, %zu of y", r->source,
                       fit->n_knots, n_y);
    if (n_y == 0)
        return bad(r, "calibrator", "has no knots");
    for (size_t k = 0; k < n_y; k++) {
        snprintf(place, sizeof place, "calibrator.x[%zu]", k);
        if (k > 0 && !(fit->x[k] > fit->x[k - 1]))
            return bad(r, place, "is not above the one before");
        place[11] = 'y';
        if (!(fit->y[k] >= 0.0 && fit->y[k] <= 1.0))
            return bad(r, place, "is not in [0, 1]");
        if (k > 0 && fit->y[k] < fit->y[k - 1])
            return bad(r, place, "is below the one before");
    }
    return GG_OK;
}

static gg_status read_calibrator(const reader *r, gg_isotonic *fit) {
    const json_t *calibrator = json_object_get(r->root, "calibrator");
    size_t n_y = 0;
    if (!json_is_object(calibrator))
        return bad(r, "calibrator", "is not an object with x and y");
    GG_TRY(read_list(r, calibrator, "x", &fit->x, &fit->n_knots));
    GG_TRY(read_list(r, calibrator, "y", &fit->y, &n_y));
    return check_knots(r, fit, n_y);
}

static gg_status read_heading(const reader *r) {
    if (!json_is_object(r->root))
        return gg_fail(r->err, GG_E_INPUT, "%s: is not a JSON object", r->source);
    const char *format = json_string_value(json_object_get(r->root, "format"));
    if (format == NULL || strcmp(format, FORMAT) != 0)
        return bad(r, "format", "is not \"" FORMAT "\"");
    const json_t *version = json_object_get(r->root, "version");
    if (!json_is_integer(version) || json_integer_value(version) != VERSION)
        return bad(r, "version", "is not 1");
    return GG_OK;
}

static gg_status read_cost_model(const reader *r, bool *sequential) {
    const char *model = json_string_value(json_object_get(r->root, "cost_model"));
    *sequential = model != NULL && strcmp(model, "sequential") == 0;
    if (*sequential || (model != NULL && strcmp(model, "routing") == 0))
        return GG_OK;
    return bad(r, "cost_model", "is neither \"routing\" nor \"sequential\"");
}

static gg_status read_all(const reader *r, gg_router *router) {
    GG_TRY(read_heading(r));
    GG_TRY(read_calibrator(r, &router->calibrator));
    GG_TRY(read_number(r, "theta", &router->theta));
    GG_TRY(read_positive(r, "c_small", &router->c_small));
    GG_TRY(read_positive(r, "c_large", &router->c_large));
    GG_TRY(read_cost_model(r, &router->sequential));
    GG_TRY(read_optional(r, "tau", &router->tau));
    return read_grid_step(r, &router->grid_step);
}

gg_status gg_router_parse(const char *text, size_t size, const char *source, gg_router *router,
                          gg_error *err) {
    json_error_t problem;
    *router = (gg_router){0};
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL && json_error_code(&problem) == json_error_out_of_memory)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", source);
    if (root == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: line %d column %d: %s", source, problem.line,
                       problem.column, problem.text);
    reader r = {source, root, err};
    gg_status status = read_all(&r, router);
    json_decref(root);
    if (status != GG_OK)
        gg_router_clear(router);
    return status;
}

gg_status gg_router_read(const char *path, gg_router *router, gg_error *err) {
    char *text;
    size_t size;
    *router = (gg_router){0};
    GG_TRY(gg_yaml_read_text(path, LARGEST_FILE, &text, &size, err));
    gg_status status = gg_router_parse(text, size, path, router, err);
    gg_free(text);
    return status;
}

void gg_router_clear(gg_router *router) {
    gg_isotonic_clear(&router->calibrator);
    *router = (gg_router){0};
}

/* The shortest text that reads back the same, with a point or an exponent: "1.0". */
static void print_number(FILE *stream, double value) {
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fprintf(stream, "%s%s", text, strpbrk(text, ".e") == NULL ? ".0" : "");
}

static void print_list(FILE *stream, const char *key, const double *numbers, size_t n) {
    fprintf(stream, "\"%s\": [", key);
    for (size_t k = 0; k < n; k++) {
        fputs(k > 0 ? ", " : "", stream);
        print_number(stream, numbers[k]);
    }
    fputc(']', stream);
}

static void print_entry(FILE *stream, const char *key, double value) {
    fprintf(stream, ",\n  \"%s\": ", key);
    if (isnan(value))
        fputs("null", stream);
    else
        print_number(stream, value);
}

gg_status gg_router_write(const gg_router *router, const char *path, gg_error *err) {
    gg_outfile *out;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    fprintf(stream, "{\n  \"format\": \"" FORMAT "\",\n  \"version\": %d,\n  \"calibrator\": {",
            VERSION);
    print_list(stream, "x", router->calibrator.x, router->calibrator.n_knots);
    fputs(", ", stream);
    print_list(stream, "y", router->calibrator.y, router->calibrator.n_knots);
    fputc('}', stream);
    print_entry(stream, "theta", router->theta);
    print_entry(stream, "c_small", router->c_small);
    print_entry(stream, "c_large", router->c_large);
    fprintf(stream, ",\n  \"cost_model\": \"%s\"", router->sequential ? "sequential" : "routing");
    print_entry(stream, "tau", router->tau);
    print_entry(stream, "grid_step", router->grid_step);
    fputs(",\n  \"created_by\": \"goagap " GG_VERSION "\"\n}\n", stream);
    return gg_outfile_commit(out, err);
}

double gg_router_cost(const gg_router *router, double escalated) {
    double kept = router->sequential ? 1.0 : 1.0 - escalated;
    return router->c_small * kept + router->c_large * escalated;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/instance_file.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "data/hdf5/h5.h"
#include "models/base/alloc.h"
#include "models/instance_fields.h"

/* A field's place in the file. */
enum { PATH_SIZE = 64 };

static const char *path_of(const char *name, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "/%s", name);
    return path;
}

static gg_status bad_field(gg_h5 *h5, const char *name, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s: %s", gg_h5_path(h5), name, reason);
}

static gg_status read_number(gg_h5_dataset *dataset, double *value, gg_error *err) {
    if (gg_h5_dataset_shape(dataset)->count != 1)
        return gg_h5_dataset_fail(dataset, err, "is not a single number");
    return gg_h5_read_doubles(dataset, 0, 1, value, err);
}

/* A number as root attribute or scalar dataset, not both. */
static gg_status read_scalar(gg_h5 *h5, const char *name, double *value, gg_error *err) {
    char path[PATH_SIZE];
    bool as_attribute;
    gg_h5_object object = GG_H5_ABSENT;
    gg_h5_dataset *dataset;
    GG_TRY(gg_h5_read_number_attribute(h5, "/", name, value, &as_attribute, err));
    GG_TRY(gg_h5_find(h5, path_of(name, path), &object, err));
    if (as_attribute && object != GG_H5_ABSENT)
        return bad_field(h5, name, "is given twice, as attribute and as dataset", err);
    if (as_attribute)
        return GG_OK;
    GG_TRY(gg_h5_dataset_open(h5, path, &dataset, err));
    gg_status status = read_number(dataset, value, err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status read_size(gg_h5 *h5, const char *name, double lowest, double highest, size_t *size,
                           gg_error *err) {
    double value;
    GG_TRY(read_scalar(h5, name, &value, err));
    if (!(value >= lowest && value <= highest) || value != nearbyint(value))
        return gg_fail(err, GG_E_INPUT, "%s: %s: %g is not an integer in %g..%g", gg_h5_path(h5),
                       name, value, lowest, highest);
    *size = (size_t)value;
    return GG_OK;
}

static gg_status read_string(gg_h5 *h5, gg_h5_dataset *dataset, char **text, gg_error *err) {
    gg_strings strings = {0};
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    if (shape->count != 1 || shape->kind != GG_H5_TEXT)
        return gg_h5_dataset_fail(dataset, err, "is not one string");
    gg_status status = gg_h5_read_strings(dataset, 0, 1, &strings, err);
    if (status == GG_OK && (*text = gg_strdup(strings.text)) == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_h5_path(h5));
    gg_strings_clear(&strings);
    return status;
}

/* The text stands in an attribute, or in a scalar dataset of one string. */
static gg_status read_name(gg_h5 *h5, char **name, gg_error *err) {
    bool found;
    gg_h5_object object;
    gg_h5_dataset *dataset;
    GG_TRY(gg_h5_read_text_attribute(h5, "/", "name", name, &found, err));
    if (found)
        return GG_OK;
    GG_TRY(gg_h5_find(h5, "/name", &object, err));
    if (object == GG_H5_ABSENT)
        return bad_field(h5, "name", "is missing", err);
    GG_TRY(gg_h5_dataset_open(h5, "/name", &dataset, err));
    gg_status status = read_string(h5, dataset, name, err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status check_format(gg_h5 *h5, unsigned optional, gg_error *err) {
    char *format;
    bool found;
    gg_error inner = {0};
    gg_status status = GG_OK;
    GG_TRY(gg_h5_read_text_attribute(h5, "/", "format", &format, &found, err));
    if (!found)
        status = bad_field(h5, "format", "the attribute is missing", err);
    else if ((status = gg_instance_check_format(format, optional, &inner)) != GG_OK)
        gg_fail(err, status, "%s: %s", gg_h5_path(h5), inner.message);
    gg_free(format);
    return status;
}

static size_t dims_of(const gg_instance_field *field, size_t n_users, size_t n_servers,
                      size_t dims[2]) {
    dims[0] = field->shape == GG_PER_SERVER ? n_servers : n_users;
    dims[1] = n_servers;
    return field->shape == GG_PER_PAIR ? 2 : 1;
}

static gg_status check_shape(gg_h5_dataset *dataset, size_t rank, const size_t dims[2],
                             bool is_text, gg_error *err) {
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    bool is_empty = dims[0] == 0 || (rank == 2 && dims[1] == 0);
    if (!is_empty && (shape->kind == GG_H5_TEXT) != is_text)
        return gg_h5_dataset_fail(dataset, err, "is %s",
                                  is_text ? "no text" : "text where numbers are wanted");
    if (is_empty ? shape->count == 0
                 : shape->rank == rank && shape->dims[0] == dims[0] &&
                       (rank == 1 || shape->dims[1] == dims[1]))
        return GG_OK;
    if (rank == 2)
        return gg_h5_dataset_fail(dataset, err, "is not a matrix of %zu users x %zu servers",
                                  dims[0], dims[1]);
    return gg_h5_dataset_fail(dataset, err, "is not a list of %zu values", dims[0]);
}

/* Checks that an array has its size before anything is allocated for it; adds an optional one that
 * is there to `optional`. */
static gg_status check_array(gg_h5 *h5, const gg_instance_field *field, size_t n_users,
                             size_t n_servers, unsigned *optional, gg_error *err) {
    char path[PATH_SIZE];
    size_t dims[2];
    size_t rank = dims_of(field, n_users, n_servers, dims);
    gg_h5_object object;
    gg_h5_dataset *dataset;
    GG_TRY(gg_h5_find(h5, path_of(field->name, path), &object, err));
    if (object == GG_H5_ABSENT &&
        (field->optional != 0 || gg_field_count(field, n_users, n_servers) == 0))
        return GG_OK;
    *optional |= field->optional;
    GG_TRY(gg_h5_dataset_open(h5, path, &dataset, err));
    gg_status status = check_shape(dataset, rank, dims, gg_field_is_text(field), err);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status read_flags(gg_h5_dataset *dataset, size_t n, uint8_t *flags, gg_error *err) {
    enum { BLOCK = 1024 };
    int64_t block[BLOCK];
    for (size_t done = 0; done < n; done += BLOCK) {
        size_t count = n - done < BLOCK ? n - done : BLOCK;
        GG_TRY(gg_h5_read_integers(dataset, done, count, 0, 1, block, err));
        for (size_t k = 0; k < count; k++)
            flags[done + k] = (uint8_t)block[k];
    }
    return GG_OK;
}

static gg_status read_curves(gg_h5_dataset *dataset, const gg_instance_field *field, size_t n,
                             gg_load_curve *curves, gg_error *err) {
    gg_strings texts = {0};
    gg_status status = gg_h5_read_strings(dataset, 0, n, &texts, err);
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        gg_error inner = {0};
        status =
            gg_curve_parse(texts.text + texts.start[k], gg_field_side(field), &curves[k], &inner);
        if (status != GG_OK)
            gg_h5_dataset_fail(dataset, err, "[%zu]: %s", k, inner.message);
    }
    gg_strings_clear(&texts);
    return status;
}

static gg_status read_field(gg_h5 *h5, const gg_instance_field *field, gg_instance *instance,
                            gg_error *err) {
    char path[PATH_SIZE];
    gg_h5_dataset *dataset;
    void *values = gg_field_values(instance, field);
    if (field->shape == GG_ONE)
        return read_scalar(h5, field->name, values, err);
    size_t n_rows = field->shape == GG_PER_SERVER ? instance->n_servers : instance->n_users;
    if (values == NULL || gg_field_count(field, instance->n_users, instance->n_servers) == 0)
        return GG_OK;
    GG_TRY(gg_h5_dataset_open(h5, path_of(field->name, path), &dataset, err));
    gg_status status = field->domain == GG_FLAG ? read_flags(dataset, n_rows, values, err)
                       : gg_field_is_text(field)
                           ? read_curves(dataset, field, n_rows, values, err)
                           : gg_h5_read_doubles(dataset, 0, n_rows, values, err);
    gg_h5_dataset_close(dataset);
    return status;
}

/* The instance with its name and size and the arrays that the file has, still zero. */
static gg_status read_head(gg_h5 *h5, gg_instance **out, gg_error *err) {
    size_t n_users = 0, n_servers = 0;
    unsigned optional = 0;
    char *name = NULL;
    GG_TRY(check_format(h5, 0, err));
    GG_TRY(read_size(h5, "n_users", 1, GG_MAX_USERS, &n_users, err));
    GG_TRY(read_size(h5, "n_servers", 0, GG_MAX_SERVERS, &n_servers, err));
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        if (gg_instance_fields[k].shape != GG_ONE)
            GG_TRY(check_array(h5, &gg_instance_fields[k], n_users, n_servers, &optional, err));
    GG_TRY(check_format(h5, optional, err));
    GG_TRY(read_name(h5, &name, err));
    gg_status status = gg_instance_new(name, n_users, n_servers, optional, out, err);
    gg_free(name);
    return status;
}

static gg_status read_fields(gg_h5 *h5, gg_instance **out, gg_error *err) {
    GG_TRY(read_head(h5, out, err));
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        GG_TRY(read_field(h5, gg_field_in_turn(k), *out, err));
    gg_error inner = {0};
    gg_status status = gg_instance_validate(*out, &inner);
    return status == GG_OK ? GG_OK : gg_fail(err, status, "%s: %s", gg_h5_path(h5), inner.message);
}

static gg_status warn_of_unknown(gg_h5 *h5, gg_warning_fn warn, void *context, gg_error *err) {
    gg_strings lists[2] = {{0}, {0}};
    gg_status status = gg_h5_list_attributes(h5, "/", &lists[0], err);
    if (status == GG_OK)
        status = gg_h5_list(h5, "/", &lists[1], err);
    for (int l = 0; l < 2; l++) {
        for (size_t k = 0; status == GG_OK && k < lists[l].count; k++) {
            const char *name = lists[l].text + lists[l].start[k];
            char message[256];
            snprintf(message, sizeof message, "%.100s: unknown key \"%.100s\" ignored",
                     gg_h5_path(h5), name);
            if (!gg_instance_has_key(name))
                warn(context, message);
        }
        gg_strings_clear(&lists[l]);
    }
    return status;
}

gg_status gg_instance_read(const char *path, gg_instance **out, gg_warning_fn warn, void *context,
                           gg_error *err) {
    if (!gg_h5_recognises(path))
        return gg_instance_read_json(path, out, warn, context, err);
    gg_h5 *h5;
    *out = NULL;
    GG_TRY(gg_h5_open(path, &h5, err));
    gg_status status = read_fields(h5, out, err);
    if (status == GG_OK && warn != NULL)
        status = warn_of_unknown(h5, warn, context, err);
    if (status != GG_OK) {
        gg_instance_free(*out);
        *out = NULL;
    }
    gg_h5_close(h5);
    return status;
}

static gg_status write_curves(gg_h5 *h5, const char *path, const gg_load_curve *curves, size_t n,
                              gg_error *err) {
    char(*texts)[GG_CURVE_TEXT] = gg_alloc(n, sizeof *texts);
    const char **lines = gg_alloc(n, sizeof *lines);
    gg_status status = GG_OK;
    if (texts == NULL || lines == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu servers", n);
    for (size_t k = 0; status == GG_OK && k < n; k++)
        lines[k] = gg_curve_text(&curves[k], texts[k]);
    if (status == GG_OK)
        status = gg_h5_write(h5, path, GG_H5_UTF8, 1, &n, lines, err);
    gg_free(texts);
    gg_free(lines);
    return status;
}

static gg_status write_field(gg_h5 *h5, const gg_instance_field *field, const gg_instance *instance,
                             gg_error *err) {
    char path[PATH_SIZE];
    size_t dims[2];
    size_t rank = dims_of(field, instance->n_users, instance->n_servers, dims);
    const void *values = gg_field_values(instance, field);
    if (values == NULL)
        return GG_OK;
    if (field->shape == GG_ONE)
        return gg_h5_write_double_attribute(h5, "/", field->name, *(const double *)values, err);
    if (gg_field_is_text(field))
        return write_curves(h5, path_of(field->name, path), values, dims[0], err);
    return gg_h5_write(h5, path_of(field->name, path),
                       field->domain == GG_FLAG ? GG_H5_U8 : GG_H5_F64, rank, dims, values, err);
}

static gg_status write_fields(gg_h5 *h5, const gg_instance *instance, gg_error *err) {
    int64_t n_users = (int64_t)instance->n_users, n_servers = (int64_t)instance->n_servers;
    GG_TRY(gg_h5_write_text_attribute(h5, "/", "format", gg_instance_format(instance), err));
    GG_TRY(gg_h5_write_text_attribute(h5, "/", "name", instance->name, err));
    GG_TRY(gg_h5_write_integer_attribute(h5, "/", "n_users", n_users, err));
    GG_TRY(gg_h5_write_integer_attribute(h5, "/", "n_servers", n_servers, err));
    for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++)
        GG_TRY(write_field(h5, gg_field_in_turn(k), instance, err));
    return GG_OK;
}

gg_status gg_instance_write_h5(const gg_instance *instance, const char *path, gg_error *err) {
    gg_h5 *h5;
    GG_TRY(gg_h5_create(path, &h5, err));
    return gg_h5_finish(h5, write_fields(h5, instance, err), err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/instance_h5.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "data/hdf5/h5.h"
#include "models/base/alloc.h"

static const char format_name[] = "goagap-instance-1";

/* The fields, each with its place in gg_instance. */
typedef struct scalar_field {
    const char *name;
    size_t at;
} scalar_field;

static const scalar_field scalars[] = {
    {"max_user_capacity_flops", offsetof(gg_instance, max_user_capacity_flops)},
    {"noise_w", offsetof(gg_instance, noise_w)},
    {"edge_work_ratio", offsetof(gg_instance, edge_work_ratio)},
    {"ref_capacity_flops", offsetof(gg_instance, ref_capacity_flops)},
    {"tau", offsetof(gg_instance, tau)},
};
enum { N_SCALARS = sizeof scalars / sizeof *scalars };

typedef enum extent { USERS, SERVERS, PAIRS } extent;

typedef struct array_field {
    const char *name;
    size_t at;
    extent size;
    bool is_flags; /* uint8_t of 0/1; else double */
    bool optional;
} array_field;

static const array_field arrays[] = {
    {"bandwidth_hz", offsetof(gg_instance, bandwidth_hz), SERVERS, false, false},
    {"server_capacity_flops", offsetof(gg_instance, server_capacity_flops), SERVERS, false, false},
    {"fixed_interference_w", offsetof(gg_instance, fixed_interference_w), SERVERS, false, true},
    {"payload_bits", offsetof(gg_instance, payload_bits), USERS, false, false},
    {"tx_power_w", offsetof(gg_instance, tx_power_w), USERS, false, false},
    {"local_capacity_flops", offsetof(gg_instance, local_capacity_flops), USERS, false, false},
    {"local_delay_s", offsetof(gg_instance, local_delay_s), USERS, false, false},
    {"edge_delay_ref_s", offsetof(gg_instance, edge_delay_ref_s), USERS, false, true},
    {"alpha", offsetof(gg_instance, alpha), USERS, false, false},
    {"gain", offsetof(gg_instance, gain), PAIRS, false, false},
    {"slm_correct", offsetof(gg_instance, slm_correct), USERS, true, true},
    {"llm_correct", offsetof(gg_instance, llm_correct), USERS, true, true},
};
enum { N_ARRAYS = sizeof arrays / sizeof *arrays };

/* Scalars that are not doubles of gg_instance. */
static const char *const other_names[] = {"format", "name", "n_users", "n_servers"};

static void *field_at(gg_instance *instance, size_t at) {
    return (char *)instance + at;
}

static const void *const_field_at(const gg_instance *instance, size_t at) {
    return (const char *)instance + at;
}

static gg_status bad_field(gg_h5 *h5, const char *name, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s: %s", gg_h5_path(h5), name, reason);
}

/* A number as root attribute or scalar dataset, not both. */
static gg_status read_scalar(gg_h5 *h5, const char *name, double *value, gg_error *err) {
    char path[64];
    bool as_attribute;
    gg_h5_object object = GG_H5_ABSENT;
    snprintf(path, sizeof path, "/%s", name);
    GG_TRY(gg_h5_read_number_attribute(h5, "/", name, value, &as_attribute, err));
    GG_TRY(gg_h5_find(h5, path, &object, err));
    if (as_attribute && object != GG_H5_ABSENT)
        return bad_field(h5, name, "is given twice, as attribute and as dataset", err);
    if (as_attribute)
        return GG_OK;
    gg_h5_dataset *dataset;
    GG_TRY(gg_h5_dataset_open(h5, path, &dataset, err));
    gg_status status = gg_h5_dataset_shape(dataset)->count != 1
                           ? gg_h5_dataset_fail(dataset, err, "is not a single number")
                           : gg_h5_read_doubles(dataset, 0, 1, value, err);
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

/* The text stands in an attribute, or in a scalar dataset of one string. */
static gg_status read_name(gg_h5 *h5, char **name, gg_error *err) {
    bool found;
    gg_h5_object object;
    GG_TRY(gg_h5_read_text_attribute(h5, "/", "name", name, &found, err));
    if (found)
        return GG_OK;
    GG_TRY(gg_h5_find(h5, "/name", &object, err));
    if (object == GG_H5_ABSENT)
        return bad_field(h5, "name", "is missing", err);
    gg_h5_dataset *dataset;
    gg_strings strings = {0};
    gg_status status = gg_h5_dataset_open(h5, "/name", &dataset, err);
    if (status != GG_OK)
        return status;
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    if (shape->count != 1 || shape->kind != GG_H5_TEXT)
        status = gg_h5_dataset_fail(dataset, err, "is not one string");
    else
        status = gg_h5_read_strings(dataset, 0, 1, &strings, err);
    if (status == GG_OK && (*name = gg_strdup(strings.text)) == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_h5_path(h5));
    gg_strings_clear(&strings);
    gg_h5_dataset_close(dataset);
    return status;
}

static gg_status check_format(gg_h5 *h5, gg_error *err) {
    char *format;
    bool found;
    gg_status status = gg_h5_read_text_attribute(h5, "/", "format", &format, &found, err);
    if (status != GG_OK)
        return status;
    if (!found)
        status = bad_field(h5, "format", "the attribute is missing", err);
    else if (strcmp(format, format_name) != 0)
        status = gg_fail(err, GG_E_INPUT, "%s: format: \"%.64s\" is not \"%s\"", gg_h5_path(h5),
                         format, format_name);
    gg_free(format);
    return status;
}

/* ---- arrays ---- */

typedef struct sizes {
    size_t n_users, n_servers;
} sizes;

static size_t dims_of(const array_field *field, sizes n, size_t dims[2]) {
    dims[0] = field->size == SERVERS ? n.n_servers : n.n_users;
    dims[1] = n.n_servers;
    return field->size == PAIRS ? 2 : 1;
}

/* Checks that an array has its size before anything is allocated for it. */
static gg_status check_array(gg_h5 *h5, const array_field *field, sizes n, bool *there,
                             gg_error *err) {
    char path[64];
    size_t dims[2];
    size_t rank = dims_of(field, n, dims);
    gg_h5_object object;
    gg_h5_dataset *dataset;
    bool is_empty = dims[0] == 0 || (rank == 2 && dims[1] == 0);
    snprintf(path, sizeof path, "/%s", field->name);
    GG_TRY(gg_h5_find(h5, path, &object, err));
    *there = object != GG_H5_ABSENT;
    if (!*there && (field->optional || is_empty))
        return GG_OK;
    GG_TRY(gg_h5_dataset_open(h5, path, &dataset, err));
    gg_status status = GG_OK;
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    bool fits = is_empty ? shape->count == 0
                         : shape->rank == rank && shape->dims[0] == dims[0] &&
                               (rank == 1 || shape->dims[1] == dims[1]);
    if (shape->kind == GG_H5_TEXT)
        status = gg_h5_dataset_fail(dataset, err, "is text where numbers are wanted");
    else if (!fits && rank == 2)
        status = gg_h5_dataset_fail(dataset, err, "is not a matrix of %zu users x %zu servers",
                                    dims[0], dims[1]);
    else if (!fits)
        status = gg_h5_dataset_fail(dataset, err, "is not a list of %zu values", dims[0]);
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

static gg_status read_array(gg_h5 *h5, const array_field *field, gg_instance *instance,
                            gg_error *err) {
    char path[64];
    size_t dims[2];
    gg_h5_dataset *dataset;
    size_t rank = dims_of(field, (sizes){instance->n_users, instance->n_servers}, dims);
    if (dims[0] == 0 || (rank == 2 && dims[1] == 0))
        return GG_OK;
    snprintf(path, sizeof path, "/%s", field->name);
    GG_TRY(gg_h5_dataset_open(h5, path, &dataset, err));
    void *place = field_at(instance, field->at);
    gg_status status = field->is_flags
                           ? read_flags(dataset, dims[0], *(uint8_t **)place, err)
                           : gg_h5_read_doubles(dataset, 0, dims[0], *(double **)place, err);
    gg_h5_dataset_close(dataset);
    return status;
}

/* Optional arrays not in the file must not exist in the instance. */
static void drop_absent(gg_instance *instance, const bool there[N_ARRAYS]) {
    for (int k = 0; k < N_ARRAYS; k++) {
        if (there[k] || !arrays[k].optional)
            continue;
        void *place = field_at(instance, arrays[k].at);
        if (arrays[k].is_flags) {
            gg_free(*(uint8_t **)place);
            *(uint8_t **)place = NULL;
        } else {
            gg_free(*(double **)place);
            *(double **)place = NULL;
        }
    }
}

static gg_status read_fields(gg_h5 *h5, gg_instance **out, gg_error *err) {
    sizes n = {0};
    bool there[N_ARRAYS] = {false};
    char *name = NULL;
    GG_TRY(check_format(h5, err));
    GG_TRY(read_size(h5, "n_users", 1, GG_MAX_USERS, &n.n_users, err));
    GG_TRY(read_size(h5, "n_servers", 0, GG_MAX_SERVERS, &n.n_servers, err));
    for (int k = 0; k < N_ARRAYS; k++)
        GG_TRY(check_array(h5, &arrays[k], n, &there[k], err));
    GG_TRY(read_name(h5, &name, err));
    gg_status status = gg_instance_new(name, n.n_users, n.n_servers, 1, 1, out, err);
    gg_free(name);
    GG_TRY(status);
    GG_TRY(gg_instance_fix_interference(*out, err));
    drop_absent(*out, there);
    for (int k = 0; k < N_SCALARS; k++)
        GG_TRY(read_scalar(h5, scalars[k].name, field_at(*out, scalars[k].at), err));
    for (int k = 0; k < N_ARRAYS; k++)
        if (there[k])
            GG_TRY(read_array(h5, &arrays[k], *out, err));
    gg_error inner = {0};
    status = gg_instance_validate(*out, &inner);
    if (status != GG_OK)
        gg_fail(err, status, "%s: %s", gg_h5_path(h5), inner.message);
    return status;
}

/* ---- unknown names ---- */

static bool is_known(const char *name) {
    for (size_t k = 0; k < sizeof other_names / sizeof *other_names; k++)
        if (strcmp(name, other_names[k]) == 0)
            return true;
    for (int k = 0; k < N_SCALARS; k++)
        if (strcmp(name, scalars[k].name) == 0)
            return true;
    for (int k = 0; k < N_ARRAYS; k++)
        if (strcmp(name, arrays[k].name) == 0)
            return true;
    return false;
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
            if (!is_known(name))
                warn(context, message);
        }
        gg_strings_clear(&lists[l]);
    }
    return status;
}

gg_status gg_instance_read_h5(const char *path, gg_instance **out, gg_warning_fn warn,
                              void *context, gg_error *err) {
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

/* ---- writing ---- */

static gg_status write_array(gg_h5 *h5, const array_field *field, const gg_instance *instance,
                             gg_error *err) {
    char path[64];
    size_t dims[2];
    size_t rank = dims_of(field, (sizes){instance->n_users, instance->n_servers}, dims);
    const void *place = const_field_at(instance, field->at);
    const void *values = field->is_flags ? (const void *)*(uint8_t *const *)place
                                         : (const void *)*(double *const *)place;
    if (values == NULL)
        return GG_OK;
    snprintf(path, sizeof path, "/%s", field->name);
    return gg_h5_write(h5, path, field->is_flags ? GG_H5_U8 : GG_H5_F64, rank, dims, values, err);
}

static gg_status write_all(gg_h5 *h5, const gg_instance *instance, gg_error *err) {
    GG_TRY(gg_h5_write_text_attribute(h5, "/", "format", format_name, err));
    GG_TRY(gg_h5_write_text_attribute(h5, "/", "name", instance->name, err));
    GG_TRY(gg_h5_write_integer_attribute(h5, "/", "n_users", (int64_t)instance->n_users, err));
    GG_TRY(gg_h5_write_integer_attribute(h5, "/", "n_servers", (int64_t)instance->n_servers, err));
    for (int k = 0; k < N_SCALARS; k++)
        GG_TRY(gg_h5_write_double_attribute(
            h5, "/", scalars[k].name, *(const double *)const_field_at(instance, scalars[k].at),
            err));
    for (int k = 0; k < N_ARRAYS; k++)
        GG_TRY(write_array(h5, &arrays[k], instance, err));
    return GG_OK;
}

gg_status gg_instance_write_h5(const gg_instance *instance, const char *path, gg_error *err) {
    gg_h5 *h5;
    GG_TRY(gg_h5_create(path, &h5, err));
    return gg_h5_finish(h5, write_all(h5, instance, err), err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_internal.h"

#include <string.h>

#include "models/base/alloc.h"

enum { MAX_ATTRIBUTE_TEXT = 1 << 16 };

/* A one-valued attribute, open. */
typedef struct attribute {
    const gg_h5 *h5;
    const char *path, *name;
    hid_t id, type;
} attribute;

static gg_status fail(const attribute *a, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s: attribute %s: %s", a->h5->path, a->path, a->name,
                   reason);
}

static gg_status library_failed(const attribute *a, const char *action, gg_error *err) {
    return gg__h5_fail(a->h5, GG_E_INPUT, a->path, action, err);
}

static gg_status no_memory(const attribute *a, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", a->h5->path);
}

/* a->id stays negative when there is none; what is open is closed by the caller also on failure. */
static gg_status open_attribute(gg_h5 *h5, attribute *a, gg_error *err) {
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    GG_TRY(gg__h5_resolve(h5, a->path, resolved, &object, err));
    htri_t there =
        object == GG_H5_ABSENT ? 0 : H5Aexists_by_name(h5->file, resolved, a->name, H5P_DEFAULT);
    if (there == 0)
        return GG_OK;
    if (there > 0)
        a->id = H5Aopen_by_name(h5->file, resolved, a->name, H5P_DEFAULT, H5P_DEFAULT);
    if (a->id < 0)
        return library_failed(a, "an attribute cannot be opened", err);
    hid_t space = H5Aget_space(a->id);
    bool single = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (space >= 0)
        H5Sclose(space);
    if (!single)
        return fail(a, "is not a single value", err);
    a->type = H5Aget_type(a->id);
    return GG_OK;
}

static gg_status read_variable_text(const attribute *a, char **text, gg_error *err) {
    char *value = NULL;
    if (H5Aread(a->id, a->type, &value) < 0)
        return library_failed(a, "an attribute cannot be read", err);
    gg_status status = GG_OK;
    if (value != NULL && strlen(value) > MAX_ATTRIBUTE_TEXT)
        status = fail(a, "is longer than 64 KiB", err);
    else if ((*text = gg_strdup(value != NULL ? value : "")) == NULL)
        status = no_memory(a, err);
    if (value != NULL)
        H5free_memory(value);
    return status;
}

static gg_status read_fixed_text(const attribute *a, char **text, gg_error *err) {
    size_t size = H5Tget_size(a->type);
    if (size < 1 || size > MAX_ATTRIBUTE_TEXT)
        return fail(a, "is longer than 64 KiB", err);
    *text = gg_alloc(size + 1, 1);
    if (*text == NULL)
        return no_memory(a, err);
    if (H5Aread(a->id, a->type, *text) < 0) {
        gg_free(*text);
        *text = NULL;
        return library_failed(a, "an attribute cannot be read", err);
    }
    if (H5Tget_strpad(a->type) == H5T_STR_SPACEPAD)
        for (size_t n = strlen(*text); n > 0 && (*text)[n - 1] == ' '; n--)
            (*text)[n - 1] = '\0';
    return GG_OK;
}

static gg_status read_text(const attribute *a, void *value, gg_error *err) {
    if (a->type < 0 || H5Tget_class(a->type) != H5T_STRING)
        return fail(a, "is not text", err);
    return H5Tis_variable_str(a->type) > 0 ? read_variable_text(a, value, err)
                                           : read_fixed_text(a, value, err);
}

static gg_status read_number(const attribute *a, void *value, gg_error *err) {
    H5T_class_t class = a->type < 0 ? H5T_NO_CLASS : H5Tget_class(a->type);
    if ((class != H5T_INTEGER && class != H5T_FLOAT && class != H5T_ENUM) ||
        H5Tget_size(a->type) > 16)
        return fail(a, "is not a number", err);
    if (H5Aread(a->id, H5T_NATIVE_DOUBLE, value) < 0)
        return library_failed(a, "an attribute cannot be read", err);
    return GG_OK;
}

static gg_status read_attribute(gg_h5 *h5, const char *path, const char *name,
                                gg_status (*read)(const attribute *, void *, gg_error *),
                                void *value, bool *found, gg_error *err) {
    attribute a = {h5, path, name, H5I_INVALID_HID, H5I_INVALID_HID};
    gg_status status = open_attribute(h5, &a, err);
    if (status == GG_OK && a.id >= 0)
        status = read(&a, value, err);
    *found = status == GG_OK && a.id >= 0;
    if (a.type >= 0)
        H5Tclose(a.type);
    if (a.id >= 0)
        H5Aclose(a.id);
    return status;
}

gg_status gg_h5_read_text_attribute(gg_h5 *h5, const char *path, const char *name, char **text,
                                    bool *found, gg_error *err) {
    *text = NULL;
    return read_attribute(h5, path, name, read_text, text, found, err);
}

gg_status gg_h5_read_number_attribute(gg_h5 *h5, const char *path, const char *name, double *value,
                                      bool *found, gg_error *err) {
    return read_attribute(h5, path, name, read_number, value, found, err);
}

static gg_status write_attribute(gg_h5 *h5, const char *path, const char *name, gg_h5_type type,
                                 const void *value, gg_error *err) {
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    GG_TRY(gg__h5_resolve(h5, path, resolved, &object, err));
    gg_status status = GG_OK;
    hid_t stored = gg__h5_make_type(type, true);
    hid_t memory = gg__h5_make_type(type, false);
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t created = H5Acreate_by_name(h5->file, resolved, name, stored, space, H5P_DEFAULT,
                                      H5P_DEFAULT, H5P_DEFAULT);
    if (created < 0 || H5Awrite(created, memory, value) < 0)
        status = gg__h5_fail(h5, GG_E_IO, path, "an attribute cannot be written", err);
    if (created >= 0)
        H5Aclose(created);
    H5Sclose(space);
    H5Tclose(memory);
    H5Tclose(stored);
    return status;
}

gg_status gg_h5_write_text_attribute(gg_h5 *h5, const char *path, const char *name,
                                     const char *text, gg_error *err) {
    return write_attribute(h5, path, name, GG_H5_UTF8, &text, err);
}

gg_status gg_h5_write_integer_attribute(gg_h5 *h5, const char *path, const char *name,
                                        int64_t value, gg_error *err) {
    return write_attribute(h5, path, name, GG_H5_I64, &value, err);
}

gg_status gg_h5_write_double_attribute(gg_h5 *h5, const char *path, const char *name, double value,
                                       gg_error *err) {
    return write_attribute(h5, path, name, GG_H5_F64, &value, err);
}

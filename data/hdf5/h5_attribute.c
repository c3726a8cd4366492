/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_internal.h"

#include <string.h>

#include "models/base/alloc.h"

enum { MAX_ATTRIBUTE_TEXT = 1 << 16 };

static gg_status fail(const gg_h5 *h5, const char *path, const char *name, const char *reason,
                      gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s: attribute %s: %s", h5->path, path, name, reason);
}

/* Opens a one-valued attribute; *attribute is negative when there is none. */
static gg_status open_attribute(gg_h5 *h5, const char *path, const char *name, hid_t *attribute,
                                gg_error *err) {
    *attribute = H5I_INVALID_HID;
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    gg_status status = gg__h5_resolve(h5, path, resolved, &object, err);
    if (status != GG_OK || object == GG_H5_ABSENT)
        return status;
    htri_t there = H5Aexists_by_name(h5->file, resolved, name, H5P_DEFAULT);
    if (there == 0)
        return GG_OK;
    if (there > 0)
        *attribute = H5Aopen_by_name(h5->file, resolved, name, H5P_DEFAULT, H5P_DEFAULT);
    if (*attribute < 0)
        return gg__h5_fail(h5, GG_E_INPUT, path, "an attribute cannot be opened", err);
    hid_t space = H5Aget_space(*attribute);
    bool single = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (space >= 0)
        H5Sclose(space);
    if (single)
        return GG_OK;
    H5Aclose(*attribute);
    *attribute = H5I_INVALID_HID;
    return fail(h5, path, name, "is not a single value", err);
}

static gg_status read_variable_text(gg_h5 *h5, const char *path, const char *name, hid_t attribute,
                                    hid_t type, char **text, gg_error *err) {
    char *value = NULL;
    if (H5Aread(attribute, type, &value) < 0)
        return gg__h5_fail(h5, GG_E_INPUT, path, "an attribute cannot be read", err);
    gg_status status = GG_OK;
    if (value != NULL && strlen(value) > MAX_ATTRIBUTE_TEXT)
        status = fail(h5, path, name, "is longer than 64 KiB", err);
    else if ((*text = gg_strdup(value != NULL ? value : "")) == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", h5->path);
    if (value != NULL)
        H5free_memory(value);
    return status;
}

static gg_status read_fixed_text(gg_h5 *h5, const char *path, const char *name, hid_t attribute,
                                 hid_t type, char **text, gg_error *err) {
    size_t size = H5Tget_size(type);
    if (size < 1 || size > MAX_ATTRIBUTE_TEXT)
        return fail(h5, path, name, "is longer than 64 KiB", err);
    *text = gg_alloc(size + 1, 1);
    if (*text == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", h5->path);
    if (H5Aread(attribute, type, *text) < 0) {
        gg_free(*text);
        *text = NULL;
        return gg__h5_fail(h5, GG_E_INPUT, path, "an attribute cannot be read", err);
    }
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD)
        for (size_t n = strlen(*text); n > 0 && (*text)[n - 1] == ' '; n--)
            (*text)[n - 1] = '\0';
    return GG_OK;
}

gg_status gg_h5_read_text_attribute(gg_h5 *h5, const char *path, const char *name, char **text,
                                    bool *found, gg_error *err) {
    *text = NULL;
    *found = false;
    hid_t attribute;
    gg_status status = open_attribute(h5, path, name, &attribute, err);
    if (status != GG_OK || attribute < 0)
        return status;
    hid_t type = H5Aget_type(attribute);
    if (type < 0 || H5Tget_class(type) != H5T_STRING)
        status = fail(h5, path, name, "is not text", err);
    else if (H5Tis_variable_str(type) > 0)
        status = read_variable_text(h5, path, name, attribute, type, text, err);
    else
        status = read_fixed_text(h5, path, name, attribute, type, text, err);
    *found = status == GG_OK;
    if (type >= 0)
        H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

gg_status gg_h5_read_number_attribute(gg_h5 *h5, const char *path, const char *name, double *value,
                                      bool *found, gg_error *err) {
    *found = false;
    hid_t attribute;
    gg_status status = open_attribute(h5, path, name, &attribute, err);
    if (status != GG_OK || attribute < 0)
        return status;
    hid_t type = H5Aget_type(attribute);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    if ((class != H5T_INTEGER && class != H5T_FLOAT && class != H5T_ENUM) || H5Tget_size(type) > 16)
        status = fail(h5, path, name, "is not a number", err);
    else if (H5Aread(attribute, H5T_NATIVE_DOUBLE, value) < 0)
        status = gg__h5_fail(h5, GG_E_INPUT, path, "an attribute cannot be read", err);
    *found = status == GG_OK;
    if (type >= 0)
        H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

static herr_t collect_name(hid_t object, const char *name, const H5A_info_t *info,
                           void *collector) {
    (void)object;
    (void)info;
    return gg__h5_collect(collector, name, strlen(name)) == 0 ? 0 : 1;
}

gg_status gg_h5_list_attributes(gg_h5 *h5, const char *path, gg_strings *names, gg_error *err) {
    *names = (gg_strings){0};
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    gg_status status = gg__h5_resolve(h5, path, resolved, &object, err);
    if (status != GG_OK || object == GG_H5_ABSENT)
        return status;
    gg__h5_collector collector = {0};
    herr_t stopped = H5Aiterate_by_name(h5->file, resolved, H5_INDEX_NAME, H5_ITER_INC, NULL,
                                        collect_name, &collector, H5P_DEFAULT);
    if (stopped == 0) {
        *names = collector.strings;
        return GG_OK;
    }
    gg_strings_clear(&collector.strings);
    if (stopped > 0)
        return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", h5->path, path);
    return gg__h5_fail(h5, GG_E_INPUT, path, "its attributes cannot be listed", err);
}

static gg_status write_attribute(gg_h5 *h5, const char *path, const char *name, gg_h5_type type,
                                 const void *value, gg_error *err) {
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    gg_status status = gg__h5_resolve(h5, path, resolved, &object, err);
    if (status != GG_OK)
        return status;
    hid_t stored = gg__h5_file_type(type);
    hid_t memory = gg__h5_memory_type(type);
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate_by_name(h5->file, resolved, name, stored, space, H5P_DEFAULT,
                                        H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, memory, value) < 0)
        status = gg__h5_fail(h5, GG_E_IO, path, "an attribute cannot be written", err);
    if (attribute >= 0)
        H5Aclose(attribute);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/uncertainty_store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"

static void object_path(const char *name, char path[GG_OBJECT_PATH_SIZE]) {
    snprintf(path, GG_OBJECT_PATH_SIZE, "/uncertainty/%s", name);
}

gg_status gg_uncertainty_list(gg_dataset *dataset, gg_strings *names, gg_error *err) {
    return gg_h5_list(gg_dataset_h5(dataset), "/uncertainty", names, err);
}

static gg_status read_text(gg_h5 *h5, const char *path, const char *attribute, char *target,
                           size_t size, gg_error *err) {
    char *text;
    bool found;
    gg_status status = gg_h5_read_text_attribute(h5, path, attribute, &text, &found, err);
    snprintf(target, size, "%s", status == GG_OK && found ? text : "");
    gg_free(text);
    return status;
}

static gg_status read_number(gg_h5 *h5, const char *path, const char *attribute, double *target,
                             gg_error *err) {
    bool found;
    gg_status status = gg_h5_read_number_attribute(h5, path, attribute, target, &found, err);
    if (status == GG_OK && !found)
        *target = NAN;
    return status;
}

static gg_status read_info(gg_h5 *h5, const char *path, gg_uncertainty_info *info, gg_error *err) {
    GG_TRY(read_text(h5, path, "method", info->method, sizeof info->method, err));
    GG_TRY(read_text(h5, path, "aggregate", info->aggregate, sizeof info->aggregate, err));
    GG_TRY(read_text(h5, path, "source", info->source, sizeof info->source, err));
    GG_TRY(read_text(h5, path, "created_by", info->created_by, sizeof info->created_by, err));
    GG_TRY(read_number(h5, path, "top_k", &info->top_k, err));
    return read_number(h5, path, "temperature", &info->temperature, err);
}

static gg_status not_there(gg_dataset *dataset, const char *name, gg_error *err) {
    gg_strings names;
    GG_TRY(gg_uncertainty_list(dataset, &names, err));
    char known[320] = "", choose[320] = "";
    for (size_t k = 0; k < names.count; k++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "",
                 names.text + names.start[k]);
    }
    if (names.count == 1)
        snprintf(choose, sizeof choose,
                 ": choose it with --uncertainty, in a plan with `uncertainty: %.60s'", known);
    if (names.count == 0)
        snprintf(choose, sizeof choose, ": `goagap uncertainty %.240s' adds one",
                 gg_dataset_path(dataset));
    gg_status status =
        gg_fail(err, GG_E_INPUT, "%s: there is no uncertainty \"%.100s\"; it has %s%s",
                gg_dataset_path(dataset), name, names.count > 0 ? known : "none", choose);
    gg_suggest(err, name, known);
    gg_strings_clear(&names);
    return status;
}

static gg_status read_values(gg_dataset *dataset, const char *path, double *values, gg_error *err) {
    gg_h5_dataset *column;
    gg_status status = gg_h5_dataset_open(gg_dataset_h5(dataset), path, &column, err);
    if (status != GG_OK)
        return status;
    const gg_h5_shape *shape = gg_h5_dataset_shape(column);
    size_t n = gg_dataset_n_queries(dataset);
    if (shape->rank != 1 || shape->count != n)
        status = gg_h5_dataset_fail(column, err, "is not a list of %zu values, one a query", n);
    else if (values != NULL)
        status = gg_h5_read_doubles(column, 0, n, values, err);
    for (size_t i = 0; status == GG_OK && values != NULL && i < n; i++)
        if (isnan(values[i]))
            status = gg_h5_dataset_fail(column, err, "value %zu is not a number", i);
    gg_h5_dataset_close(column);
    return status;
}

gg_status gg_uncertainty_read(gg_dataset *dataset, const char *name, double *values,
                              gg_uncertainty_info *info, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_object object;
    GG_TRY(gg_uncertainty_name_check(name, err));
    object_path(name, path);
    GG_TRY(gg_h5_find(gg_dataset_h5(dataset), path, &object, err));
    if (object == GG_H5_ABSENT)
        return not_there(dataset, name, err);
    GG_TRY(read_values(dataset, path, values, err));
    return info != NULL ? read_info(gg_dataset_h5(dataset), path, info, err) : GG_OK;
}

gg_status gg_uncertainty_write(gg_h5 *h5, const char *name, const gg_uncertainty_info *info,
                               const double *values, size_t count, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    object_path(name, path);
    GG_TRY(gg_uncertainty_name_check(name, err));
    GG_TRY(gg_h5_make_group(h5, "/uncertainty", err));
    GG_TRY(gg_h5_write(h5, path, GG_H5_F64, 1, &count, values, err));
    const struct {
        const char *name, *text;
    } texts[] = {{"method", info->method},
                 {"aggregate", info->aggregate},
                 {"source", info->source},
                 {"created_by", info->created_by}};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (*texts[k].text != '\0')
            GG_TRY(gg_h5_write_text_attribute(h5, path, texts[k].name, texts[k].text, err));
    if (!isnan(info->top_k))
        GG_TRY(gg_h5_write_integer_attribute(h5, path, "top_k", (int64_t)info->top_k, err));
    if (!isnan(info->temperature))
        GG_TRY(gg_h5_write_double_attribute(h5, path, "temperature", info->temperature, err));
    return GG_OK;
}

/* The source must be a sound dataset of as many queries, with the name free or `force`. */
static gg_status check_target(const char *source, const char *name, size_t count, bool force,
                              bool *taken, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_object object;
    gg_dataset *dataset;
    GG_TRY(gg_uncertainty_name_check(name, err));
    GG_TRY(gg_dataset_open(source, &dataset, err));
    object_path(name, path);
    gg_status status = gg_h5_find(gg_dataset_h5(dataset), path, &object, err);
    *taken = status == GG_OK && object != GG_H5_ABSENT;
    if (status == GG_OK && gg_dataset_n_queries(dataset) != count)
        status = gg_fail(err, GG_E_USAGE, "%s: %zu values for %zu queries", source, count,
                         gg_dataset_n_queries(dataset));
    if (*taken && !force)
        status =
            gg_fail(err, GG_E_USAGE, "%s: %s: exists already (force replaces it)", source, path);
    gg_dataset_close(dataset);
    return status;
}

gg_status gg_uncertainty_add(const char *source, const char *path, const char *name,
                             const gg_uncertainty_info *info, const double *values, size_t count,
                             bool force, gg_error *err) {
    char object[GG_OBJECT_PATH_SIZE];
    gg_h5 *h5;
    bool taken;
    struct stat before;
    GG_TRY(check_target(source, name, count, force, &taken, err));
    GG_TRY(gg_h5_create_copy(source, path != NULL ? path : source, &h5, err));
    gg_status status = GG_OK;
    object_path(name, object);
    if (taken)
        status = gg_h5_remove(h5, object, err);
    if (status == GG_OK)
        status = gg_uncertainty_write(h5, name, info, values, count, err);
    bool in_place = path == NULL && stat(source, &before) == 0;
    status = gg_h5_finish(h5, status, err);
    if (status == GG_OK && in_place)
        chmod(source, before.st_mode & 07777);
    return status;
}

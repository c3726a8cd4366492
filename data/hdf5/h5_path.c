/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_internal.h"

#include <stdio.h>
#include <string.h>

enum { MAX_LINKS = 16 };

/* Takes the first component off `pending` and appends it to `done`; false when it does not fit. */
static bool take_component(char *pending, char *done, size_t *length) {
    char *start = pending + strspn(pending, "/");
    size_t n = strcspn(start, "/");
    bool skip = n == 0 || (n == 1 && start[0] == '.');
    if (!skip) {
        if (*length + n + 2 > GG__H5_PATH_SIZE)
            return false;
        done[(*length)++] = '/';
        memcpy(done + *length, start, n);
        *length += n;
        done[*length] = '\0';
    }
    memmove(pending, start + n, strlen(start + n) + 1);
    return true;
}

/* Replaces the link at `done` (whose last component began at `parent`) by its target. */
static gg_status follow_soft_link(gg_h5 *h5, const char *path, size_t target_size, char *pending,
                                  char *done, size_t parent, size_t *length, gg_error *err) {
    char target[GG__H5_PATH_SIZE];
    char joined[GG__H5_PATH_SIZE];
    if (target_size >= sizeof target)
        return gg_fail(err, GG_E_INPUT, "%s: %s: a link with a target of %zu bytes", h5->path, path,
                       target_size);
    memset(target, 0, sizeof target);
    if (H5Lget_val(h5->file, done, target, sizeof target - 1, H5P_DEFAULT) < 0)
        return gg__h5_fail(h5, GG_E_INPUT, path, "a link cannot be read", err);
    int written = snprintf(joined, sizeof joined, "%s/%s", target, pending);
    if (written < 0 || (size_t)written >= sizeof joined)
        return gg_fail(err, GG_E_INPUT, "%s: %s: links make its name too long", h5->path, path);
    strcpy(pending, joined);
    *length = target[0] == '/' ? 0 : parent;
    done[*length] = '\0';
    return GG_OK;
}

static gg_status object_kind(gg_h5 *h5, const char *resolved, gg_h5_object *object, gg_error *err) {
    H5O_info_t info;
    if (H5Oget_info_by_name2(h5->file, resolved, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return gg__h5_fail(h5, GG_E_INPUT, resolved, "cannot be read", err);
    *object = info.type == H5O_TYPE_GROUP     ? GG_H5_GROUP
              : info.type == H5O_TYPE_DATASET ? GG_H5_DATASET
                                              : GG_H5_OTHER;
    return GG_OK;
}

gg_status gg__h5_resolve(gg_h5 *h5, const char *path, char resolved[GG__H5_PATH_SIZE],
                         gg_h5_object *object, gg_error *err) {
    gg__h5_quieten();
    char pending[GG__H5_PATH_SIZE];
    size_t length = 0;
    int links = 0;
    *object = GG_H5_GROUP;
    resolved[0] = '\0';
    if (strlen(path) >= sizeof pending)
        return gg_fail(err, GG_E_INPUT, "%s: a name of %zu bytes", h5->path, strlen(path));
    strcpy(pending, path);
    while (pending[strspn(pending, "/")] != '\0') {
        size_t parent = length;
        if (!take_component(pending, resolved, &length))
            return gg_fail(err, GG_E_INPUT, "%s: %s: its name is too long", h5->path, path);
        if (length == parent)
            continue;
        H5L_info_t link;
        htri_t there = *object == GG_H5_GROUP ? H5Lexists(h5->file, resolved, H5P_DEFAULT) : 0;
        if (there < 0 || (there > 0 && H5Lget_info(h5->file, resolved, &link, H5P_DEFAULT) < 0))
            return gg__h5_fail(h5, GG_E_INPUT, path, "cannot be looked up", err);
        if (there == 0) {
            *object = GG_H5_ABSENT;
            return GG_OK;
        }
        if (link.type == H5L_TYPE_HARD)
            GG_TRY(object_kind(h5, resolved, object, err));
        else if (link.type != H5L_TYPE_SOFT)
            return gg_fail(err, GG_E_INPUT, "%s: %s: a link that leaves the file is refused",
                           h5->path, path);
        else if (++links > MAX_LINKS)
            return gg_fail(err, GG_E_INPUT, "%s: %s: more than %d links in a row", h5->path, path,
                           MAX_LINKS);
        else
            GG_TRY(follow_soft_link(h5, path, link.u.val_size, pending, resolved, parent, &length,
                                    err));
    }
    if (length == 0)
        strcpy(resolved, "/");
    return GG_OK;
}

gg_status gg_h5_find(gg_h5 *h5, const char *path, gg_h5_object *object, gg_error *err) {
    char resolved[GG__H5_PATH_SIZE];
    return gg__h5_resolve(h5, path, resolved, object, err);
}

static herr_t collect_link(hid_t group, const char *name, const H5L_info_t *info, void *collector) {
    (void)group;
    (void)info;
    return gg__h5_collect(collector, name, strlen(name)) == 0 ? 0 : 1;
}

static herr_t collect_attribute(hid_t object, const char *name, const H5A_info_t *info,
                                void *collector) {
    (void)info;
    return collect_link(object, name, NULL, collector);
}

/* Names of an object's attributes, or else of a group's members. */
static gg_status list_names(gg_h5 *h5, const char *path, bool attributes, gg_strings *names,
                            gg_error *err) {
    *names = (gg_strings){0};
    char resolved[GG__H5_PATH_SIZE];
    gg_h5_object object;
    GG_TRY(gg__h5_resolve(h5, path, resolved, &object, err));
    if (object == GG_H5_ABSENT)
        return GG_OK;
    if (object != GG_H5_GROUP && !attributes)
        return gg_fail(err, GG_E_INPUT, "%s: %s: is not a group", h5->path, path);
    gg__h5_collector collector = {0};
    herr_t stopped = attributes
                         ? H5Aiterate_by_name(h5->file, resolved, H5_INDEX_NAME, H5_ITER_INC, NULL,
                                              collect_attribute, &collector, H5P_DEFAULT)
                         : H5Literate_by_name(h5->file, resolved, H5_INDEX_NAME, H5_ITER_INC, NULL,
                                              collect_link, &collector, H5P_DEFAULT);
    *names = collector.strings;
    if (stopped == 0)
        return GG_OK;
    gg_strings_clear(names);
    if (stopped > 0)
        return gg_fail(err, GG_E_NOMEM, "%s: %s: out of memory", h5->path, path);
    return gg__h5_fail(h5, GG_E_INPUT, path,
                       attributes ? "its attributes cannot be listed" : "cannot be listed", err);
}

gg_status gg_h5_list(gg_h5 *h5, const char *group, gg_strings *names, gg_error *err) {
    return list_names(h5, group, false, names, err);
}

gg_status gg_h5_list_attributes(gg_h5 *h5, const char *path, gg_strings *names, gg_error *err) {
    return list_names(h5, path, true, names, err);
}

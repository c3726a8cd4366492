/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/relative_path.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/alloc.h"

/* The path that a folder will have that is made with the output. */
static bool future_folder(char *name, char folder[PATH_MAX]) {
    char *slash = strrchr(name, '/');
    const char *last = slash != NULL ? slash + 1 : name, *above = slash != NULL ? name : ".";
    if (slash != NULL)
        *slash = '\0';
    if (*last == '\0' || realpath(*above != '\0' ? above : "/", folder) == NULL)
        return false;
    size_t length = strlen(folder);
    if (length + strlen(last) + 2 > PATH_MAX)
        return false;
    sprintf(folder + length, "%s%s", length > 1 ? "/" : "", last);
    return true;
}

/* The folder a file is (or will be) in, without links and dots; the current one for streams. */
static gg_status folder_of(const char *path, char folder[PATH_MAX], gg_error *err) {
    char name[PATH_MAX];
    struct stat info;
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    if (length == 0 || length >= sizeof name || (stat(path, &info) == 0 && !S_ISREG(info.st_mode)))
        snprintf(name, sizeof name, ".");
    else
        snprintf(name, sizeof name, "%.*s", (int)length, path);
    if (realpath(name, folder) == NULL && !future_folder(name, folder))
        return gg_fail(err, GG_E_IO, "%s: cannot be written: there is no such folder", path);
    return GG_OK;
}

/* How many bytes of two absolute paths are the same whole names, the slash behind them included. */
static size_t common_part(const char *a, const char *b) {
    size_t common = 0;
    for (size_t k = 0; a[k] == b[k] && a[k] != '\0'; k++)
        if (a[k] == '/')
            common = k + 1;
    return common;
}

/* `target` as seen from `folder`, both absolute and without links, each with room for a slash at
 * its end. Owned by the caller; NULL when memory is short. */
static char *seen_from(char *folder, char *target) {
    size_t ups = 0;
    /* Names end in slashes, so that whole ones are compared; the root has its own. */
    strcat(folder, strcmp(folder, "/") == 0 ? "" : "/");
    strcat(target, strcmp(target, "/") == 0 ? "" : "/");
    size_t common = common_part(folder, target);
    for (const char *at = folder + common; *at != '\0'; at++)
        ups += *at == '/';
    size_t size = 3 * ups + strlen(target + common) + 2;
    char *path = gg_alloc(size, 1);
    if (path == NULL)
        return NULL;
    for (size_t k = 0; k < ups; k++)
        memcpy(path + 3 * k, "../", 3);
    strcat(path, target + common);
    size_t length = strlen(path);
    if (length == 0)
        return strcpy(path, ".");
    path[length - 1] = '\0';
    return path;
}

gg_status gg_relative_path(const char *target, const char *from, char **out, gg_error *err) {
    char folder[PATH_MAX + 1], resolved[PATH_MAX + 1];
    *out = NULL;
    GG_TRY(folder_of(from, folder, err));
    if (realpath(target, resolved) == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be found again", target);
    *out = seen_from(folder, resolved);
    return *out != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
}

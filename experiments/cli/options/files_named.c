/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/options/files_named.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"

/* A path, and what may follow it: FILE:COLUMN, FILE:id=COLUMN,... */
static gg_status keep_named(const char *text, gg_error *err) {
    char *path = gg_strdup(text);
    struct stat info;
    GG_NEED(path, err, "%s: out of memory", text);
    for (char *colon; stat(path, &info) != 0 && (colon = strrchr(path, ':')) != NULL;)
        *colon = '\0';
    gg_status status = gg_keep_input(path, err);
    gg_free(path);
    return status;
}

/* Where a file is or would be: its folder without links, and its name. NULL when memory is short or
 * there is no such folder. The C library's own memory. */
static char *place_of(const char *path) {
    const char *slash = strrchr(path, '/');
    char *whole = realpath(path, NULL), *place = NULL;
    if (whole != NULL)
        return whole;
    char *folder = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    whole = folder != NULL ? realpath(folder, NULL) : NULL;
    if (whole != NULL && (place = malloc(strlen(whole) + strlen(path) + 2)) != NULL)
        stpcpy(stpcpy(stpcpy(place, whole), "/"), slash != NULL ? slash + 1 : path);
    free(folder);
    free(whole);
    return place;
}

static bool is_device(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

/* Devices take what they are given. */
static bool are_one(const char *a, const char *b) {
    struct stat first, second;
    if (strcmp(a, b) == 0)
        return !is_device(a);
    if (stat(a, &first) == 0 && stat(b, &second) == 0)
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino && !is_device(a);
    char *here = place_of(a), *there = place_of(b);
    bool same = here != NULL && there != NULL && strcmp(here, there) == 0;
    free(here);
    free(there);
    return same;
}

static gg_status check_output(const gg_command *command, const char *const *texts, size_t k,
                              gg_error *err) {
    const char *path = texts[k];
    for (size_t other = 0; other < k; other++)
        if (texts[other] != NULL && command->options[other].written && are_one(path, texts[other]))
            return gg_fail(err, GG_E_USAGE, "%s: goes to %s, as does %s", command->options[k].name,
                           strcmp(path, "-") == 0 ? "standard output" : path,
                           command->options[other].name);
    gg_status status = strcmp(path, "-") == 0 ? GG_OK : gg_check_output(path, err);
    if (status != GG_OK)
        gg_error_prefix(err, command->options[k].name);
    return status;
}

static bool has_output(const gg_command *command, const char *const *options) {
    for (size_t k = 0; k < command->n_options; k++)
        if (options[k] != NULL && command->options[k].written)
            return true;
    return false;
}

gg_status gg_check_files(const gg_command *command, const char *const *options,
                         const char *const *arguments, size_t n_arguments, gg_error *err) {
    bool keeps_arguments = !command->arguments.in_place || has_output(command, options);
    gg_forget_inputs();
    for (size_t k = 0; keeps_arguments && k < n_arguments; k++)
        GG_TRY(keep_named(arguments[k], err));
    for (size_t k = 0; k < command->n_options; k++)
        if (options[k] != NULL && command->options[k].reads)
            GG_TRY(keep_named(options[k], err));
    for (size_t k = 0; k < command->n_options; k++)
        if (options[k] != NULL && command->options[k].written)
            GG_TRY(check_output(command, options, k, err));
    return GG_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/outfile.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

typedef struct kept {
    dev_t device;
    ino_t inode;
    char *path; /* as it was given */
} kept;

static struct {
    kept *items;
    size_t count, room;
} inputs;

void gg_forget_inputs(void) {
    for (size_t k = 0; k < inputs.count; k++)
        gg_free(inputs.items[k].path);
    gg_free(inputs.items);
    inputs.items = NULL;
    inputs.count = inputs.room = 0;
}

static gg_status keep(const char *path, const struct stat *info, gg_error *err) {
    if (inputs.count == inputs.room) {
        size_t room = 2 * inputs.room + 8;
        kept *items = gg_realloc(inputs.items, inputs.room, room, sizeof *items);
        GG_NEED(items, err, "%s: out of memory", path);
        inputs.items = items;
        inputs.room = room;
    }
    kept *fresh = &inputs.items[inputs.count];
    *fresh = (kept){info->st_dev, info->st_ino, gg_strdup(path)};
    GG_NEED(fresh->path, err, "%s: out of memory", path);
    inputs.count++;
    return GG_OK;
}

static bool begins_and_ends(const char *name, const char *first, const char *last) {
    size_t length = strlen(name), tail = strlen(last);
    return strncmp(name, first, strlen(first)) == 0 && length >= strlen(first) + tail &&
           strcmp(name + length - tail, last) == 0;
}

/* What the readers of a folder of results look at. */
static gg_status keep_results(const char *folder, gg_error *err) {
    DIR *open = opendir(folder);
    gg_status status = GG_OK;
    for (struct dirent *entry;
         status == GG_OK && open != NULL && (entry = readdir(open)) != NULL;) {
        struct stat info;
        char path[4096];
        if (!begins_and_ends(entry->d_name, "part-", ".h5") &&
            !begins_and_ends(entry->d_name, "manifest", ".json"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
            status = keep(path, &info, err);
    }
    if (open != NULL)
        closedir(open);
    return status;
}

gg_status gg_keep_input(const char *path, gg_error *err) {
    struct stat info;
    int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &info) : stat(path, &info);
    if (failed == 0 && S_ISDIR(info.st_mode))
        return keep_results(path, err);
    return failed == 0 && S_ISREG(info.st_mode) ? keep(path, &info, err) : GG_OK;
}

gg_status gg_check_output(const char *path, gg_error *err) {
    struct stat info;
    if (inputs.count == 0 || stat(path, &info) != 0)
        return GG_OK;
    for (size_t k = 0; k < inputs.count; k++) {
        const kept *input = &inputs.items[k];
        if (input->device != info.st_dev || input->inode != info.st_ino)
            continue;
        if (strcmp(input->path, path) == 0)
            return gg_fail(err, GG_E_USAGE, "%s: is read; it will not be replaced by an output",
                           path);
        return gg_fail(err, GG_E_USAGE,
                       "%s: is the same file as %s, which is read; it will not be replaced by an "
                       "output",
                       path, strcmp(input->path, "-") == 0 ? "standard input" : input->path);
    }
    return GG_OK;
}

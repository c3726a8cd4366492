/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/options/input_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/files/spool.h"
#include "models/base/parse.h"

/* Paths that are not the command line's own: they live as long as it does. */
enum { MOST_PATHS = 64, PATH_BYTES = 1024 };
static char paths[MOST_PATHS][PATH_BYTES];
static size_t n_paths;

static bool is_pipe(mode_t mode) {
    return S_ISFIFO(mode) || S_ISSOCK(mode);
}

static gg_status keep(gg_spool *spool, int fd, const char *name, gg_error *err) {
    static char block[1 << 16];
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", name, strerror(errno));
        if (got == 0)
            return gg_spool_turn(spool, err);
        GG_TRY(gg_spool_write(spool, block, (size_t)got, err));
    }
}

/* Puts what the descriptor gives until its end into a file that is then opened under the same
 * number. */
static gg_status replace(int fd, const char *name, gg_error *err) {
    gg_spool *spool = NULL;
    GG_TRY(gg_spool_new(&spool, err));
    gg_status status = keep(spool, fd, name, err);
    if (status == GG_OK && (dup2(gg_spool_descriptor(spool), fd) < 0 || lseek(fd, 0, SEEK_SET) < 0))
        status = gg_fail(err, GG_E_IO, "%s: cannot be kept: %s", name, strerror(errno));
    gg_spool_free(spool);
    return status;
}

/* The descriptor that a path means, with the bytes of its name; -1 for other paths. */
static int descriptor_of(const char *path, size_t *length) {
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    static const char input[] = "/dev/stdin";
    *length = strcspn(path, ":");
    if (*length == sizeof input - 1 && strncmp(path, input, *length) == 0)
        return STDIN_FILENO;
    for (size_t k = 0; k < sizeof folders / sizeof *folders; k++) {
        size_t n = strlen(folders[k]);
        char digits[12] = "";
        int64_t fd;
        if (strncmp(path, folders[k], n) != 0 || *length - n >= sizeof digits)
            continue;
        memcpy(digits, path + n, *length - n);
        if (gg_parse_integer(digits, 0, INT32_MAX, &fd))
            return (int)fd;
    }
    return -1;
}

static gg_status rename_to(const char *file, const char *behind, const char **readable,
                           gg_error *err) {
    char *text = paths[n_paths];
    if (n_paths == MOST_PATHS ||
        (size_t)snprintf(text, PATH_BYTES, "%s%s", file, behind) >= PATH_BYTES)
        return gg_fail(err, GG_E_USAGE, "%s: too many pipes, or a path too long", file);
    n_paths++;
    *readable = text;
    return GG_OK;
}

/* A named pipe, whose name ends at `length`. */
static gg_status open_named(const char *path, size_t length, const char **readable, gg_error *err) {
    char name[PATH_BYTES], file[40];
    snprintf(name, sizeof name, "%.*s", (int)length, path);
    int fd = open(name, O_RDONLY);
    if (fd < 0)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", name, strerror(errno));
    snprintf(file, sizeof file, "/dev/fd/%d", fd);
    GG_TRY(rename_to(file, path + length, readable, err));
    return replace(fd, name, err);
}

static bool is_named_pipe(const char *path, size_t length) {
    char name[PATH_BYTES];
    struct stat info;
    return (size_t)snprintf(name, sizeof name, "%.*s", (int)length, path) < sizeof name &&
           stat(name, &info) == 0 && is_pipe(info.st_mode);
}

gg_status gg_input_path(const char *path, const char **readable, gg_error *err) {
    size_t length;
    struct stat info;
    *readable = path;
    if (path[0] == '-' && (path[1] == '\0' || path[1] == ':'))
        GG_TRY(rename_to("/dev/stdin", path + 1, readable, err));
    int fd = descriptor_of(*readable, &length);
    if (fd >= 0) {
        bool is_terminal = fd == STDIN_FILENO && isatty(fd);
        return fstat(fd, &info) == 0 && (is_pipe(info.st_mode) || is_terminal)
                   ? replace(fd, *readable, err)
                   : GG_OK;
    }
    for (length = 0; path[length] != '\0';) {
        length += strcspn(path + length, ":");
        if (is_named_pipe(path, length))
            return open_named(path, length, readable, err);
        length += path[length] == ':';
    }
    return GG_OK;
}

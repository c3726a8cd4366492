/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

struct gg_outfile {
    char *target;
    char *temporary; /* NULL when the target is written straight */
    int fd;          /* of the temporary file, locked; -1 without one */
    int mode;        /* that the target gets; -1: as it was made */
    bool made;       /* the target's folder is ours */
    FILE *stream;    /* NULL when the writer opens files by name */
};

/* A temporary file is called after its target: what is not letters here is told from a name that
 * somebody chose. The target's part is short enough for the whole to be a file's name. */
static const char before_letters[] = ".goagap-", after_letters[] = ".tmp";
enum { N_LETTERS = 6, LONGEST_TARGET = 200, TRIES = 100 };
enum { SUFFIX_LENGTH = sizeof before_letters - 1 + N_LETTERS + sizeof after_letters - 1 };

static void release(gg_outfile *out) {
    if (out->fd >= 0)
        close(out->fd);
    gg_free(out->target);
    gg_free(out->temporary);
    gg_free(out);
}

static int is_stdout(const gg_outfile *out) {
    return out->stream == stdout;
}

/* Length of the folder of a path, its slash included. */
static size_t folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

static char *folder_of(const char *path) {
    size_t length = folder_length(path);
    char *folder = gg_strdup(length > 0 ? path : ".");
    if (folder != NULL && length > 0)
        folder[length > 1 ? length - 1 : 1] = '\0';
    return folder;
}

char *gg_path_in(const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = gg_alloc(size, 1);
    if (path != NULL)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

gg_status gg_folder_make(const char *path, gg_error *err) {
    struct stat info;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return gg_fail(err, GG_E_IO, "%s: cannot be made: %s", path, strerror(errno));
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return gg_fail(err, GG_E_IO, "%s: is not a folder", path);
    return GG_OK;
}

/* A folder made for an output that did not come; it stays if something else is in it. */
static void remove_folder(const gg_outfile *out) {
    char *folder = out->made ? folder_of(out->target) : NULL;
    if (folder != NULL)
        rmdir(folder);
    gg_free(folder);
}

/* A lock of its own says whether a writer lives, on every machine that sees the file. It is not the
 * kind that HDF5 takes, and closing another descriptor of the file does not drop it. */
static int lock(int fd) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_SETLK, &whole);
}

/* Length of the target's name in the name of a temporary file; 0: it is none. */
static size_t target_length(const char *name) {
    size_t length = strlen(name);
    if (length <= SUFFIX_LENGTH)
        return 0;
    const char *suffix = name + length - SUFFIX_LENGTH;
    const char *letters = suffix + sizeof before_letters - 1;
    for (int k = 0; k < N_LETTERS; k++)
        if (letters[k] < 'a' || letters[k] > 'z')
            return 0;
    if (strncmp(suffix, before_letters, sizeof before_letters - 1) != 0 ||
        strcmp(letters + N_LETTERS, after_letters) != 0)
        return 0;
    return length - SUFFIX_LENGTH;
}

/* The lock is held until the name is gone: a writer that just made the file finds out. */
static void remove_unless_locked(int folder, const char *name) {
    int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && lock(fd) == 0)
        unlinkat(folder, name, 0);
    close(fd);
}

void gg_outfile_sweep(const char *folder, gg_outfile_filter accepts, const void *context) {
    DIR *open = opendir(folder);
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        char target[sizeof entry->d_name];
        size_t length = target_length(entry->d_name);
        memcpy(target, entry->d_name, length);
        target[length] = '\0';
        if (length > 0 && accepts(target, context))
            remove_unless_locked(dirfd(open), entry->d_name);
    }
    if (open != NULL)
        closedir(open);
}

static bool is_target(const char *target, const void *context) {
    const char *name = context;
    size_t length = strnlen(name, LONGEST_TARGET);
    return strlen(target) == length && strncmp(target, name, length) == 0;
}

/* Makes the temporary file beside the target, so that the rename stays on one disk, under a name
 * that nobody can foresee. 0, or -1 with errno set. */
static int make_temporary(gg_outfile *out, mode_t mode) {
    size_t folder = folder_length(out->target);
    size_t used = folder + strnlen(out->target + folder, LONGEST_TARGET);
    for (int k = 0; k < TRIES; k++) {
        unsigned char random[N_LETTERS];
        struct stat info;
        if (getrandom(random, sizeof random, 0) != sizeof random)
            return -1;
        char *end = out->temporary + used;
        memcpy(out->temporary, out->target, used);
        end = stpcpy(end, before_letters);
        for (int r = 0; r < N_LETTERS; r++)
            *end++ = (char)('a' + random[r] % 26);
        strcpy(end, after_letters);
        out->fd = open(out->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (out->fd < 0 && errno != EEXIST)
            return -1;
        if (out->fd < 0)
            continue;
        /* A sweep may have come between; a disk without locks has no sweeps. */
        bool locked = lock(out->fd) == 0 || (errno != EAGAIN && errno != EACCES);
        if (locked && fstat(out->fd, &info) == 0 && info.st_nlink > 0)
            return 0;
        close(out->fd);
        out->fd = -1;
    }
    errno = EEXIST;
    return -1;
}

/* The stream has a descriptor of its own: the lock outlives it. */
static FILE *open_stream(const gg_outfile *out) {
    if (out->fd < 0)
        return fopen(out->target, "w");
    int fd = fcntl(out->fd, F_DUPFD_CLOEXEC, 0);
    FILE *stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (stream == NULL && fd >= 0)
        close(fd);
    return stream;
}

gg_status gg_outfile_open(const char *path, gg_outfile **result, FILE **stream, gg_error *err) {
    char *folder = NULL;
    *result = NULL;
    gg_outfile *out = gg_alloc(1, sizeof *out);
    if (out == NULL)
        goto no_memory;
    out->fd = -1;
    if ((out->target = gg_strdup(path)) == NULL)
        goto no_memory;
    if (stream != NULL && strcmp(path, "-") == 0) {
        out->stream = *stream = stdout;
        *result = out;
        return GG_OK;
    }
    if (gg_check_output(path, err) != GG_OK) {
        release(out);
        return GG_E_USAGE;
    }
    struct stat info;
    bool exists = stat(path, &info) == 0, missing = !exists && errno == ENOENT;
    if (exists && S_ISDIR(info.st_mode)) {
        release(out);
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    }
    if (!exists || S_ISREG(info.st_mode)) {
        out->temporary = gg_alloc(strlen(path) + SUFFIX_LENGTH + 1, 1);
        folder = folder_of(path);
        if (out->temporary == NULL || folder == NULL)
            goto no_memory;
        out->made = missing && mkdir(folder, 0777) == 0;
        gg_outfile_sweep(folder, is_target, path + folder_length(path));
        gg_free(folder);
        folder = NULL;
        out->mode = exists ? (int)(info.st_mode & 0777) : -1;
        if (make_temporary(out, exists ? 0600 : 0666) != 0)
            goto cannot_write;
    }
    if (stream != NULL && (out->stream = *stream = open_stream(out)) == NULL)
        goto cannot_write;
    *result = out;
    return GG_OK;

cannot_write:;
    int reason = errno;
    if (out->fd >= 0)
        unlink(out->temporary);
    remove_folder(out);
    release(out);
    return gg_fail(err, GG_E_IO, "%s: cannot be written: %s", path, strerror(reason));
no_memory:
    gg_free(folder);
    if (out != NULL)
        release(out);
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
}

const char *gg_outfile_path(const gg_outfile *out) {
    return out->temporary != NULL ? out->temporary : out->target;
}

static void sync_folder_of(const char *path) {
    char *folder = folder_of(path);
    int fd = folder != NULL ? open(folder, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    gg_free(folder);
}

/* The finished temporary file takes the target's name and mode. */
static int put_in_place(const gg_outfile *out) {
    if (out->mode >= 0 && fchmod(out->fd, (mode_t)out->mode) != 0)
        return -1;
    return fsync(out->fd) != 0 ? -1 : rename(out->temporary, out->target);
}

gg_status gg_outfile_commit(gg_outfile *out, gg_error *err) {
    gg_status status = GG_OK;
    if (out->stream != NULL) {
        int failed = fflush(out->stream) != 0 || ferror(out->stream);
        int reason = errno;
        if (!is_stdout(out) && fclose(out->stream) != 0 && !failed) {
            failed = 1;
            reason = errno;
        }
        if (failed)
            status = gg_fail(err, GG_E_IO, "%s: writing failed: %s", out->target, strerror(reason));
    }
    if (status == GG_OK && out->temporary != NULL && put_in_place(out) != 0)
        status = gg_fail(err, GG_E_IO, "%s: writing failed: %s", out->target, strerror(errno));
    if (out->temporary != NULL) {
        if (status == GG_OK) {
            sync_folder_of(out->target);
        } else {
            unlink(out->temporary);
            remove_folder(out);
        }
    }
    release(out);
    return status;
}

void gg_outfile_abort(gg_outfile *out) {
    if (out == NULL)
        return;
    if (out->stream != NULL && !is_stdout(out))
        fclose(out->stream);
    if (out->temporary != NULL)
        unlink(out->temporary);
    remove_folder(out);
    release(out);
}

gg_status gg_outfile_finish(gg_outfile *out, gg_status status, gg_error *err) {
    if (status == GG_OK)
        return gg_outfile_commit(out, err);
    gg_outfile_abort(out);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

struct gg_outfile {
    char *target;
    char *temporary; /* NULL when the target is written straight */
    FILE *stream;    /* NULL when the writer opens files by name */
};

static void release(gg_outfile *out) {
    gg_free(out->target);
    gg_free(out->temporary);
    gg_free(out);
}

static int is_stdout(const gg_outfile *out) {
    return out->stream == stdout;
}

/* A name of its own for every process, beside the target so that the rename stays on one disk. */
static char *temporary_name(const char *target) {
    size_t size = strlen(target) + 32;
    char *name = gg_alloc(size, 1);
    if (name != NULL)
        snprintf(name, size, "%s.%ld.tmp", target, (long)getpid());
    return name;
}

gg_status gg_outfile_open(const char *path, gg_outfile **result, FILE **stream, gg_error *err) {
    *result = NULL;
    gg_outfile *out = gg_alloc(1, sizeof *out);
    if (out == NULL || (out->target = gg_strdup(path)) == NULL)
        goto no_memory;
    if (stream != NULL && strcmp(path, "-") == 0) {
        out->stream = *stream = stdout;
        *result = out;
        return GG_OK;
    }
    struct stat info;
    int exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        release(out);
        return gg_fail(err, GG_E_IO, "%s: is a directory", path);
    }
    int straight = exists && !S_ISREG(info.st_mode);
    if (!straight && (out->temporary = temporary_name(path)) == NULL)
        goto no_memory;
    if (stream != NULL) {
        out->stream = *stream = fopen(gg_outfile_path(out), "w");
    } else if (!straight) {
        /* Find out now, with the system's own reason, whether the name can be written at all. */
        int fd = open(out->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (fd >= 0)
            close(fd);
        else
            goto cannot_write;
    }
    if (stream != NULL && out->stream == NULL)
        goto cannot_write;
    *result = out;
    return GG_OK;

cannot_write:
    release(out);
    return gg_fail(err, GG_E_IO, "%s: cannot be written: %s", path, strerror(errno));
no_memory:
    if (out != NULL)
        release(out);
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
}

const char *gg_outfile_path(const gg_outfile *out) {
    return out->temporary != NULL ? out->temporary : out->target;
}

static int sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int failed = fsync(fd);
    close(fd);
    return failed;
}

static void sync_folder_of(const char *path) {
    char *folder = gg_strdup(path);
    if (folder == NULL)
        return;
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    sync_path(slash != NULL ? folder : ".");
    gg_free(folder);
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
    if (status == GG_OK && out->temporary != NULL &&
        (sync_path(out->temporary) != 0 || rename(out->temporary, out->target) != 0))
        status = gg_fail(err, GG_E_IO, "%s: writing failed: %s", out->target, strerror(errno));
    if (out->temporary != NULL) {
        if (status != GG_OK)
            unlink(out->temporary);
        else
            sync_folder_of(out->target);
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
    release(out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Outputs: begun empty or as a copy, finished under their name or not at all.
 */
#include "data/hdf5/h5_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

/* HDF5 seeks in what it writes: a device or stdout gets the bytes of a finished file. */
static bool needs_staging(const char *path) {
    struct stat info;
    return strcmp(path, "-") == 0 ||
           (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
}

static gg_status stage(gg_h5 *h5, gg_error *err) {
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || *folder == '\0')
        folder = "/tmp";
    size_t size = strlen(folder) + 32;
    h5->staged = gg_alloc(size, 1);
    if (h5->staged == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", h5->path);
    snprintf(h5->staged, size, "%s/goagap-XXXXXX", folder);
    int fd = mkstemp(h5->staged);
    if (fd < 0) {
        gg_status status = gg_fail(err, GG_E_IO, "%s: no temporary file in %s: %s", h5->path,
                                   folder, strerror(errno));
        gg_free(h5->staged);
        h5->staged = NULL;
        return status;
    }
    close(fd);
    return GG_OK;
}

/* A handle whose output file exists, empty, under its temporary name. */
static gg_status new_output(const char *path, gg_h5 **out, gg_error *err) {
    GG_TRY(gg__h5_new_handle(path, out, err));
    gg_status status =
        needs_staging(path) ? stage(*out, err) : gg_outfile_open(path, &(*out)->out, NULL, err);
    return gg__h5_opened(status, out);
}

static const char *output_name(const gg_h5 *h5) {
    return h5->staged != NULL ? h5->staged : gg_outfile_path(h5->out);
}

static gg_status begin_empty(gg_h5 *h5, gg_error *err) {
    hid_t access;
    GG_TRY(gg__h5_output_access(h5, &access, err));
    gg_status status = GG_OK;
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(create, 0);
    h5->file = H5Fcreate(output_name(h5), H5F_ACC_TRUNC, create, access);
    if (h5->file < 0)
        status = gg__h5_fail(h5, GG_E_IO, NULL, "cannot be created", err);
    H5Pclose(create);
    H5Pclose(access);
    return status;
}

gg_status gg_h5_create(const char *path, gg_h5 **out, gg_error *err) {
    GG_TRY(new_output(path, out, err));
    return gg__h5_opened(begin_empty(*out, err), out);
}

enum { COPY_BLOCK = 1 << 20 };

/* Copies bytes until the end of `from`; 0, or -1 with errno set. */
static int copy_bytes(int from, int to, char *block) {
    ssize_t got;
    while ((got = read(from, block, COPY_BLOCK)) > 0)
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(to, block + done, (size_t)(got - done));
            if (put < 0)
                return -1;
            done += put;
        }
    return got < 0 ? -1 : 0;
}

static gg_status copy_file(const char *source, const gg_h5 *h5, gg_error *err) {
    char *block = gg_alloc(COPY_BLOCK, 1);
    if (block == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", source);
    gg_status status = GG_OK;
    struct stat info;
    int from = gg__h5_open_regular(source, &info, err);
    int to = from < 0 ? -1 : open(output_name(h5), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (from < 0)
        status = GG_E_IO;
    else if (to < 0 || copy_bytes(from, to, block) != 0)
        status = gg_fail(err, GG_E_IO, "%s: cannot be copied to %s: %s", source, h5->path,
                         strerror(errno));
    if (to >= 0 && close(to) != 0 && status == GG_OK)
        status = gg_fail(err, GG_E_IO, "%s: writing failed: %s", h5->path, strerror(errno));
    if (from >= 0)
        close(from);
    gg_free(block);
    return status;
}

static gg_status begin_copy(const char *source, gg_h5 *h5, gg_error *err) {
    hid_t access;
    GG_TRY(copy_file(source, h5, err));
    GG_TRY(gg__h5_output_access(h5, &access, err));
    return gg__h5_open_file(h5, output_name(h5), H5F_ACC_RDWR, access, err);
}

gg_status gg_h5_create_copy(const char *source, const char *path, gg_h5 **out, gg_error *err) {
    GG_TRY(new_output(path, out, err));
    return gg__h5_opened(begin_copy(source, *out, err), out);
}

/* The bytes of the finished file. */
static gg_status send_staged(const gg_h5 *h5, FILE *stream, gg_error *err) {
    FILE *from = fopen(h5->staged, "rb");
    if (from == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read back: %s", h5->path, strerror(errno));
    char block[8192];
    size_t got;
    while ((got = fread(block, 1, sizeof block, from)) > 0 && !ferror(stream))
        fwrite(block, 1, got, stream);
    bool failed = ferror(from) != 0;
    fclose(from);
    return failed ? gg_fail(err, GG_E_IO, "%s: cannot be read back", h5->path) : GG_OK;
}

/* Sends the finished file to a device or to stdout. */
static gg_status deliver(const gg_h5 *h5, gg_error *err) {
    gg_outfile *out;
    FILE *stream;
    GG_TRY(gg_outfile_open(h5->path, &out, &stream, err));
    return gg_outfile_finish(out, send_staged(h5, stream, err), err);
}

/* All is written, if it could be. */
static gg_status end_writing(gg_h5 *h5, gg_error *err) {
    bool failed = H5Fflush(h5->file, H5F_SCOPE_LOCAL) < 0;
    gg_status status = failed ? gg__h5_fail(h5, GG_E_IO, NULL, "writing failed", err) : GG_OK;
    if (H5Fclose(h5->file) < 0 && !failed)
        status = gg__h5_fail(h5, GG_E_IO, NULL, "writing failed", err);
    h5->file = H5I_INVALID_HID;
    return status == GG_OK ? gg__h5_written(h5, NULL, err) : status;
}

gg_status gg_h5_finish(gg_h5 *h5, gg_status status, gg_error *err) {
    if (status == GG_OK)
        status = end_writing(h5, err);
    if (status == GG_OK && h5->staged != NULL)
        status = deliver(h5, err);
    else if (status == GG_OK) {
        status = gg_outfile_commit(h5->out, err);
        h5->out = NULL;
    }
    gg_h5_close(h5);
    return status;
}

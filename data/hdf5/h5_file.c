/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hdf5/h5_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

void gg__h5_quieten(void) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

/* Why a call of the library failed. */
typedef struct failure {
    const char *reason; /* the innermost */
    bool no_memory;
} failure;

static herr_t collect_failure(unsigned depth, const H5E_error2_t *entry, void *context) {
    failure *f = context;
    if (depth == 0)
        f->reason = entry->desc;
    f->no_memory = f->no_memory || entry->min_num == H5E_NOSPACE || entry->min_num == H5E_CANTALLOC;
    return 0;
}

gg_status gg__h5_fail(const gg_h5 *h5, gg_status status, const char *place, const char *action,
                      gg_error *err) {
    failure f = {0};
    if (h5->write_error != 0)
        f = (failure){strerror(h5->write_error), h5->write_error == ENOMEM};
    else
        H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect_failure, &f);
    if (f.reason == NULL || *f.reason == '\0')
        f.reason = "the HDF5 library gives no reason";
    const char *hint = strstr(f.reason, "unable to lock file") != NULL
                           ? " (another program has it open for writing, or the file system cannot "
                             "lock: HDF5_USE_FILE_LOCKING=FALSE skips locking)"
                           : "";
    return gg_fail(err, f.no_memory ? GG_E_NOMEM : status, "%s: %s%s%s: %s%s", h5->path,
                   place != NULL ? place : "", place != NULL ? ": " : "", action, f.reason, hint);
}

gg_status gg__h5_written(const gg_h5 *h5, const char *place, gg_error *err) {
    return h5->write_error == 0 ? GG_OK : gg__h5_fail(h5, GG_E_IO, place, "writing failed", err);
}

static gg_status new_handle(const char *path, gg_h5 **out, gg_error *err) {
    gg__h5_quieten();
    *out = NULL;
    gg_h5 *h5 = gg_alloc(1, sizeof *h5);
    if (h5 != NULL && (h5->path = gg_strdup(path)) != NULL) {
        h5->file = H5I_INVALID_HID;
        h5->fd = -1;
        *out = h5;
        return GG_OK;
    }
    gg_free(h5);
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
}

static void release(gg_h5 *h5) {
    if (h5->staged != NULL)
        unlink(h5->staged);
    if (h5->map != NULL)
        munmap((void *)(uintptr_t)h5->map, (size_t)h5->size);
    if (h5->fd >= 0)
        close(h5->fd);
    gg_free(h5->staged);
    gg_free(h5->path);
    gg_free(h5);
}

/* Opens for reading without waiting on pipes; only regular files pass. */
static int open_regular(const char *path, struct stat *info, gg_error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, info) != 0) {
        gg_fail(err, GG_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    } else if (S_ISDIR(info->st_mode)) {
        gg_fail(err, GG_E_IO, "%s: is a directory", path);
    } else if (!S_ISREG(info->st_mode)) {
        gg_fail(err, GG_E_IO, "%s: is not a regular file, which HDF5 needs", path);
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

/* The signature stands at byte 0, 512, 1024, 2048, ... */
static bool has_signature(int fd, off_t size) {
    static const char signature[8] = {(char)0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    char found[sizeof signature];
    for (off_t at = 0; at + (off_t)sizeof found <= size; at = at == 0 ? 512 : 2 * at)
        if (pread(fd, found, sizeof found, at) == (ssize_t)sizeof found &&
            memcmp(found, signature, sizeof found) == 0)
            return true;
    return false;
}

/* Old files may name a driver that spreads them over several files; without one the address stands
 * for "none". HDF5 would follow a damaged address when it writes. */
static bool names_a_driver(int fd) {
    unsigned char head[64];
    if (pread(fd, head, sizeof head, 0) != (ssize_t)sizeof head)
        return false;
    unsigned version = head[8], address_size = head[13];
    size_t at = version == 0 ? 48 : 52;
    if (version > 1 || address_size != 8)
        return false;
    for (size_t k = at; k < at + 8; k++)
        if (head[k] != 0xff)
            return true;
    return false;
}

bool gg_h5_recognises(const char *path) {
    struct stat info;
    int fd = open_regular(path, &info, NULL);
    if (fd < 0)
        return false;
    bool recognised = has_signature(fd, info.st_size);
    close(fd);
    return recognised;
}

/* Opens with the given access list, which it closes: after the message, since H5Pclose forgets the
 * reason of a failure. */
static gg_status open_file(gg_h5 *h5, const char *name, unsigned flags, hid_t access,
                           gg_error *err) {
    gg_status status = GG_OK;
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    h5->file = H5Fopen(name, flags, access);
    if (h5->file < 0)
        status = gg__h5_fail(h5, GG_E_INPUT, NULL, "cannot be opened as HDF5", err);
    H5Pclose(access);
    return status;
}

gg_status gg_h5_open(const char *path, gg_h5 **out, gg_error *err) {
    gg_h5 *h5;
    gg_status status = new_handle(path, &h5, err);
    *out = NULL;
    if (status != GG_OK)
        return status;
    struct stat info;
    h5->fd = open_regular(path, &info, err);
    if (h5->fd < 0) {
        status = GG_E_IO;
        goto fail;
    }
    bool recognised = has_signature(h5->fd, info.st_size);
    bool is_part = recognised && names_a_driver(h5->fd);
    if (!recognised || is_part) {
        status = gg_fail(err, GG_E_INPUT, "%s: %s%s", path,
                         is_part ? "is damaged, or one of several files that make up one"
                                 : "is not an HDF5 file",
                         info.st_size == 0 ? " (it is empty)" : "");
        goto fail;
    }
    h5->size = (uint64_t)info.st_size;
    status = gg__h5_probe(path, h5->size, err);
    if (status == GG_OK)
        status = open_file(h5, path, H5F_ACC_RDONLY, H5Pcreate(H5P_FILE_ACCESS), err);
    if (status != GG_OK)
        goto fail;
    void *map = mmap(NULL, (size_t)h5->size, PROT_READ, MAP_SHARED, h5->fd, 0);
    h5->map = map == MAP_FAILED ? NULL : map;
    *out = h5;
    return GG_OK;

fail:
    release(h5);
    return status;
}

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
    gg_status status = new_handle(path, out, err);
    if (status != GG_OK)
        return status;
    status =
        needs_staging(path) ? stage(*out, err) : gg_outfile_open(path, &(*out)->out, NULL, err);
    if (status != GG_OK) {
        release(*out);
        *out = NULL;
    }
    return status;
}

static const char *output_name(const gg_h5 *h5) {
    return h5->staged != NULL ? h5->staged : gg_outfile_path(h5->out);
}

gg_status gg_h5_create(const char *path, gg_h5 **out, gg_error *err) {
    gg_status status = new_output(path, out, err);
    if (status != GG_OK)
        return status;
    gg_h5 *h5 = *out;
    hid_t access;
    status = gg__h5_output_access(h5, &access, err);
    if (status == GG_OK) {
        hid_t create = H5Pcreate(H5P_FILE_CREATE);
        H5Pset_obj_track_times(create, 0);
        h5->file = H5Fcreate(output_name(h5), H5F_ACC_TRUNC, create, access);
        if (h5->file < 0)
            status = gg__h5_fail(h5, GG_E_IO, NULL, "cannot be created", err);
        H5Pclose(create);
        H5Pclose(access);
    }
    if (status != GG_OK) {
        gg_h5_close(h5);
        *out = NULL;
    }
    return status;
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
    int from = open_regular(source, &info, err);
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

gg_status gg_h5_create_copy(const char *source, const char *path, gg_h5 **out, gg_error *err) {
    gg_status status = new_output(path, out, err);
    if (status != GG_OK)
        return status;
    gg_h5 *h5 = *out;
    hid_t access;
    status = copy_file(source, h5, err);
    if (status == GG_OK)
        status = gg__h5_output_access(h5, &access, err);
    if (status == GG_OK)
        status = open_file(h5, output_name(h5), H5F_ACC_RDWR, access, err);
    if (status != GG_OK) {
        gg_h5_close(h5);
        *out = NULL;
    }
    return status;
}

/* Sends the finished file to a device or to stdout. */
static gg_status deliver(gg_h5 *h5, gg_error *err) {
    gg_outfile *out;
    FILE *stream;
    gg_status status = gg_outfile_open(h5->path, &out, &stream, err);
    if (status != GG_OK)
        return status;
    FILE *from = fopen(h5->staged, "rb");
    if (from == NULL) {
        gg_outfile_abort(out);
        return gg_fail(err, GG_E_IO, "%s: cannot be read back: %s", h5->path, strerror(errno));
    }
    char block[8192];
    size_t got;
    while ((got = fread(block, 1, sizeof block, from)) > 0 && !ferror(stream))
        fwrite(block, 1, got, stream);
    bool failed = ferror(from) != 0;
    fclose(from);
    if (failed) {
        gg_outfile_abort(out);
        return gg_fail(err, GG_E_IO, "%s: cannot be read back", h5->path);
    }
    return gg_outfile_commit(out, err);
}

gg_status gg_h5_commit(gg_h5 *h5, gg_error *err) {
    gg_status status = GG_OK;
    if (H5Fflush(h5->file, H5F_SCOPE_LOCAL) < 0)
        status = gg__h5_fail(h5, GG_E_IO, NULL, "writing failed", err);
    if (H5Fclose(h5->file) < 0 && status == GG_OK)
        status = gg__h5_fail(h5, GG_E_IO, NULL, "writing failed", err);
    h5->file = H5I_INVALID_HID;
    if (status == GG_OK)
        status = gg__h5_written(h5, NULL, err);
    if (status != GG_OK) {
        gg_h5_close(h5);
        return status;
    }
    status = h5->staged != NULL ? deliver(h5, err) : gg_outfile_commit(h5->out, err);
    release(h5);
    return status;
}

void gg_h5_close(gg_h5 *h5) {
    if (h5 == NULL)
        return;
    if (h5->file >= 0)
        H5Fclose(h5->file);
    gg_outfile_abort(h5->out);
    release(h5);
}

bool gg_h5_is_threadsafe(void) {
    hbool_t safe = 0;
    return H5is_library_threadsafe(&safe) >= 0 && safe;
}

const char *gg_h5_path(const gg_h5 *h5) {
    return h5->path;
}

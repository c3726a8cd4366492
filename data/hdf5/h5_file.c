/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handle of a file, open for writing, or for reading once it has been examined.
 */
#include "data/hdf5/h5_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

gg_status gg__h5_new_handle(const char *path, gg_h5 **out, gg_error *err) {
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

int gg__h5_open_regular(const char *path, struct stat *info, gg_error *err) {
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

gg_status gg__h5_opened(gg_status status, gg_h5 **out) {
    if (status != GG_OK) {
        gg_h5_close(*out);
        *out = NULL;
    }
    return status;
}

gg_status gg__h5_open_file(gg_h5 *h5, const char *name, unsigned flags, hid_t access,
                           gg_error *err) {
    gg_status status = GG_OK;
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    gg__h5_register_lzf();
    h5->file = H5Fopen(name, flags, access);
    if (h5->file < 0)
        status = gg__h5_fail(h5, GG_E_INPUT, NULL, "cannot be opened as HDF5", err);
    H5Pclose(access);
    return status;
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
    int fd = gg__h5_open_regular(path, &info, NULL);
    if (fd < 0)
        return false;
    bool recognised = has_signature(fd, info.st_size);
    close(fd);
    return recognised;
}

static gg_status begin_reading(gg_h5 *h5, gg_error *err) {
    struct stat info;
    h5->fd = gg__h5_open_regular(h5->path, &info, err);
    if (h5->fd < 0)
        return GG_E_IO;
    bool recognised = has_signature(h5->fd, info.st_size);
    bool is_part = recognised && names_a_driver(h5->fd);
    if (!recognised || is_part)
        return gg_fail(err, GG_E_INPUT, "%s: %s%s", h5->path,
                       is_part ? "is damaged, or one of several files that make up one"
                               : "is not an HDF5 file",
                       info.st_size == 0 ? " (it is empty)" : "");
    h5->size = (uint64_t)info.st_size;
    GG_TRY(gg__h5_probe(h5->path, h5->fd, h5->size, err));
    GG_TRY(gg__h5_open_file(h5, h5->path, H5F_ACC_RDONLY, H5Pcreate(H5P_FILE_ACCESS), err));
    void *map = mmap(NULL, (size_t)h5->size, PROT_READ, MAP_SHARED, h5->fd, 0);
    h5->map = map == MAP_FAILED ? NULL : map;
    return GG_OK;
}

gg_status gg_h5_open(const char *path, gg_h5 **out, gg_error *err) {
    GG_TRY(gg__h5_new_handle(path, out, err));
    return gg__h5_opened(begin_reading(*out, err), out);
}

void gg_h5_close(gg_h5 *h5) {
    if (h5 == NULL)
        return;
    if (h5->file >= 0)
        H5Fclose(h5->file);
    gg_outfile_abort(h5->out);
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

bool gg_h5_is_threadsafe(void) {
    hbool_t safe = 0;
    return H5is_library_threadsafe(&safe) >= 0 && safe;
}

const char *gg_h5_path(const gg_h5 *h5) {
    return h5->path;
}

const char *gg_h5_version(void) {
    return GG__H5_HEADERS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a file for reading, once it has been examined.
 */
#include "data/hdf5/h5_internal.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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
    GG_TRY(gg__h5_probe(h5->path, h5->size, err));
    GG_TRY(gg__h5_open_file(h5, h5->path, H5F_ACC_RDONLY, H5Pcreate(H5P_FILE_ACCESS), err));
    void *map = mmap(NULL, (size_t)h5->size, PROT_READ, MAP_SHARED, h5->fd, 0);
    h5->map = map == MAP_FAILED ? NULL : map;
    return GG_OK;
}

gg_status gg_h5_open(const char *path, gg_h5 **out, gg_error *err) {
    GG_TRY(gg__h5_new_handle(path, out, err));
    return gg__h5_opened(begin_reading(*out, err), out);
}

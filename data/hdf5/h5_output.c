/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file driver of outputs. HDF5 1.10 cannot close a file that it cannot write: the handle stays
 * half closed and the process crashes when it exits. This driver remembers the first failure, with
 * the system's reason, and from then on takes every byte and drops it, so that HDF5 always closes
 * in good order; the output is discarded by whoever asks gg_h5.write_error afterwards.
 */
#include "data/hdf5/h5_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

/* HDF5 hands the driver's files around as their first member. */
typedef struct output_file {
    H5FD_t base;
    int fd;
    int *error; /* where the first errno goes; 0 while all is well */
    dev_t device;
    ino_t inode;
    haddr_t end_of_addresses;
    haddr_t end_of_file;
} output_file;

static const haddr_t max_address = ((haddr_t)1 << 62) - 1;

static void note(output_file *file, int error) {
    if (*file->error == 0)
        *file->error = error != 0 ? error : EIO;
}

static int open_flags(unsigned flags) {
    int result = O_CLOEXEC | ((flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY);
    result |= (flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0;
    result |= (flags & H5F_ACC_CREAT) != 0 ? O_CREAT : 0;
    return result | ((flags & H5F_ACC_EXCL) != 0 ? O_EXCL : 0);
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t max) {
    (void)max;
    int *const *slot = H5Pget_driver_info(access);
    struct stat info;
    output_file *file = slot == NULL ? NULL : gg_alloc(1, sizeof *file);
    if (file == NULL) {
        if (slot != NULL)
            **slot = ENOMEM;
        return NULL;
    }
    file->error = *slot;
    /* HDF5 may have tried before, in another mode. */
    *file->error = 0;
    file->fd = open(name, open_flags(flags), 0666);
    if (file->fd < 0 || fstat(file->fd, &info) != 0) {
        note(file, errno);
        if (file->fd >= 0)
            close(file->fd);
        gg_free(file);
        return NULL;
    }
    file->device = info.st_dev;
    file->inode = info.st_ino;
    file->end_of_file = (haddr_t)info.st_size;
    return &file->base;
}

static output_file *of(H5FD_t *base) {
    return (output_file *)base;
}

static const output_file *const_of(const H5FD_t *base) {
    return (const output_file *)base;
}

static herr_t driver_close(H5FD_t *base) {
    output_file *file = of(base);
    if (close(file->fd) != 0)
        note(file, errno);
    gg_free(file);
    return 0;
}

static int driver_compare(const H5FD_t *a, const H5FD_t *b) {
    const output_file *x = const_of(a), *y = const_of(b);
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->inode == y->inode ? 0 : (x->inode < y->inode ? -1 : 1);
}

static herr_t driver_query(const H5FD_t *base, unsigned long *features) {
    (void)base;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
                H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA |
                H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t get_end_of_addresses(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return const_of(base)->end_of_addresses;
}

static herr_t set_end_of_addresses(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
    (void)type;
    of(base)->end_of_addresses = address;
    return 0;
}

static haddr_t get_end_of_file(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return const_of(base)->end_of_file;
}

/* What lies beyond the end reads as zeros. */
static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                          size_t size, void *buffer) {
    (void)type;
    (void)transfer;
    char *target = buffer;
    while (size > 0) {
        ssize_t got = pread(of(base)->fd, target, size, (off_t)address);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            note(of(base), errno);
        if (got <= 0) {
            memset(target, 0, size);
            return 0;
        }
        target += got;
        address += (haddr_t)got;
        size -= (size_t)got;
    }
    return 0;
}

static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                           size_t size, const void *buffer) {
    (void)type;
    (void)transfer;
    output_file *file = of(base);
    const char *source = buffer;
    haddr_t end = address + size;
    while (size > 0 && *file->error == 0) {
        ssize_t put = pwrite(file->fd, source, size, (off_t)address);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            note(file, put < 0 ? errno : ENOSPC);
            break;
        }
        source += put;
        address += (haddr_t)put;
        size -= (size_t)put;
    }
    if (end > file->end_of_file)
        file->end_of_file = end;
    return 0;
}

/* HDF5 closes a file at the size of its address space. */
static herr_t driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing) {
    (void)transfer;
    (void)closing;
    output_file *file = of(base);
    if (file->end_of_addresses == file->end_of_file)
        return 0;
    if (*file->error == 0 && ftruncate(file->fd, (off_t)file->end_of_addresses) != 0)
        note(file, errno);
    file->end_of_file = file->end_of_addresses;
    return 0;
}

static const H5FD_class_t driver = {
    .name = "goagap-output",
    .maxaddr = max_address,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(int *),
    .open = driver_open,
    .close = driver_close,
    .cmp = driver_compare,
    .query = driver_query,
    .get_eoa = get_end_of_addresses,
    .set_eoa = set_end_of_addresses,
    .get_eof = get_end_of_file,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

/* HDF5 calls `close` through its copy of the class, which unregistering frees: the driver stays
 * registered for the life of the process. */
static hid_t driver_id(void) {
    static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
    static hid_t id = H5I_INVALID_HID;
    pthread_mutex_lock(&once);
    if (id < 0)
        id = H5FDregister(&driver);
    pthread_mutex_unlock(&once);
    return id;
}

gg_status gg__h5_output_access(gg_h5 *h5, hid_t *access, gg_error *err) {
    int *slot = &h5->write_error;
    *access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t id = driver_id();
    if (*access >= 0 && id >= 0 && H5Pset_fclose_degree(*access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_driver(*access, id, &slot) >= 0)
        return GG_OK;
    gg_status status =
        gg__h5_fail(h5, GG_E_IO, NULL, "the HDF5 library refuses the driver of outputs", err);
    if (*access >= 0)
        H5Pclose(*access);
    *access = H5I_INVALID_HID;
    return status;
}

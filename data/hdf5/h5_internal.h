/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the h5_*.c files share: the open file and the way from HDF5's error stack to a message.
 */
#pragma once

#include <assert.h>
#include <hdf5.h>

#include "data/hdf5/h5.h"
#include "models/base/outfile.h"

#define GG__TEXT_OF(x) #x
#define GG__TEXT(x) GG__TEXT_OF(x)
#define GG__H5_HEADERS                                                                             \
    GG__TEXT(H5_VERS_MAJOR) "." GG__TEXT(H5_VERS_MINOR) "." GG__TEXT(H5_VERS_RELEASE)

/* What these files lean on moves from minor version to minor version, the driver's class above all,
 * and not always so that a compiler notices. */
static_assert(
    H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 10,
    "goagap has only been compiled and tested with HDF5 1.10; this is HDF5 " GG__H5_HEADERS
    ". data/README.md says what a port has to look at");

enum { GG__H5_PATH_SIZE = 1024 };

struct stat;

struct gg_h5 {
    hid_t file;
    char *path;
    uint64_t size;   /* bytes of the file when it was opened for reading */
    int fd;          /* of a file being read, else -1 */
    const char *map; /* its bytes, or NULL */
    gg_outfile *out; /* NULL when reading, or when staged */
    int write_error; /* errno of the first write that failed; see h5_output.c */
    char *staged;    /* an output whose bytes are copied to `path` at the commit */
};

/* Records a failure of the HDF5 library: "file: place: action: HDF5's innermost reason". `place`
 * may be NULL. */
gg_status gg__h5_fail(const gg_h5 *h5, gg_status status, const char *place, const char *action,
                      gg_error *err);

/* A handle without a file. Errors: GG_E_NOMEM. */
gg_status gg__h5_new_handle(const char *path, gg_h5 **out, gg_error *err);
/* Passes `status` on; on failure the handle is closed and *out NULL. */
gg_status gg__h5_opened(gg_status status, gg_h5 **out);

/* A descriptor for reading, had without waiting on pipes, or -1; only regular files pass. */
int gg__h5_open_regular(const char *path, struct stat *info, gg_error *err);

/* Opens the file `name` with the given access list, which it closes: after the message, since
 * H5Pclose forgets the reason of a failure. Errors: GG_E_INPUT. */
gg_status gg__h5_open_file(gg_h5 *h5, const char *name, unsigned flags, hid_t access,
                           gg_error *err);

/* A file access list for writing `h5`, whose failures go to h5->write_error; the caller closes it.
 * Errors: GG_E_IO, GG_E_NOMEM, with nothing to close. */
gg_status gg__h5_output_access(gg_h5 *h5, hid_t *access, gg_error *err);

/* GG_OK, or GG_E_IO once something could not be written. */
gg_status gg__h5_written(const gg_h5 *h5, const char *place, gg_error *err);

/* Turns off plugins for the process and automatic error printing for the thread. */
void gg__h5_quieten(void);

/* Has another process read the metadata of the file behind the descriptor; `path` names it. Errors:
 * GG_E_INPUT when that kills it, GG_E_IO when none can be had or it is ended from outside,
 * GG_E_NOMEM. */
gg_status gg__h5_probe(const char *path, int fd, uint64_t size, gg_error *err);

/* The path of `path` made of hard links only, or *object = GG_H5_ABSENT. Errors as gg_h5_find. */
gg_status gg__h5_resolve(gg_h5 *h5, const char *path, char resolved[GG__H5_PATH_SIZE],
                         gg_h5_object *object, gg_error *err);

/* Collects strings one by one into a gg_strings. */
typedef struct gg__h5_collector {
    gg_strings strings;
    size_t text_used;
    size_t text_size;
    size_t start_size;
} gg__h5_collector;

/* 0, or -1 when memory is short. */
int gg__h5_collect(gg__h5_collector *collector, const char *text, size_t length);

/* Makes the library read h5py's lzf too; before a file is opened. */
void gg__h5_register_lzf(void);

/* `type` as it is stored in files, little-endian, or in the machine's byte order; the caller closes
 * it. Negative on failure. */
hid_t gg__h5_make_type(gg_h5_type type, bool in_file);
/* The kind of float `type` is, in either byte order. */
bool gg__h5_float_kind(hid_t type, gg_dtype *dtype);
/* Bytes of one element in memory. */
size_t gg__h5_type_size(gg_h5_type type);

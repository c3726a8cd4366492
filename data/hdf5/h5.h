/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * HDF5 files, opened with suspicion and written whole. Nothing outside data/h5_*.c sees the HDF5
 * library: callers name objects by path ("/slm/logits") and get plain arrays.
 *
 * Reading refuses what can leave the file (external and user-defined links, external raw storage,
 * virtual datasets), what can run code (filters other than deflate, lzf, shuffle and fletcher32;
 * plugins are off for the process) and what declares far more than it stores. Messages name file,
 * object and reason, HDF5's own reason included.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/float16.h"
#include "models/base/status.h"

GG_C_BEGIN
/* A file being read, or an output that appears under its name only at gg_h5_finish. */
typedef struct gg_h5 gg_h5;

/* True when `path` is a regular file that begins like an HDF5 file. */
bool gg_h5_recognises(const char *path);

/* True when files may be read from several threads at once, each with datasets it opened itself. */
bool gg_h5_is_threadsafe(void);

/* Version of the HDF5 library. */
const char *gg_h5_version(void);

/* Opens a file for reading, which a child process has examined first; it stays for the files to
 * come. SIGCHLD must not be ignored, nor children be waited for elsewhere. Errors: GG_E_IO (cannot
 * be opened or examined, or locked by a writer), GG_E_INPUT (not HDF5, damaged), GG_E_NOMEM. */
gg_status gg_h5_open(const char *path, gg_h5 **out, gg_error *err);

/* Ends the process that examines files, if there is one; the next file starts another. It ends with
 * this process anyway. */
void gg_h5_dismiss_guard(void);

/* Starts a new file that will replace `path` at the end; "-" and devices get the finished bytes
 * then. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_h5_create(const char *path, gg_h5 **out, gg_error *err);

/* Starts a changed copy of the file `source` that will replace `path` (which may be `source`) at
 * the end. Errors as gg_h5_open and gg_h5_create. */
gg_status gg_h5_create_copy(const char *source, const char *path, gg_h5 **out, gg_error *err);

/* Closes an output, syncs it and gives it its name if `status` is GG_OK, else drops it, and passes
 * `status` on; frees `h5` in every case. On failure nothing is left under either name. Errors:
 * GG_E_IO. */
gg_status gg_h5_finish(gg_h5 *h5, gg_status status, gg_error *err);

/* Closes a file; an output not finished disappears. Accepts NULL. */
void gg_h5_close(gg_h5 *h5);

/* The name given when the file was opened; borrowed. */
const char *gg_h5_path(const gg_h5 *h5);

/* Strings in one block: string k is text + start[k], NUL-terminated. */
typedef struct gg_strings {
    size_t count;
    char *text;
    size_t *start; /* count entries */
} gg_strings;

void gg_strings_clear(gg_strings *strings);

typedef enum gg_h5_object { GG_H5_ABSENT, GG_H5_GROUP, GG_H5_DATASET, GG_H5_OTHER } gg_h5_object;

/* What `path` is. Soft links are followed inside the file. Errors: GG_E_INPUT (a link that leaves
 * the file, a loop of links, damage). */
gg_status gg_h5_find(gg_h5 *h5, const char *path, gg_h5_object *object, gg_error *err);

/* Names of a group's members, sorted by bytes; none when the group is absent. The caller clears
 * *names. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_h5_list(gg_h5 *h5, const char *group, gg_strings *names, gg_error *err);

typedef enum gg_h5_kind {
    GG_H5_INTEGER,
    GG_H5_FLOAT,
    GG_H5_TEXT,
    GG_H5_OPAQUE /* two bytes of unknown meaning */
} gg_h5_kind;
enum { GG_H5_MAX_RANK = 4 };

/* What a dataset holds. */
typedef struct gg_h5_shape {
    gg_h5_kind kind;  /* booleans and other enumerations count as integers */
    bool has_dtype;   /* a float of one of our four kinds, in either byte order */
    gg_dtype dtype;   /* where has_dtype */
    bool is_unsigned; /* where GG_H5_INTEGER */
    size_t element_size;
    size_t rank;                 /* 0: a scalar */
    size_t dims[GG_H5_MAX_RANK]; /* 1 beyond the rank */
    size_t count;                /* product of dims */
    size_t chunk_rows;           /* rows stored together; 0 when not chunked */
    uint64_t stored_bytes;
    char filters[64]; /* "shuffle+deflate"; empty when none */
} gg_h5_shape;

/* An open dataset. It must be closed before its file. */
typedef struct gg_h5_dataset gg_h5_dataset;

/* Opens a dataset after checking class, size, rank, layout, filters and the ratio of declared to
 * stored bytes; nothing proportional to the declared size is allocated. Errors: GG_E_INPUT (absent,
 * or refused for the reason given), GG_E_NOMEM. */
gg_status gg_h5_dataset_open(gg_h5 *h5, const char *path, gg_h5_dataset **out, gg_error *err);
void gg_h5_dataset_close(gg_h5_dataset *dataset);
const gg_h5_shape *gg_h5_dataset_shape(const gg_h5_dataset *dataset);

/* Records and returns GG_E_INPUT with "file: dataset: " before the message. */
gg_status gg_h5_dataset_fail(const gg_h5_dataset *dataset, gg_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The readers take `count` rows (indices of the first dimension; whole rows) starting at row
 * `first`; a scalar is one row. Errors: GG_E_INPUT (wrong kind, range, damage), GG_E_NOMEM. */

/* Numbers of any kind as doubles. */
gg_status gg_h5_read_doubles(gg_h5_dataset *dataset, size_t first, size_t count, double *target,
                             gg_error *err);
/* Integers of any width and sign, or floats with integral values, each within [lowest, highest]; a
 * value outside is named with its index. */
gg_status gg_h5_read_integers(gg_h5_dataset *dataset, size_t first, size_t count, int64_t lowest,
                              int64_t highest, int64_t *target, gg_error *err);
/* Floats as they are stored (shape.has_dtype), in the machine's byte order, never converted. Stored
 * bytes are read past HDF5's filters, and decoded here, where that can be done. */
gg_status gg_h5_read_raw(gg_h5_dataset *dataset, size_t first, size_t count, void *target,
                         gg_error *err);
/* The same rows where they lie in the file, mapped into memory, if the dataset lies there in one
 * piece as it is wanted, else NULL. Borrowed until the file is closed, which must not shrink
 * before.
 */
const void *gg_h5_map_raw(gg_h5_dataset *dataset, size_t first, size_t count);
/* Text, or integers written in decimal. The caller clears *strings. */
gg_status gg_h5_read_strings(gg_h5_dataset *dataset, size_t first, size_t count,
                             gg_strings *strings, gg_error *err);

/* Reads a scalar attribute of the object at `path` ("/" is the file's own). *found is false when
 * object or attribute is absent. Text is owned by the caller. Errors: GG_E_INPUT (another type,
 * more than one value, text above 64 KiB), GG_E_NOMEM. */
gg_status gg_h5_read_text_attribute(gg_h5 *h5, const char *path, const char *name, char **text,
                                    bool *found, gg_error *err);
gg_status gg_h5_read_number_attribute(gg_h5 *h5, const char *path, const char *name, double *value,
                                      bool *found, gg_error *err);

/* Names of an object's attributes, sorted by bytes. The caller clears *names. */
gg_status gg_h5_list_attributes(gg_h5 *h5, const char *path, gg_strings *names, gg_error *err);

/* Writing one; the object must exist, the attribute must not. Errors: GG_E_IO. */
gg_status gg_h5_write_text_attribute(gg_h5 *h5, const char *path, const char *name,
                                     const char *text, gg_error *err);
gg_status gg_h5_write_integer_attribute(gg_h5 *h5, const char *path, const char *name,
                                        int64_t value, gg_error *err);
gg_status gg_h5_write_double_attribute(gg_h5 *h5, const char *path, const char *name, double value,
                                       gg_error *err);

/* Types of written elements; text is an array of const char *. */
typedef enum gg_h5_type {
    GG_H5_F16 = GG_F16,
    GG_H5_BF16 = GG_BF16,
    GG_H5_F32 = GG_F32,
    GG_H5_F64 = GG_F64,
    GG_H5_U8,
    GG_H5_I16,
    GG_H5_I32,
    GG_H5_I64,
    GG_H5_U32,
    GG_H5_U64,
    GG_H5_UTF8,
    GG_H5_U16
} gg_h5_type;

/* Files written by the same calls with the same values are identical byte for byte. */

/* Makes a group unless it is there. Errors: GG_E_IO. */
gg_status gg_h5_make_group(gg_h5 *h5, const char *path, gg_error *err);

/* Removes an object's name. Errors: GG_E_IO. */
gg_status gg_h5_remove(gg_h5 *h5, const char *path, gg_error *err);

/* Writes a whole dataset of `rank` (0..GG_H5_MAX_RANK) dimensions. Errors: GG_E_IO. */
gg_status gg_h5_write(gg_h5 *h5, const char *path, gg_h5_type type, size_t rank, const size_t *dims,
                      const void *values, gg_error *err);

/* A dataset that grows: rows are gathered into chunks, so memory stays at one chunk. */
typedef struct gg_h5_appender gg_h5_appender;

typedef struct gg_h5_append_options {
    gg_h5_type type;
    size_t width;      /* values a row; 0: the dataset has one dimension */
    size_t chunk_rows; /* 0: chosen, about 256 KiB a chunk */
    int gzip_level;    /* 0: not compressed; else shuffle + deflate at this level 1..9 */
} gg_h5_append_options;

/* Errors: GG_E_NOMEM. Nothing is written before a chunk is full. */
gg_status gg_h5_appender_new(gg_h5 *h5, const char *path, const gg_h5_append_options *options,
                             gg_h5_appender **out, gg_error *err);
/* Adds rows; text is copied. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_h5_append(gg_h5_appender *appender, size_t n_rows, const void *rows, gg_error *err);
/* Rows appended so far. */
size_t gg_h5_appender_rows(const gg_h5_appender *appender);
/* Writes what is left; the dataset exists afterwards even if it is empty. Errors: GG_E_IO. */
gg_status gg_h5_appender_finish(gg_h5_appender *appender, gg_error *err);
/* Releases the appender, before its file is closed; accepts NULL. */
void gg_h5_appender_free(gg_h5_appender *appender);
GG_C_END

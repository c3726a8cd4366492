/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the results code share: the one list of the columns of /runs.
 */
#pragma once

#include <stddef.h>

#include "data/hdf5/h5.h"
#include "experiments/results/results.h"

/* The name and version that a results file carries. From version 2 on a file has a checksum; a name
 * changed by damage does not make an older file of a newer one, which has another version. Version
 * 3 has more columns; from 4 on texts stand once, and columns have their numbers; 5 has energy and
 * courses. */
#define GG_RESULTS_FORMAT "goagap-results"
#define GG_RESULTS_CHECKSUM "checksum"
enum {
    GG_RESULTS_VERSION = 5,
    GG_RESULTS_NO_ENERGY = 4,
    GG_RESULTS_PLAIN_TEXTS = 3,
    GG_RESULTS_FEWER_COLUMNS = 2,
    GG_RESULTS_UNCHECKED = 1
};

typedef struct gg__run_column {
    const char *name;
    gg_h5_type type;
    size_t offset;    /* of the member of gg_row */
    size_t size;      /* of the member; a text is shorter than this */
    const char *unit; /* "s", "J", or NULL where none applies */
    int timing;       /* differs from run to run of the same plan */
    /* The domain of numbers; NAN also where it says that a value is not known. */
    double lowest;
    double highest;
    bool may_be_unknown;
    const char *(*word)(
        size_t index); /* of texts: the words allowed, NULL after the last; or NULL */
} gg__run_column;

extern const gg__run_column gg__run_columns[];
extern const size_t gg__n_run_columns;

static inline const char **gg__text_of(const gg__run_column *column, const gg_row *row) {
    return (const char **)((uintptr_t)row + column->offset);
}

/* How many of them, the first, a file of a version has. */
size_t gg__run_columns_of(int version);

/* The dataset of the texts whose numbers stand in columns and failures. */
#define GG__TEXTS "/texts"

/* Bytes of such a number where there are so many texts. */
static inline size_t gg__text_width(size_t n_texts) {
    return n_texts <= UINT8_MAX + 1 ? 1 : n_texts <= UINT16_MAX + 1 ? 2 : 4;
}

/* "sha256:" and a digest in hexadecimal. */
enum { GG__CHECKSUM_SIZE = 72 };

/* The checksum of all that a results file of a version says: manifest, columns with their names and
 * types, failures, networks, assignments. How HDF5 lays them out does not matter. Errors:
 * GG_E_NOMEM. */
gg_status gg__results_checksum(const gg_results *results, int version, char text[GG__CHECKSUM_SIZE],
                               gg_error *err);

/* Refuses a table with a value outside its column's domain, or rows that contradict themselves or
 * their assignments; `path` names the file. Errors: GG_E_INPUT (file, column, row, reason). */
gg_status gg__results_check(const gg_results *results, const char *path, gg_error *err);

/* Assignments are read to be verified, whether they are wanted or not. */
void gg__results_drop_assignments(gg_results *part);

/* Only how many rows one has. */
gg_status gg__results_count_part(const char *path, size_t *rows, gg_error *err);

/* One part file; as gg_results_read. */
gg_status gg__results_read_part(const char *path, bool with_assignments, gg_results **out,
                                gg_error *err);

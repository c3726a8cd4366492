/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results of experiments as part files (HDF5): a group /runs of equal-length columns, one row per
 * instance and strategy, with a manifest that says where the numbers come from.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

/* Texts of the columns are shorter than these. */
enum { GG_ROW_WORD = 16, GG_ROW_NAME = 64, GG_ROW_REASON = 256 };

/* One row of /runs: what one strategy did with one instance. The columns are its members. Texts are
 * borrowed from whoever outlives the rows (gg_intern), and never NULL. */
#define COUNT(member, lowest, highest) uint32_t member;
#define SEED(member) uint64_t member;
#define NODES(member) int64_t member;
#define SHARE(member, unknown) double member;
#define DELAY(member) double member;
#define ENERGY(member) double member;
#define TIME(member) double member;
#define TEXT(member, size, words) const char *member;
#define COURSE(member) const char *member;
typedef struct gg_row {
#include "experiments/results/results_columns.def"
    const char *failure; /* why status is "failed"; else empty. Stored in /failures */
} gg_row;
#undef COUNT
#undef SEED
#undef NODES
#undef SHARE
#undef DELAY
#undef ENERGY
#undef TIME
#undef TEXT
#undef COURSE

/* True of a decision that was held to an accuracy: its bound holds for others of that accuracy
 * alone. */
static inline bool gg_row_is_held(const gg_row *row) {
    return row->fair_reference[0] != '\0';
}

/* A row of which nothing is known: what may be unknown is NAN, all else 0 and empty. */
gg_row gg_row_blank(void);

/* Says why the row failed, in less than GG_ROW_REASON bytes. */
void gg_row_fail(gg_row *row, const char *reason);

/* How a proof came about: incumbent and lower bound at points in time, ascending. Its text is
 * "time_s lower_bound_s objective_s, ...". */
#define GG_COURSE_FROM_S 1.0
enum { GG_COURSE_POINTS = 48, GG_ROW_COURSE = 40 * GG_COURSE_POINTS };
typedef struct gg_course_point {
    double time_s;
    double lower_bound_s;
    double objective_s;
} gg_course_point;

typedef struct gg_course {
    size_t count;
    gg_course_point points[GG_COURSE_POINTS];
} gg_course;

/* Adds a point, the newest. Points lie a third of the time apart, but for the newest: those between
 * go. Nothing is added before there is both an incumbent and a bound. */
void gg_course_add(gg_course *course, gg_course_point point);

/* The text, which stays until the program ends; "" of less than two points or without memory. */
const char *gg_course_text(const gg_course *course);

/* False if the text is none; "" is one without points. */
bool gg_course_parse(const char *text, gg_course *out);

/* One line of the manifest: a root attribute. */
typedef struct gg_manifest_entry {
    char *key;
    char *value;
} gg_manifest_entry;

typedef struct gg_manifest {
    size_t count;
    gg_manifest_entry *entries;
} gg_manifest;

/* Appends a copy of key and value. Errors: GG_E_NOMEM. */
gg_status gg_manifest_add(gg_manifest *manifest, const char *key, const char *value, gg_error *err);
/* The value of `key`, or NULL. */
const char *gg_manifest_get(const gg_manifest *manifest, const char *key);
/* Releases the entries and empties the manifest. */
void gg_manifest_clear(gg_manifest *manifest);

/* Rows with their manifest and, optionally, their decisions: row k's assignment is
 * assignment[offsets[k] .. offsets[k+1]-1], a server or -1 a user; empty where there is none. */
typedef struct gg_results {
    gg_manifest manifest;
    size_t count;
    gg_row *rows;
    uint64_t *offsets;   /* count + 1 entries, or NULL without assignments */
    int16_t *assignment; /* offsets[count] entries */
    size_t n_units;
    uint64_t *units; /* the plan's numbers of the networks whose rows these are, count / n_units
                        rows each; NULL when the file does not say */
    bool unchecked;  /* read from a file of an older version, without checksum */
    size_t missing_columns; /* how many of the last columns one did not have; unknown here */
} gg_results;

/* Releases everything; accepts NULL and a zeroed struct. */
void gg_results_free(gg_results *results);

/* Writes a part whole to a temporary name, synced, then renamed, with a checksum of all it says.
 * The same rows and manifest give the same bytes. Errors: GG_E_IO, GG_E_NOMEM, GG_E_INPUT. */
gg_status gg_results_write(const char *path, const gg_results *results, gg_error *err);

/* Reads one part file, or all part files ("part-*.h5", in name order) of a folder as one table;
 * their manifests must agree in "plan_fingerprint", no two may hold the same network, and the first
 * manifest is kept. Everything is verified: the checksum (files of version 1 have none: unchecked),
 * the domain of every value, assignments that fit their rows. Assignments are kept if
 * `with_assignments` and every part has them. Columns may have any width that holds the values. The
 * caller frees *out. Errors: GG_E_IO, GG_E_INPUT (file, column, row, reason), GG_E_NOMEM. */
gg_status gg_results_read(const char *path, bool with_assignments, gg_results **out, gg_error *err);

/* The one part of a folder whose parts were put together; others beside it are what is left of
 * them, and are not read. */
#define GG_WHOLE_PART "part-all.h5"

/* Puts the parts of a folder together as its one part, `results`, which must hold all they do; it
 * is there before any of them goes. Errors: as gg_results_write. */
gg_status gg_results_consolidate(const char *folder, const gg_results *results, gg_error *err);

/* Told, while a folder is read, how many of its parts have been. */
typedef void (*gg_reading_fn)(size_t done, size_t of);

/* For all reading of this process from now on; NULL: nobody is told. */
void gg_results_watch(gg_reading_fn told);

/* How many rows a file or folder has, as its index says; of parts that it does not know, about
 * how many. Errors: GG_E_IO, GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_results_count(const char *path, size_t *rows, gg_error *err);

/* Whether `path` is a folder without any part file. Errors: GG_E_IO. */
gg_status gg_results_folder_is_empty(const char *path, bool *empty, gg_error *err);

/* Only the manifest of a part file. Errors as gg_results_read. */
gg_status gg_results_read_manifest(const char *path, gg_manifest *out, gg_error *err);

/* The manifest of a batch as JSON in the folder of its results, there before the first part is.
 * Writes manifest.json, or manifest-K-of-N.json for a shard (0-based) of several: the manifest's
 * entries, the shard and the time. A retry or continuation replaces it. Errors: GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_manifest_write_json(const gg_manifest *manifest, const char *folder, size_t shard,
                                 size_t shards, gg_error *err);

/* Reads the entries of any one manifest of the folder; *n_found is how many there are. The caller
 * clears *out. Errors: GG_E_IO (the folder), GG_E_INPUT (not JSON), GG_E_NOMEM. */
gg_status gg_manifest_read_json(const char *folder, gg_manifest *out, size_t *n_found,
                                gg_error *err);

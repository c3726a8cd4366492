/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The index of a results folder: what its part files hold, so that whoever asks how far a batch is
 * opens none of them. Each writer has a file of its own, index.jsonl or index-K-of-N.jsonl: a line
 * for a manifest, and one for each part written under it. FORMAT.md describes them.
 *
 * The index is a shortcut, never the truth: a line counts only while it is whole and the part is
 * still the file that it describes. All else is read from the parts.
 */
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "experiments/results/results_columns.h"

/* Datasets of a part beside the columns. */
enum {
    GG__FAILURE_ROW,
    GG__FAILURE_REASON,
    GG__NETWORKS,
    GG__OFFSETS,
    GG__SERVERS,
    GG__TEXT_LIST,
    GG__N_MORE
};
enum { GG__MOST_PLACES = 64 };
/* The checksum at the end of a line. */
enum { GG__SEAL_SIZE = 9 };

/* Where the datasets of a part lie in its file: the columns in their order, then those above; 0:
 * not there, or empty. All are 0 of parts that older versions wrote. */
typedef struct gg_part_places {
    uint64_t at[GG__MOST_PLACES];
    size_t n_texts;
} gg_part_places;

/* Rows of a strategy that failed for one reason. */
typedef struct gg_part_failure {
    char *solver;
    char *reason;
    size_t count;
    size_t first; /* of these rows; not stored */
} gg_part_failure;

typedef struct gg_part_entry {
    char *name; /* of the file */
    uint64_t bytes;
    int64_t modified_ns;
    int64_t changed_ns;               /* by the system's clock: nobody can set it back */
    uint32_t crc;                     /* of the file's bytes */
    char checksum[GG__CHECKSUM_SIZE]; /* of what it says */
    size_t rows;
    size_t failed_rows;
    size_t failed_units;
    size_t n_units;
    uint64_t *units;
    size_t n_failures;
    gg_part_failure *failures;
    gg_part_places places;
    char of[GG__SEAL_SIZE];      /* the seal of its manifest's line */
    const gg_manifest *manifest; /* of the index */
} gg_part_entry;

typedef struct gg_index_manifest {
    char seal[GG__SEAL_SIZE];
    gg_manifest *manifest; /* owned */
} gg_index_manifest;

typedef struct gg_index {
    size_t n_manifests;
    gg_index_manifest *manifests;
    size_t count;
    gg_part_entry *entries;    /* by name */
    char noted[GG__SEAL_SIZE]; /* the manifest that gg_index_note wrote last */
} gg_index;

/* Reads what index files the folder has; none is an empty index, and so are lines that are not
 * whole. The caller clears *out. Errors: GG_E_NOMEM. */
gg_status gg_index_read(const char *folder, gg_index *out, gg_error *err);
void gg_index_clear(gg_index *index);

/* What the index says about a part, or NULL where it says nothing that holds: the file must have
 * the size, and the times or else the bytes that it had. */
const gg_part_entry *gg_index_find(const gg_index *index, const char *folder, const char *name);

/* Whether the file of such an entry still has the bytes that it had. */
bool gg_index_bytes_hold(const gg_part_entry *entry, const char *folder);

/* Adds a line about a part that was read in full because the index did not know it: one of an older
 * version, or of a batch that was killed before it wrote the line. `before` is what the file was
 * before it was read; nothing is written where it is another one now, or where the folder cannot be
 * written. */
void gg_index_note(gg_index *index, const char *folder, const char *name, const struct stat *before,
                   const gg_results *part);

/* The lines that a writer adds. What cannot be written is left out: the parts say it, too. A part
 * must have been written by gg_results_write_part, after its manifest was added. */
void gg_index_add_manifest(const char *folder, size_t shard, size_t shards,
                           const gg_manifest *manifest);
void gg_index_add_part(const char *folder, size_t shard, size_t shards, const char *name,
                       const gg_results *part, const gg_part_places *places);

/* As gg_results_write; *places says where the datasets lie. */
gg_status gg_results_write_part(const char *path, const gg_results *results, gg_part_places *places,
                                gg_error *err);

/* ---- folders ---- */

/* A filter for scandir: names of part files. */
int gg__results_is_part(const struct dirent *entry);

/* The part files to be read of a folder, by name; *n_found is 0 where there are none. The caller
 * frees each and the list. Errors: GG_E_IO. */
gg_status gg__results_list(const char *folder, struct dirent ***entries, size_t *n_found,
                           gg_error *err);

/* Tells whoever watches. */
void gg__results_tell(size_t done, size_t of);

/* A network and the part that holds it. */
typedef struct gg__holding {
    uint64_t unit;
    size_t part;
} gg__holding;

/* Sorts the holdings by network. Errors: GG_E_INPUT (a network in two places, with their names). */
gg_status gg__results_check_distinct(const char *folder, struct dirent *const *entries,
                                     gg__holding *all, size_t n, gg_error *err);

/* A part of a folder by the index if it can be had so, else as gg__results_read_part. */
gg_status gg__results_read_known(gg_index *index, const char *folder, const char *name,
                                 const char *path, bool with_assignments, gg_results **out,
                                 gg_error *err);

/* gg__results_read_part of a part that the index (or NULL) does not know, which it then does. */
gg_status gg__results_read_unknown(gg_index *index, const char *folder, const char *name,
                                   const char *path, bool with_assignments, gg_results **out,
                                   gg_error *err);

/* A filter for scandir: names of index files. */
int gg__index_is_file(const struct dirent *entry);

/* ---- one line ---- */

/* A line as JSON with its own checksum at the end, without line end; the caller frees it. NULL when
 * memory is short. */
char *gg__index_line_of_manifest(const gg_manifest *manifest);
char *gg__index_line_of_part(const gg_part_entry *entry);

void gg__index_line_seal(const char *line, char seal_text[GG__SEAL_SIZE]);

/* Takes a line: *entry->name or *manifest is filled, or neither where the line is not whole or not
 * understood. Errors: GG_E_NOMEM. */
gg_status gg__index_line_read(const char *line, gg_manifest *manifest, gg_part_entry *entry,
                              gg_error *err);
void gg__part_entry_clear(gg_part_entry *entry);

/* The entry of a part that has been written; false when it cannot be made. */
bool gg__part_entry_of(const char *name, const char *path, const gg_results *part,
                       const gg_part_places *places, gg_part_entry *out);

/* The part as the index describes it, read past the HDF5 library: NULL in *out where its bytes are
 * not those that were written, which does not yet say what is wrong. Errors: GG_E_NOMEM. */
gg_status gg__part_read_indexed(const char *path, const gg_part_entry *entry, gg_results **out,
                                gg_error *err);

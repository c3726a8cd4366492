/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output that appears whole or not at all: a regular file is written under a temporary name beside
 * its target, synced and renamed; "-" and devices are written straight and never replaced. The
 * temporary name cannot be foreseen, and what a killed writer left of a target is removed by the
 * next one that writes it. The folder an output goes to is made where only it is missing; of a path
 * with more missing than that, something is mistyped.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_outfile gg_outfile;

/* Makes a folder for outputs in one that exists; one that is there already is fine. Errors: GG_E_IO
 * (with the path). */
gg_status gg_folder_make(const char *path, gg_error *err);

/* "folder/name"; the caller frees it. NULL when memory is short. */
char *gg_path_in(const char *folder, const char *name);

/* Starts an output file. With `*stream` non-NULL it is opened for writing; a writer that opens
 * files by name itself (HDF5) passes NULL and uses gg_outfile_path. `path` "-" is stdout (only with
 * a stream). A file that is replaced hands on its mode. A folder that is missing is made, and goes
 * again with an output that is abandoned. Errors: GG_E_IO, GG_E_NOMEM, GG_E_USAGE (it is kept as an
 * input). */
gg_status gg_outfile_open(const char *path, gg_outfile **out, FILE **stream, gg_error *err);

/* The name to write under until the commit; valid until then. */
const char *gg_outfile_path(const gg_outfile *out);

/* Flushes, syncs and renames onto the target; frees `out` in every case. On failure nothing is
 * left under either name. Errors: GG_E_IO. */
gg_status gg_outfile_commit(gg_outfile *out, gg_error *err);

/* Commits if `status` is GG_OK, else abandons the output and passes `status` on; frees `out`, which
 * may be NULL on failure, in every case. Errors: GG_E_IO. */
gg_status gg_outfile_finish(gg_outfile *out, gg_status status, gg_error *err);

/* Abandons the output and frees `out`; accepts NULL. */
void gg_outfile_abort(gg_outfile *out);

/* Whether leftovers of a target, by its name within the folder, are to go. */
typedef bool (*gg_outfile_filter)(const char *target, const void *context);

/* Removes what killed writers left in a folder of targets that the filter accepts (names above 200
 * bytes are given cut to that). What belongs to a live writer stays. */
void gg_outfile_sweep(const char *folder, gg_outfile_filter accepts, const void *context);

/* Files that the program was given to read, which none of its outputs may replace. They are told
 * apart by device and inode: other names and links are the same file. */

/* From here on no output of this process replaces the file at `path`; "-" is the one that standard
 * input comes from. Of a folder, results (part-*.h5) and manifests are kept. What is no regular
 * file, or is not there, is passed over. Not for use beside other threads. Errors: GG_E_NOMEM. */
gg_status gg_keep_input(const char *path, gg_error *err);

/* Forgets them all. */
void gg_forget_inputs(void);

/* Whether an output may go to `path`. Errors: GG_E_USAGE, naming both. */
gg_status gg_check_output(const char *path, gg_error *err);
GG_C_END

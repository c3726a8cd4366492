/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that the program was given to read, which none of its outputs may replace: outfile.h asks
 * here. Files are told apart by device and inode, so that other names and links are the same file.
 */
#pragma once

#include "models/base/status.h"

GG_C_BEGIN
/* From here on no output of this process replaces the file at `path`; "-" is the one that standard
 * input comes from. Of a folder, results (part-*.h5) and manifests are kept. What is no regular
 * file, or is not there, is passed over. Not for use beside other threads. Errors: GG_E_NOMEM. */
gg_status gg_keep_input(const char *path, gg_error *err);

/* Forgets them all. */
void gg_forget_inputs(void);

/* Whether an output may go to `path`. Errors: GG_E_USAGE, naming both. */
gg_status gg_check_output(const char *path, gg_error *err);
GG_C_END

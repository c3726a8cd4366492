/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results as subcommands take them, with what whoever reads them should know before the numbers:
 * that damage could not be noticed, that networks are missing.
 */
#pragma once

#include "experiments/report/compared/study.h"
#include "experiments/results/results.h"

/* Between these, a terminal shows how many parts have been read, once that takes longer than two
 * seconds. */
void gg_reading_begin(const char *command);
void gg_reading_end(void);

/* Whether all rows of these files and folders fit into memory together: said before the work
 * starts, not when it is half done. Errors: GG_E_NOMEM. */
gg_status gg_results_fit(const char *const *paths, size_t count, gg_error *err);

/* Says so where a file of `path` has no checksum, a line. */
void gg_say_unchecked(const char *command, const char *path, bool unchecked);

/* Reads the results of a file or folder; says the same of them, and a line where the networks of
 * the plan are not all there. The caller owns *out. Errors: as gg_results_read. */
gg_status gg_open_results(const char *command, const char *path, bool with_assignments,
                          gg_results **out, gg_error *err);

/* The study of results that were read from `path`, with the front that lies beside the parts of a
 * folder; `sources` say the rest. The caller owns *out. Errors: as gg_study_compute. */
gg_status gg_study_results(const char *path, const gg_results *results, gg_study_sources sources,
                           gg_study **out, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A foreign file imported for a test, and what came of it.
 */
#pragma once

#include "data/import/import.h"

typedef struct imported {
    gg_import_counts counts;
    gg_dataset *dataset; /* NULL unless the import succeeded */
    char warnings[1200]; /* each followed by a newline */
} imported;

/* Imports a file, by its path from the project's root, into a new dataset in the test's folder
 * (`state` of folder_setup). `format` NULL: what it is by its content. `options` may be NULL. */
gg_status import_file(void *const *state, const char *format, const char *path,
                      const gg_import_options *options, imported *out, gg_error *err);
/* The same for a text. */
gg_status import_text(void *const *state, const char *format, const char *text,
                      const gg_import_options *options, imported *out, gg_error *err);
void imported_close(imported *i);

/* Fails unless the query count is `n` and the margins, so aggregated, are these. */
void assert_margins(const imported *i, const char *aggregate, size_t n, const double *expected);
/* Fails unless a column (of `side`) holds these values. */
void assert_column(const imported *i, gg_side side, gg_column column, size_t n,
                   const double *expected);
/* The same for a stored uncertainty. */
void assert_stored(const imported *i, const char *name, size_t n, const double *expected);
/* Fails unless the queries' names, one after another with a blank between, are this text. */
void assert_ids(const imported *i, const char *expected);
/* Fails unless the import is refused with a message that contains `said`, and leaves nothing. */
void assert_refused(void *const *state, const char *format, const char *text,
                    const gg_import_options *options, const char *said);

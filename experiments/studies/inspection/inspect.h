/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is in a file, for people, after all of it has been checked.
 */
#pragma once

#include <stdio.h>

#include "models/base/status.h"
#include "models/instance.h"

/* Each checks everything first and prints only what is sound. Errors: those of the file's reader.
 */

/* Every column and every stored logit of a dataset. */
gg_status gg_inspect_dataset(const char *path, FILE *stream, gg_error *err);
/* An instance that was read, and so is sound, from `path`. */
gg_status gg_inspect_instance(const char *path, const gg_instance *instance, FILE *stream,
                              gg_error *err);
/* A results file, or a folder of them. */
gg_status gg_inspect_results(const char *path, FILE *stream, gg_error *err);

/* One dataset of a file as text: a row a line, numbers with 17 digits. Prints the dataset at `path`
 * ("/slm/correct") of an HDF5 file, or the value that the keys of `path` ("/gain") lead to in a
 * JSON file. Errors: GG_E_IO, GG_E_INPUT (absent, with what there is; not a dataset), GG_E_NOMEM.
 */
gg_status gg_dump(const char *file, const char *path, FILE *stream, gg_error *err);

/* As gg_dump, of a JSON file: an array's elements are its rows. */
gg_status gg_dump_json(const char *file, const char *path, FILE *stream, gg_error *err);

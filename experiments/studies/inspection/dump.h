/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One dataset of a file as text: a row a line, numbers with 17 digits.
 */
#pragma once

#include <stdio.h>

#include "models/base/status.h"

/* Prints the dataset at `path` ("/slm/correct") of an HDF5 file, or the value that the keys of
 * `path` ("/gain") lead to in a JSON file. Errors: GG_E_IO, GG_E_INPUT (absent, with what there is;
 * not a dataset), GG_E_NOMEM. */
gg_status gg_dump(const char *file, const char *path, FILE *stream, gg_error *err);

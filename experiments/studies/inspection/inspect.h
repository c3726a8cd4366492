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

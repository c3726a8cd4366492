/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files that an external strategy's command names: its program, its script, its model.
 */
#pragma once

#include <nettle/sha2.h>
#include <stddef.h>

#include "models/base/status.h"

/* Adds the content of every file that a word of the shell command names, as seen from the current
 * folder, where the command runs; *n_files is how many exist, can be read and are not empty. A
 * program that only the search path finds is none, nor what the command writes by ">". Errors:
 * GG_E_NOMEM. */
gg_status gg_add_program_files(struct sha256_ctx *to, const char *command, size_t *n_files,
                               gg_error *err);

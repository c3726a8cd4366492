/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command line names to read and to write: no output may replace an input or another output.
 */
#pragma once

#include "experiments/cli/options/command_line.h"

/* The texts as they were given: `options` one an option of the command (NULL: not given),
 * `arguments` those that are no options. Inputs are kept for as long as the command runs
 * (gg_keep_input). Errors: GG_E_USAGE, GG_E_NOMEM. */
gg_status gg_check_files(const gg_command *command, const char *const *options,
                         const char *const *arguments, size_t n_arguments, gg_error *err);

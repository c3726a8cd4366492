/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What manual pages and completion are made of, for the build.
 */
#pragma once

#include <stdio.h>

#include "experiments/cli/options/command_line.h"

/* The commands, their options in the order of their help, and the lists of names; a line each, its
 * fields separated by tabs:
 *   command NAME SUMMARY
 *   option COMMAND LETTER NAME ARGUMENT OPTIONAL HELP MORE VALUES
 *   name LIST NAME SUMMARY */
void gg_option_tables_print(const gg_command *const *commands, size_t count, FILE *stream);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that several subcommands read the same way, and what is said where one was given in place
 * of the other.
 */
#pragma once

#include "experiments/solution/solution.h"
#include "models/instance.h"

/* Reads an instance, JSON or HDF5 by content; warnings, of numbers that look like other units too,
 * go to stderr in `command`'s name. The caller owns *out. Errors: as gg_instance_read. */
gg_status gg_load_instance(const char *command, const char *path, gg_instance **out, gg_error *err);

/* Reads the solutions in a file. Clear with gg_solution_list_clear. Errors: as
 * gg_solution_list_read. */
gg_status gg_load_solutions(const char *path, gg_solution_list *list, gg_error *err);

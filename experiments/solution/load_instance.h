/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that several subcommands read or write the same way.
 */
#pragma once

#include "models/instance.h"

/* Reads an instance, JSON or HDF5 by content; warnings go to stderr in `command`'s name. The caller
 * owns *out. Errors: as gg_instance_read. */
gg_status gg_load_instance(const char *command, const char *path, gg_instance **out, gg_error *err);

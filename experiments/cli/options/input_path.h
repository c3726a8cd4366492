/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pipes as files. A format is told by a file's beginning, and many are read out of order: what a
 * pipe gives is kept in an unnamed file that takes its place, and is never read twice.
 */
#pragma once

#include "models/base/status.h"

/* The path to read for what a command line says, which stays valid with `path`: "-" is standard
 * input, and pipes (/dev/stdin, /dev/fd/63 of a shell's "<(...)", named ones), also with a
 * ":COLUMN" behind them, are read to their end into a file. Every other path is returned as it is.
 * Errors: GG_E_IO, GG_E_NOMEM, GG_E_USAGE (more pipes than anybody has). */
gg_status gg_input_path(const char *path, const char **readable, gg_error *err);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subcommands of `goagap`, and what its exit code means.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_COMMANDS_H
#define GOAGAP_EXPERIMENTS_CLI_COMMANDS_H

#include "experiments/cli/options/command_line.h"

/* What the program's exit code means. */
typedef enum gg_exit {
    GG_EXIT_OK = 0,
    GG_EXIT_NO = 1,    /* the answer is "no": infeasible, a check that failed */
    GG_EXIT_BAD = 2,   /* bad usage, bad input, or output that cannot be written */
    GG_EXIT_LIMIT = 3, /* a limit stopped it */
} gg_exit;

#define GG_COMMAND(name) extern const gg_command gg_command_##name;
#include "experiments/cli/commands.def"
#undef GG_COMMAND

#endif

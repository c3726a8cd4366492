/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subcommands of `goagap`, and what its exit code means.
 */
#pragma once

#include "experiments/cli/options/command_line.h"
#include "experiments/output/say.h"

#define GG_COMMAND(name) extern const gg_command gg_command_##name;
#include "experiments/cli/commands.def"
#undef GG_COMMAND

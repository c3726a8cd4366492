/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subcommands of `goagap`: each parses its own arguments and returns the program's exit code.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_COMMANDS_H
#define GOAGAP_EXPERIMENTS_CLI_COMMANDS_H

#include "experiments/output/say.h"

/* argv[0] is the command's full name ("goagap solve"): messages and help begin with it. */
typedef int (*gg_command_fn)(int argc, char **argv);

int gg_cmd_batch(int argc, char **argv);
int gg_cmd_check(int argc, char **argv);
int gg_cmd_compare(int argc, char **argv);
int gg_cmd_evaluate(int argc, char **argv);
int gg_cmd_explain(int argc, char **argv);
int gg_cmd_import(int argc, char **argv);
int gg_cmd_inspect(int argc, char **argv);
int gg_cmd_instance(int argc, char **argv);
int gg_cmd_merge(int argc, char **argv);
int gg_cmd_model(int argc, char **argv);
int gg_cmd_notebook(int argc, char **argv);
int gg_cmd_pareto(int argc, char **argv);
int gg_cmd_report(int argc, char **argv);
int gg_cmd_solve(int argc, char **argv);
int gg_cmd_status(int argc, char **argv);
int gg_cmd_uncertainty(int argc, char **argv);
int gg_cmd_version(int argc, char **argv);

#endif
